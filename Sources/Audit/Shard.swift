/// Part `number` of `count` of an archive. Which part a file belongs to depends on its path alone,
/// so shards need not speak to one another, and each can be run again by itself.
public struct Shard: Hashable, Sendable, Codable {
  /// 1…count.
  public var number: Int
  public var count: Int

  public static let whole = Shard(number: 1, count: 1)

  private init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }

  /// Reads `k/n`; `nil` unless 1 ≤ k ≤ n ≤ 1,000,000.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
      (1...1_000_000).contains(count), (1...count).contains(number)
    else { return nil }
    self.init(number: number, count: count)
  }

  /// The shard a batch system gives this process: a task of a Slurm job array, or a pod of a
  /// Kubernetes Indexed Job that is told the number of shards in `FORENSIC_SHARDS`.
  ///
  /// - Returns: `nil` outside of both.
  /// - Throws: when the environment names a shard that cannot be.
  public static func fromEnvironment(_ environment: [String: String]) throws(AuditError) -> Shard? {
    func number(_ name: String) throws(AuditError) -> Int? {
      guard let text = environment[name], !text.isEmpty else { return nil }
      guard let value = Int(text) else { throw AuditError("\(name)=\(text) is no number") }
      return value
    }
    let shard: (index: Int, count: Int)?
    if let task = try number("SLURM_ARRAY_TASK_ID") {
      let first = try number("SLURM_ARRAY_TASK_MIN") ?? 0
      let step = max(1, try number("SLURM_ARRAY_TASK_STEP") ?? 1)
      guard let count = try number("SLURM_ARRAY_TASK_COUNT") else {
        throw AuditError("SLURM_ARRAY_TASK_ID is set and SLURM_ARRAY_TASK_COUNT is not")
      }
      shard = ((task - first) / step, count)
    } else if let index = try number("JOB_COMPLETION_INDEX") {
      guard let count = try number("FORENSIC_SHARDS") else {
        throw AuditError(
          "JOB_COMPLETION_INDEX is set and FORENSIC_SHARDS is not",
          mend: "Set FORENSIC_SHARDS to the job's completions, or give --shard.")
      }
      shard = (index, count)
    } else {
      shard = nil
    }
    guard let shard else { return nil }
    guard let valid = Shard("\(shard.index + 1)/\(shard.count)") else {
      throw AuditError("the environment asks for shard \(shard.index + 1) of \(shard.count)")
    }
    return valid
  }

  /// Whether a path belongs to this shard: FNV-1a over its bytes, modulo the count.
  package func holds(_ path: [UInt8]) -> Bool {
    guard count > 1 else { return true }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in path { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // The low bits of FNV-1a depend on the low bits of the bytes alone.
    return Int((hash ^ hash >> 32) % UInt64(count)) == number - 1
  }

  /// The folder of this shard below the audit's; empty for a whole audit.
  public var folderName: String {
    count == 1 ? "" : "shard-\(Self.padded(number))-of-\(Self.padded(count))"
  }

  private static func padded(_ value: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

extension Shard: CustomStringConvertible {
  public var description: String { "\(number)/\(count)" }
}
