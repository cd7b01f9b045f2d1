import ForensicCore
import Glibc

// The ways an attempt can end for reasons that lie outside the file, or cannot be told from it.

extension ExaminationFailure {
  static let stopped = ExaminationFailure(
    code: "examiner.stopped", message: "The service was stopped before the file was examined.",
    mend: "It is examined when the service runs again.", transient: true)

  static func unavailable(_ reason: String) -> ExaminationFailure {
    ExaminationFailure(
      code: "examiner.unavailable", message: "No examiner could be started: \(reason).",
      mend: "Check that forensic-examiner is installed beside forensicd and can be executed.",
      transient: true)
  }

  static func timeLimit(_ seconds: Double) -> ExaminationFailure {
    ExaminationFailure(
      code: "limit.time",
      message: "The examination took longer than the limit of \(Self.number(seconds)) s.",
      mend: "Raise the time limit if the file is known to be harmless.", transient: true)
  }

  static func memoryLimit(_ bytes: Int) -> ExaminationFailure {
    ExaminationFailure(
      code: "limit.memory",
      message: "The examination needed more memory than the limit of \(bytes >> 20) MiB.",
      mend: "Raise the memory limit if the file is known to be harmless.", transient: true)
  }

  static func crashed(_ how: String) -> ExaminationFailure {
    ExaminationFailure(
      code: "examiner.crashed", message: "The examiner \(how) while it read the file.",
      mend: "Please report this with the file, if it may be shared.", transient: true)
  }

  /// What an examiner's death in the middle of a file means.
  static func death(
    _ end: ExaminerProcess.End, errors: [UInt8], configuration: PoolConfiguration
  ) -> ExaminationFailure {
    let text = String(decoding: errors, as: UTF8.self)
    if ["failed to allocate", "bad_alloc", "ut of memory"].contains(where: text.contains) {
      return memoryLimit(configuration.memoryLimit)
    }
    switch end {
    case .killed(SIGXCPU): return timeLimit(configuration.timeLimit)
    case .killed(SIGKILL):
      return crashed("was killed (SIGKILL), as the kernel does when memory runs out,")
    case .killed(let signal): return crashed("was ended by \(name(ofSignal: signal))")
    case .exited(let status): return crashed("ended by itself (exit status \(status))")
    case .unknown: return crashed("ended")
    }
  }

  private static func name(ofSignal signal: Int32) -> String {
    switch signal {
    case SIGSEGV: "SIGSEGV"
    case SIGBUS: "SIGBUS"
    case SIGILL: "SIGILL"
    case SIGABRT: "SIGABRT"
    case SIGFPE: "SIGFPE"
    case SIGTRAP: "SIGTRAP"
    case SIGSYS: "SIGSYS"
    case SIGTERM: "SIGTERM"
    default: "signal \(signal)"
    }
  }

  /// Seconds without a decimal point where they are whole.
  private static func number(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
  }
}
