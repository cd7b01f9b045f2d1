import ExaminerPool
import ForensicCore
import Glibc
import Testing

/// Executables that are no examiners.
@Suite("A pool without examiners", .timeLimit(.minutes(1)))
struct PoolFailureTests {
  @Test(
    "every exhibit gets an answer",
    arguments: ["/nonexistent/forensic-examiner", "/bin/true", "/bin/false", "/etc/passwd"])
  func unavailable(executable: String) async {
    let pool = ExaminerPool(
      configuration: PoolConfiguration(executable: executable, count: 2, startLimit: 5))
    let greeting = await pool.greeting()
    #expect(throws: ExaminationFailure.self) { try greeting.get() }
    for _ in 0..<3 {
      let outcome = await pool.examine(descriptor: 0, name: FileName("a"), size: 1)
      guard case .failure(let failure) = outcome.result else {
        Issue.record("examined without an examiner")
        continue
      }
      #expect(failure.code == "examiner.unavailable")
      #expect(failure.transient)
    }
    await pool.shutdown(within: .seconds(1))
    #expect(pool.processIDs.isEmpty)
  }

  @Test("a program that never greets is given up")
  func silent() async {
    // `yes` ignores the socket, and its output goes nowhere.
    let pool = ExaminerPool(
      configuration: PoolConfiguration(executable: "/usr/bin/yes", count: 1, startLimit: 0.3))
    let greeting = await pool.greeting()
    #expect(throws: ExaminationFailure.self) { try greeting.get() }
    await pool.shutdown(within: .seconds(1))
    #expect(pool.processIDs.isEmpty)
  }

  @Test("an executable that keeps failing is not started in a storm")
  func storm() async {
    let pool = ExaminerPool(
      configuration: PoolConfiguration(executable: "/bin/false", count: 1, startLimit: 5))
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<5 { _ = await pool.examine(descriptor: 0, name: FileName("a"), size: 1) }
    #expect(clock.now - start > .milliseconds(500))
    #expect(pool.statistics.started <= 7)
    await pool.shutdown(within: .seconds(1))
  }

  @Test("after the shutdown every exhibit is given back at once")
  func stopped() async {
    let pool = ExaminerPool(configuration: PoolConfiguration(executable: "/bin/false", count: 1))
    await pool.shutdown(within: .seconds(1))
    await pool.shutdown(within: .seconds(1))
    let outcome = await pool.examine(descriptor: 0, name: FileName("a"), size: 1)
    guard case .failure(let failure) = outcome.result else {
      Issue.record("examined after the shutdown")
      return
    }
    #expect(failure.code == "examiner.stopped")
  }
}
