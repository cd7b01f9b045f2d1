import Foundation

// What the methods that can be switched off cost, beside the detectors alone, in one run.
//
//   methods-benchmark FILE.jpg [--copies N] [--rounds R] [--root DIR]
//
// In turn, N copies of the file are examined by one examiner with all methods, without any, and
// without each; the time of one file alone, which is mostly starting up, is taken off. Times are
// processor times of all processes, which other work on the machine changes little; ratios are
// medians over the rounds.

@main
struct MethodsBenchmark {
  static let methods = [
    "double-jpeg", "shifted-jpeg", "ghosts", "error-level", "block-grid", "noise", "copy-move",
    "encoder",
    "content-credentials", "tile-scores", "stability",
  ]

  static func main() throws {
    var rest = CommandLine.arguments.dropFirst()
    guard let file = rest.popFirst() else {
      print("usage: methods-benchmark FILE.jpg [--copies N] [--rounds R] [--root DIR]")
      exit(64)
    }
    var copies = 40
    var rounds = 5
    var root = FileManager.default.currentDirectoryPath
    while let name = rest.popFirst(), let value = rest.popFirst() {
      switch name {
      case "--copies": copies = max(2, Int(value) ?? copies)
      case "--rounds": rounds = max(1, Int(value) ?? rounds)
      case "--root": root = value
      default: exit(64)
      }
    }
    let program = root + "/.build/release/forensicctl"
    let files = [String](repeating: file, count: copies)
    let variants =
      [("all methods", []), ("detectors alone", methods)] + methods.map { ("without \($0)", [$0]) }
    var times = [String: [Double]]()
    for _ in 0..<rounds {
      for (name, off) in variants {
        let options = ["examine", "--json", "--workers", "1"] + off.flatMap { ["--without", $0] }
        let one = try seconds(program, options + [file])
        let many = try seconds(program, options + files)
        times[name, default: []].append((many - one) / Double(copies - 1) * 1000)
      }
    }
    for (name, _) in variants {
      print("\(name): \(shown(median(times[name] ?? []))) ms a file")
    }
    let ratios = zip(times["all methods"] ?? [], times["detectors alone"] ?? []).map { $0 / $1 }
    print("all methods : detectors alone = \(shown(median(ratios))) (4 or less)")
  }

  private static func seconds(_ program: String, _ arguments: [String]) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let before = childrenTime()
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      print("\(program) failed")
      exit(1)
    }
    return childrenTime() - before
  }

  /// Processor seconds of all children that have ended, and of theirs.
  private static func childrenTime() -> Double {
    var usage = rusage()
    getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  private static func shown(_ value: Double) -> String { String(format: "%.2f", value) }
}
