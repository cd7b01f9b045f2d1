import ExaminerPool
import ForensicCore
import Glibc
import Testing

/// Children that die, hang or take too much.
@Suite("Accidents", .enabled(if: Place.hasExaminer), .serialized, .timeLimit(.minutes(2)))
struct AccidentTests {
  /// Stops the only child, gives it an exhibit, then lets `body` do its worst.
  private func interrupted(
    _ change: (inout PoolConfiguration) -> Void = { _ in },
    _ body: @Sendable (pid_t) async throws -> Void
  ) async throws {
    let file = NamelessFile(try TestPicture.jpeg())
    try await ExaminerPool.with(change) { pool in
      _ = try await pool.greeting().get()
      let pid = try #require(pool.processIDs.first)
      kill(pid, SIGSTOP)
      async let pending = pool.examine(file)
      try await Task.sleep(for: .milliseconds(100))
      try await body(pid)
      let outcome = await pending
      let failure = try #require(outcome.failure)
      #expect(failure.transient)
      #expect(["examiner.crashed", "limit.time"].contains(failure.code))
      // The next exhibit gets a fresh examiner.
      #expect(await pool.examines(file))
      #expect(pool.processIDs.first != pid)
      #expect(pool.statistics.lost == 1)
    }
  }

  @Test("a child that dies at work is a passing failure", arguments: [SIGKILL, SIGSEGV, SIGABRT])
  func dies(signal: Int32) async throws {
    try await interrupted { pid in
      kill(pid, signal)
      kill(pid, SIGCONT)
    }
  }

  @Test("a child that hangs is ended at the time limit")
  func hangs() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    try await interrupted({ $0.timeLimit = 1 }) { _ in }
    #expect(clock.now - start < .seconds(15))
  }

  @Test("a child that died while it had nothing to do costs no exhibit")
  func diesIdle() async throws {
    let file = NamelessFile(try TestPicture.jpeg())
    try await ExaminerPool.with { pool in
      _ = try await pool.greeting().get()
      kill(try #require(pool.processIDs.first), SIGKILL)
      try await Task.sleep(for: .milliseconds(100))
      #expect(await pool.examines(file))
    }
  }

  @Test("an accident of one child does not touch the other's exhibits")
  func neighbour() async throws {
    let file = NamelessFile(try TestPicture.jpeg())
    try await ExaminerPool.with({ $0.count = 2 }) { pool in
      _ = try await pool.greeting().get()
      let outcomes = await withTaskGroup(of: ExaminationOutcome.self) { group in
        for _ in 0..<30 { group.addTask { await pool.examine(file) } }
        group.addTask {
          try? await Task.sleep(for: .milliseconds(30))
          if let pid = pool.processIDs.first { kill(pid, SIGKILL) }
          return await pool.examine(file)
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.count == 31)
      #expect(outcomes.count { $0.failure != nil } <= 1)
    }
  }

  @Test("a picture that does not fit the memory limit fails, and the next is examined")
  func memory() async throws {
    let large = NamelessFile(try TestPicture.flatPNG(side: 7000))
    let small = NamelessFile(try TestPicture.jpeg())
    // The pixels of the large one alone take 140 MiB, beside the program and its bundle.
    let limit = 160 << 20
    try await ExaminerPool.with({ $0.memoryLimit = limit }) { pool in
      let outcome = await pool.examine(large)
      #expect(outcome.failure?.code == "limit.memory")
      #expect(await pool.examines(small))
      #expect(pool.statistics.peakResident < limit)
    }
  }

  @Test("a shutdown in the middle of work gives the exhibit back")
  func shutdown() async throws {
    let file = NamelessFile(try TestPicture.jpeg())
    try await ExaminerPool.with { pool in
      _ = try await pool.greeting().get()
      kill(try #require(pool.processIDs.first), SIGSTOP)
      async let working = pool.examine(file)
      try await Task.sleep(for: .milliseconds(100))
      async let waiting = pool.examine(file)
      try await Task.sleep(for: .milliseconds(100))
      await pool.shutdown(within: .milliseconds(300))
      for outcome in await [working, waiting] {
        #expect(outcome.failure?.code == "examiner.stopped")
        #expect(outcome.failure?.transient == true)
      }
      #expect(pool.processIDs.isEmpty)
    }
  }
}
