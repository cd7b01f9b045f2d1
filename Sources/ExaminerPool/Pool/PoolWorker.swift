import CLinux
import ForensicCore
import Glibc

/// The loop of one pool thread: keeps one examiner alive and hands it one exhibit after another.
struct PoolWorker {
  private let state: PoolState
  private let configuration: PoolConfiguration
  private var examiner: ExaminerProcess?
  private var greeting: ExaminerGreeting?
  private var exhibits = 0
  /// Examiners lost in a row without one examination between them.
  private var losses = 0
  private var lastAttempt: ContinuousClock.Instant?

  init(state: PoolState, configuration: PoolConfiguration) {
    self.state = state
    self.configuration = configuration
  }

  /// Works until the pool stops.
  mutating func run() {
    // The first start before the first exhibit: loading overlaps with the service's own start.
    _ = start()
    while let job = state.next() {
      let result = attempt(job)
      state.count { statistics in
        if case .success = result { statistics.examined += 1 } else { statistics.failed += 1 }
      }
      var confinement = greeting?.confinement
      confinement?.timeLimit = configuration.timeLimit
      job.continuation.resume(returning: .init(result: result, confinement: confinement))
      if examiner == nil, losses <= 1, !state.isStopping { _ = start() }
    }
    retire()
    state.workerEnded()
  }

  // MARK: One exhibit

  private mutating func attempt(_ job: PoolState.Job) -> Result<Examination, ExaminationFailure> {
    if examiner?.hasGoneAstray == true { lose() }
    if examiner == nil, let failure = startAfterPause() { return .failure(failure) }
    do {
      limitProcessorTime()
      try examiner?.channel.send(
        Frame(kind: .request, job.request), passing: job.descriptor)
      let deadline = ContinuousClock.now + .seconds(configuration.timeLimit)
      let answer = try ExaminerAnswer(try receive(until: deadline))
      accept(answer.usage)
      return answer.result
    } catch ChannelFailure.timedOut {
      lose()
      return .failure(state.isStopping ? .stopped : .timeLimit(configuration.timeLimit))
    } catch ChannelFailure.closed {
      let failure = lose()
      return .failure(state.isStopping ? .stopped : failure)
    } catch WireFailure.notFinite {
      lose()
      return .failure(.crashed("gave a number that is not finite"))
    } catch {
      lose()
      return .failure(.crashed("gave an answer that cannot be read"))
    }
  }

  private func receive(
    until deadline: ContinuousClock.Instant
  ) throws(ChannelFailure) -> Frame {
    guard let process = examiner else { throw .closed }
    let log = configuration.log
    let (frame, passed) = try process.channel.receive { () throws(ChannelFailure) in
      try process.waitReadable(until: deadline, log: log)
    }
    // An examiner has nothing to hand out.
    if let passed { close(passed) }
    return frame
  }

  /// Past this the kernel ends the examiner even if this process cannot.
  private func limitProcessorTime() {
    guard let pid = examiner?.pid else { return }
    let used = clinux_cpu_time(pid)
    guard used >= 0 else { return }
    let seconds = Double(used) / 1e9 + configuration.timeLimit + 2
    _ = clinux_limit_cpu_time(pid, UInt64(seconds))
  }

  /// Books an answered exhibit, and replaces an examiner that has had its share.
  private mutating func accept(_ usage: ExaminerUsage) {
    losses = 0
    exhibits += 1
    state.count { $0.add(usage) }
    let log = configuration.log
    examiner?.drainErrors(log: log)
    examiner?.forgetErrors(log: log)
    if exhibits >= configuration.exhibitsPerExaminer
      || usage.resident > configuration.residentBetweenExhibits
    {
      retire()
      state.count { $0.retired += 1 }
    }
  }

  // MARK: Start and end

  /// Waits out the pause that grows with every loss in a row, then starts an examiner.
  private mutating func startAfterPause() -> ExaminationFailure? {
    if losses > 1, let lastAttempt {
      let pause = min(Duration.seconds(5), .milliseconds(50) * (1 << min(losses, 8)))
      let until = lastAttempt + pause
      while ContinuousClock.now < until {
        if state.isStopping { return .stopped }
        usleep(10_000)
      }
    }
    return start()
  }

  private mutating func start() -> ExaminationFailure? {
    lastAttempt = .now
    exhibits = 0
    do {
      let process = try ExaminerProcess(configuration: configuration)
      state.processStarted(process.pid)
      state.count { $0.started += 1 }
      examiner = process
    } catch {
      losses += 1
      return report(.unavailable("\(configuration.executable): \(Self.text(of: error))"))
    }
    do {
      let frame = try receive(until: .now + .seconds(configuration.startLimit))
      if frame.kind == .refusal {
        let reason = try frame.value(as: String.self)
        lose()
        return report(.unavailable(reason))
      }
      guard frame.kind == .greeting else { throw WireFailure.invalid }
      let greeting = try frame.value(as: ExaminerGreeting.self)
      guard greeting.protocolVersion == Frame.protocolVersion,
        greeting.version == ForensicVersion.current
      else {
        lose()
        return report(
          .unavailable(
            "it is of version \(greeting.version), this service of \(ForensicVersion.current)"))
      }
      self.greeting = greeting
      state.greeted(.success(greeting))
      return nil
    } catch ChannelFailure.timedOut {
      lose()
      return report(.unavailable("it was not ready within \(configuration.startLimit) s"))
    } catch {
      let failure = lose()
      return report(.unavailable("it ended while it started (\(failure.message))"))
    }
  }

  private func report(_ failure: ExaminationFailure) -> ExaminationFailure {
    let failure = state.isStopping ? .stopped : failure
    configuration.log(failure.message)
    state.greeted(.failure(failure))
    return failure
  }

  /// Ends an examiner that is of no more use, and says what its end means.
  @discardableResult
  private mutating func lose() -> ExaminationFailure {
    guard let process = examiner else { return .crashed("ended") }
    examiner = nil
    losses += 1
    // It may be on its way out by itself, with a better reason than our SIGKILL.
    let hasClosed = process.hasGoneAstray
    state.processEnds(process.pid)
    let end = (hasClosed ? process.awaitEnd(within: .milliseconds(500)) : nil) ?? process.bury()
    process.drainErrors(log: configuration.log)
    state.count { $0.lost += 1 }
    let failure = ExaminationFailure.death(
      end, errors: process.errorTail, configuration: configuration)
    process.forgetErrors(log: configuration.log)
    configuration.log("examiner \(process.pid): \(failure.message)")
    return failure
  }

  /// Lets an idle examiner go: it ends when its socket does.
  private mutating func retire() {
    guard let process = examiner else { return }
    examiner = nil
    state.processEnds(process.pid)
    shutdown(process.channel.descriptor, Int32(SHUT_RDWR))
    if process.awaitEnd(within: .milliseconds(500)) == nil { _ = process.bury() }
  }

  private static func text(of failure: ChannelFailure) -> String {
    switch failure {
    case .system(let error): String(cString: strerror(error))
    case .closed: "the socket was closed"
    case .timedOut: "no answer in time"
    case .malformed: "an answer that cannot be read"
    }
  }
}
