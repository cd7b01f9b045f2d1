import CLinux
import Glibc

/// This process's own memory, read through a descriptor that was opened before the doors shut.
struct MemoryGauge {
  private let statm: Int32
  private let page: Int

  init() {
    statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    page = max(1, sysconf(Int32(_SC_PAGESIZE)))
  }

  /// `proc_pid_statm(5)`, in bytes: mapped, resident, resident and backed by files.
  var now: (mapped: Int, resident: Int, shared: Int) {
    var buffer = [UInt8](repeating: 0, count: 128)
    let count = pread(statm, &buffer, buffer.count, 0)
    guard count > 0 else { return (0, 0, 0) }
    let fields = buffer[..<count].split(separator: UInt8(ascii: " ")).prefix(3).map {
      (Int(String(decoding: $0, as: UTF8.self)) ?? 0) * page
    }
    guard fields.count == 3 else { return (0, 0, 0) }
    return (fields[0], fields[1], fields[2])
  }

  /// The most that was ever resident, in bytes.
  var peak: Int { max(0, Int(clinux_peak_memory())) }
}
