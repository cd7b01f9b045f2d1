import ForensicCore
import Glibc

/// A fixed number of confined examiner processes, started once and fed one exhibit after another.
///
/// An examiner that crashes, hangs or exceeds a limit is replaced; the exhibit it had gets a
/// failure with `transient` set, and no other exhibit notices. The pool makes one attempt a call:
/// whether to try again is its caller's affair.
///
/// Every examiner has a thread of its own in this process that blocks on its socket, so that no
/// thread of Swift's cooperative pool ever waits for one.
public final class ExaminerPool: ExaminationService, Sendable {
  private let state: PoolState
  /// As given.
  public let configuration: PoolConfiguration

  /// Starts the threads, which start the examiners. Returns at once; `greeting()` waits.
  public init(configuration: PoolConfiguration) {
    self.configuration = configuration
    let state = PoolState(workers: configuration.count)
    self.state = state
    for _ in 0..<configuration.count {
      let error = PoolThread.start {
        var worker = PoolWorker(state: state, configuration: configuration)
        worker.run()
      }
      if error != 0 {
        configuration.log("cannot start a thread: \(String(cString: strerror(error)))")
        state.workerEnded()
      }
    }
  }

  deinit {
    for job in state.stop() {
      job.continuation.resume(returning: .init(result: .failure(.stopped)))
    }
    state.killProcesses()
  }

  /// What the examiners run and how they are confined, once the first of them is ready; or why
  /// none could be started.
  public func greeting() async -> Result<ExaminerGreeting, ExaminationFailure> {
    await state.greeting()
  }

  /// Has the next free examiner examine an open file, with figures.
  /// - Parameters:
  ///   - size: bytes.
  ///   - without: methods to leave out.
  public func examine(
    descriptor: Int32, name: FileName, size: Int, without: Set<ExaminationMethod>
  ) async -> ExaminationOutcome {
    await examine(descriptor: descriptor, name: name, size: size, without: without, figures: true)
  }

  /// As above; without `figures` the examination holds none, which spares both sides their bytes.
  public func examine(
    descriptor: Int32, name: FileName, size: Int, without: Set<ExaminationMethod> = [],
    figures: Bool
  ) async -> ExaminationOutcome {
    await withCheckedContinuation { continuation in
      let job = PoolState.Job(
        descriptor: descriptor,
        request: ExaminationRequest(
          name: name, size: size, without: without, figures: figures),
        continuation: continuation)
      if !state.add(job) { continuation.resume(returning: .init(result: .failure(.stopped))) }
    }
  }

  /// Takes no more exhibits, gives back those that wait (`examiner.stopped`, transient), lets
  /// those in work finish within `deadline`, then ends every examiner. Idempotent.
  public func shutdown(within deadline: Duration) async {
    for job in state.stop() {
      job.continuation.resume(returning: .init(result: .failure(.stopped)))
    }
    let state = state
    let executioner = Task {
      do { try await Task.sleep(for: deadline) } catch { return }
      state.killProcesses()
    }
    await state.waitUntilStopped()
    executioner.cancel()
  }

  /// What has been done so far.
  public var statistics: PoolStatistics { state.statistics }

  /// The process identifiers of the examiners that run now.
  public var processIDs: [Int32] { state.processIDs }
}
