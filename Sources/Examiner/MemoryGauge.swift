import Glibc

/// This process's own memory, read through descriptors that were opened before the doors shut.
struct MemoryGauge {
  private let statm: Int32
  private let status: Int32
  private let page: Int
  /// Resident pages of encoders' weights, in bytes, which all examiners share; no exhibit can
  /// make them more.
  let models: Int

  /// - Parameter models: the folder of installed encoders, which have been loaded and used.
  init(models folder: String? = nil) {
    statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    status = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    page = max(1, sysconf(Int32(_SC_PAGESIZE)))
    models = folder.map(Self.resident(below:)) ?? 0
  }

  /// Resident bytes of files mapped from below a folder: `Rss` in `proc_pid_smaps(5)`.
  private static func resident(below folder: String) -> Int {
    guard let file = fopen("/proc/self/smaps", "re") else { return 0 }
    defer { fclose(file) }
    let wanted =
      (realpath(folder, nil).map { path in
        defer { free(path) }
        return String(cString: path)
      } ?? folder) + "/"
    var line = [CChar](repeating: 0, count: 8192)
    var isInside = false
    var sum = 0
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.first.map({ $0.isNumber || $0.isLowercase }) == true, text.contains("-") {
        isInside = text.contains(" " + wanted)
      } else if isInside, text.hasPrefix("Rss:") {
        sum += (Int(text.filter(\.isNumber)) ?? 0) * 1024
      }
    }
    return sum
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

  /// The most that was ever resident, in bytes: `VmHWM`. Not `getrusage(2)`, whose figure begins
  /// with that of the parent.
  var peak: Int {
    var buffer = [UInt8](repeating: 0, count: 2048)
    let count = pread(status, &buffer, buffer.count, 0)
    let label = Array("VmHWM:".utf8)
    for line in buffer[..<max(0, count)].split(separator: UInt8(ascii: "\n"))
    where line.starts(with: label) {
      return line.lazy.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        .reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } * 1024
    }
    return 0
  }
}
