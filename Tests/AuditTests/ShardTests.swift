import Audit
import Testing

@Suite("Shards")
struct ShardTests {
  @Test(
    "a shard is K/N with 1 ≤ K ≤ N", arguments: [("1/1", true), ("8/8", true), ("3/1000000", true)])
  func valid(text: String, isValid: Bool) {
    #expect((Shard(text) != nil) == isValid)
  }

  @Test(
    "anything else is refused",
    arguments: ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "1/1000001", "a/b", "1/ 4"])
  func invalid(text: String) {
    #expect(Shard(text) == nil)
  }

  @Test("every path belongs to one shard, and the shards are about even")
  func partition() throws {
    let shards = try (1...8).map { try #require(Shard("\($0)/8")) }
    var counts = [Int](repeating: 0, count: 8)
    for number in 0..<8000 {
      let path = Array("images/real/\(number).jpg".utf8)
      let holders = shards.indices.filter { shards[$0].holds(path) }
      #expect(holders.count == 1)
      if let holder = holders.first { counts[holder] += 1 }
    }
    #expect(counts.allSatisfy { (850...1150).contains($0) }, "\(counts)")
  }

  @Test(
    "a batch system's shard",
    arguments: [
      (["SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_COUNT": "8"], "1/8"),
      (
        [
          "SLURM_ARRAY_TASK_ID": "8", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "8",
        ], "8/8"
      ),
      (
        [
          "SLURM_ARRAY_TASK_ID": "30", "SLURM_ARRAY_TASK_MIN": "10", "SLURM_ARRAY_TASK_STEP": "10",
          "SLURM_ARRAY_TASK_COUNT": "3",
        ], "3/3"
      ),
      (["JOB_COMPLETION_INDEX": "2", "FORENSIC_SHARDS": "5"], "3/5"),
      (["PATH": "/bin"], nil),
    ] as [([String: String], String?)])
  func environment(variables: [String: String], expected: String?) throws {
    #expect(try Shard.fromEnvironment(variables)?.description == expected)
  }

  @Test(
    "a batch system's environment that cannot be is an error",
    arguments: [
      ["SLURM_ARRAY_TASK_ID": "3"], ["JOB_COMPLETION_INDEX": "1"],
      ["JOB_COMPLETION_INDEX": "5", "FORENSIC_SHARDS": "5"],
      ["SLURM_ARRAY_TASK_ID": "x", "SLURM_ARRAY_TASK_COUNT": "2"],
    ])
  func badEnvironment(variables: [String: String]) {
    #expect(throws: AuditError.self) { try Shard.fromEnvironment(variables) }
  }
}
