import ExaminerPool
import ForensicCore
import Glibc
import Testing

/// Every broken file of the fixtures, through a real child.
@Suite("Malformed files", .enabled(if: Place.hasExaminer), .serialized, .timeLimit(.minutes(3)))
struct MalformedTests {
  @Test(
    "an examination or a typed failure for each; no hang, no crash, bounded memory",
    .enabled(if: Place.malformed != nil))
  func all() async throws {
    let files = Place.files(below: try #require(Place.malformed))
    #expect(files.count > 100)
    try await ExaminerPool.with({ $0.count = 2 }) { pool in
      _ = try await pool.greeting().get()
      var slowest = (Duration.zero, "")
      var failures = [String: Int]()
      for path in files {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        try #require(descriptor >= 0 && fstat(descriptor, &status) == 0)
        defer { close(descriptor) }
        let start = ContinuousClock.now
        let outcome = await pool.examine(
          descriptor: descriptor, name: FileName(path), size: Int(status.st_size))
        let time = ContinuousClock.now - start
        slowest = max((time, path), slowest) { $0.0 < $1.0 }
        #expect(time < .seconds(5), "\(path)")
        if let failure = outcome.failure {
          #expect(!failure.transient && !failure.message.isEmpty, "\(path): \(failure)")
          failures[failure.code, default: 0] += 1
        }
      }
      let statistics = pool.statistics
      #expect(statistics.lost == 0)
      #expect(statistics.examined + statistics.failed == files.count)
      #expect(statistics.peakResident < 512 << 20)
      print(
        "malformed: \(files.count) files, \(statistics.examined) examined, failures \(failures);",
        "slowest \(slowest.0) \(slowest.1); peak \(statistics.peakResident >> 20) MiB")
    }
  }

  private func max(
    _ left: (Duration, String), _ right: (Duration, String),
    by less: ((Duration, String), (Duration, String)) -> Bool
  ) -> (Duration, String) { less(left, right) ? right : left }
}
