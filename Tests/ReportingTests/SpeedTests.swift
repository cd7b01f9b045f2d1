import ForensicCore
import Foundation
import Reporting
import Testing

/// How long a page takes: printed, and held below a generous bound that only a change of kind
/// (templates parsed anew, text walked by grapheme) would exceed.
@Suite(.serialized) struct SpeedTests {
  /// The sample report with a picture of 60 kB in base64, as a real one has.
  static let report: Report = {
    var report = SampleReports.generated
    if case .success(var examination) = report.outcome {
      examination.figures[0].content = .raster(
        mediaType: "image/jpeg", base64: String(repeating: "Abc9", count: 15_000), width: 640,
        height: 427)
      examination.metadata.exif = (0..<3).flatMap { _ in SampleReports.exif }
      report.outcome = .success(examination)
    }
    return report
  }()

  @Test func json() throws {
    let time = try Self.cpu { _ = try ReportEncoder.json(Self.report, pretty: true) }
    print("report.json: \(time) ms CPU")
    #expect(time < 15)
  }

  @Test func html() throws {
    let renderer = try ReportRenderer(templates: Folders.templates)
    let json = try ReportEncoder.json(Self.report, pretty: true)
    let time = try Self.cpu { _ = try renderer.html(Self.report, json: json) }
    print("report.html: \(time) ms CPU")
    #expect(time < 20)
  }

  @Test func index() throws {
    let renderer = try IndexRenderer(templates: Folders.templates)
    let lines = (0..<200).map { ReportLine(Self.report, folder: "2026/11/picture-\($0)") }
    let time = try Self.cpu(rounds: 20) { _ = renderer.html(lines) }
    print("index.html of 200 rows: \(time) ms CPU")
    #expect(time < 80)
  }

  /// Milliseconds of CPU time of this thread, the median of many rounds.
  private static func cpu(rounds: Int = 100, _ body: () throws -> Void) rethrows -> Double {
    var times: [Double] = []
    for _ in 0..<rounds {
      let start = now()
      try body()
      times.append(now() - start)
    }
    return times.sorted()[rounds / 2]
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }
}
