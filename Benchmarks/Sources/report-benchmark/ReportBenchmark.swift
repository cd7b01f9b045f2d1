import ForensicCore
import Foundation
import Reporting

// What writing a report takes.
//
//   report-benchmark REPORT.json [--templates DIR] [--rounds N]
//
// The JSON, the page and an index of 200 rows are made anew each round; processor time of the one
// thread, medians.

@main
struct ReportBenchmark {
  static func main() throws {
    var rest = CommandLine.arguments.dropFirst()
    guard let file = rest.popFirst() else { usage() }
    var templates = "templates"
    var rounds = 100
    while let name = rest.popFirst(), let value = rest.popFirst() {
      switch name {
      case "--templates": templates = value
      case "--rounds": rounds = max(1, Int(value) ?? rounds)
      default: usage()
      }
    }
    let report = try JSONDecoder().decode(
      Report.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    let json = try ReportEncoder.json(report, pretty: true)
    let page = try ReportRenderer(templates: templates)
    let index = try IndexRenderer(templates: templates)
    let lines = (0..<200).map { ReportLine(report, folder: "2026/11/picture-\($0)") }
    try measure("report.json", rounds) { _ = try ReportEncoder.json(report, pretty: true) }
    try measure("report.html", rounds) { _ = try page.html(report, json: json) }
    try measure("index.html of 200 rows", rounds) { _ = index.html(lines) }
  }

  private static func usage() -> Never {
    print("usage: report-benchmark REPORT.json [--templates DIR] [--rounds N]")
    exit(64)
  }

  private static func measure(_ name: String, _ rounds: Int, _ body: () throws -> Void) rethrows {
    var times = [Double]()
    for _ in 0..<rounds {
      let start = now()
      try body()
      times.append(now() - start)
    }
    let median = times.sorted()[rounds / 2]
    print("\(name): \((median * 100).rounded() / 100) ms")
  }

  /// Milliseconds of processor time of this thread.
  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }
}
