import CLinux
import ExaminerPool
import ForensicCore
import Glibc

/// The life of one examiner process: load, warm up, shut the doors, greet, then answer requests
/// until the other end closes.
public enum ExaminerProgram {
  /// The socket to the pool.
  private static let socket: Int32 = 3

  /// Returns the exit status.
  public static func run(_ options: ExaminerOptions) -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let channel = FrameChannel(descriptor: socket)
    guard clinux_die_with_parent(options.parent) == 0 else { return EXIT_FAILURE }
    clinux_keep_memory()
    var examiner = Examiner(
      bundle: options.bundle, models: options.models, trustList: options.trustList,
      budgets: options.budgets)
    WarmUp.run(examiner)
    let gauge = MemoryGauge(models: options.models)
    let confinement = Confinement.shut(options: options, gauge: gauge)
    for shortfall in confinement.shortfalls { remark("confinement: \(shortfall)") }
    examiner.limits.memory = confinement.available
    let service = ExaminerLoop(
      examiner: examiner, channel: channel, gauge: gauge, maximumFileSize: options.fileSize)
    do {
      try channel.send(Frame(kind: .greeting, greeting(examiner, confinement)))
      try service.run()
    } catch .closed {
      return EXIT_SUCCESS
    } catch {
      remark("the socket failed: \(error)")
      return EXIT_FAILURE
    }
  }

  private static func greeting(
    _ examiner: Examiner, _ confinement: Confinement
  ) -> ExaminerGreeting {
    let bundle = examiner.bundle
    return ExaminerGreeting(
      protocolVersion: Frame.protocolVersion, version: ForensicVersion.current,
      bundle: bundle.name, bundleDigest: bundle.digest, bundleFailure: bundle.failure,
      trustListCount: examiner.trustList.count, trustListFailure: examiner.trustList.failure,
      confinement: confinement.facts, trials: confinement.trials)
  }

  /// A line on standard error, which the pool passes on to the log.
  static func remark(_ text: String) {
    var line = Array("forensic-examiner: \(text)\n".utf8)
    _ = write(STDERR_FILENO, &line, line.count)
  }
}
