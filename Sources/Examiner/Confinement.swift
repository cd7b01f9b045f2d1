import CLinux
import ForensicCore
import Glibc

/// Shuts the doors, and then rattles each of them: what stands in the report is what a trial
/// showed, not what a call claimed.
struct Confinement {
  private(set) var facts: Report.Confinement
  private(set) var trials: [String] = []
  /// What could not be put in force, for the log.
  private(set) var shortfalls: [String] = []

  /// Bytes of private memory left for exhibits; what an examination may plan with.
  let available: Int

  private static let descriptors: UInt64 = 16
  /// Pages of the program and its libraries that have not been touched yet.
  private static let reserve = 24 << 20

  /// Puts everything in force that the kernel has.
  static func shut(options: ExaminerOptions, gauge: MemoryGauge) -> Confinement {
    Confinement(options: options, gauge: gauge)
  }

  private init(options: ExaminerOptions, gauge: MemoryGauge) {
    facts = Report.Confinement(
      noNewPrivileges: false, seccomp: false, landlock: nil, memoryLimit: nil, timeLimit: nil)
    let memory = gauge.now
    let data = max(
      options.memory - max(0, memory.shared - gauge.models) - Self.reserve, 32 << 20)
    available = max(data - (memory.resident - memory.shared), 16 << 20)
    guard options.confined else {
      shortfalls.append("confinement is switched off")
      return
    }
    note("no new privileges", clinux_give_up_privileges())
    if note(
      "resource limits",
      clinux_limit_resources(UInt64(data), UInt64(memory.mapped + data), Self.descriptors))
    {
      facts.memoryLimit = options.memory
    }
    let landlock = clinux_landlock()
    note("Landlock", landlock == 0 ? -ENOSYS : min(landlock, 0))
    if landlock > 0, refused("open a file under Landlock", clinux_try_open("/proc/self/status")) {
      facts.landlock = Int(landlock)
    }
    // Asked before the filter, which lets no such question through.
    facts.noNewPrivileges = clinux_has_no_new_privileges() == 1
    let seccomp = clinux_seccomp()
    note("seccomp", seccomp)
    if seccomp == 0 { facts.seccomp = tryDoors() }
  }

  /// Every one has to hold.
  private mutating func tryDoors() -> Bool {
    let outcomes = [
      refused("open a file", clinux_try_open("/etc/passwd")),
      refused("make a socket", clinux_try_socket()),
      refused("bind a port", clinux_try_bind()),
      refused("fork", clinux_try_fork()),
      refused("map executable memory", clinux_try_executable_memory()),
    ]
    return outcomes.allSatisfy { $0 }
  }

  @discardableResult
  private mutating func note(_ what: String, _ result: Int32) -> Bool {
    if result < 0 { shortfalls.append("\(what): \(String(cString: strerror(-result)))") }
    return result >= 0
  }

  private mutating func refused(_ what: String, _ error: Int32) -> Bool {
    trials.append(
      error == 0 ? "\(what): possible" : "\(what): refused (\(String(cString: strerror(error))))")
    if error == 0 { shortfalls.append("\(what) is still possible") }
    return error != 0
  }
}
