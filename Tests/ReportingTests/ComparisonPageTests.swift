import ForensicCore
import Foundation
import Reporting
import Testing

/// A picture's spectrum beside averages.
@Suite struct ComparisonPageTests {
  /// The sample of a generated picture with the figures of a bundle that has averages.
  static func report(family: Bool = true) throws -> Report {
    var report = SampleReports.generated
    var examination = try report.outcome.get()
    let place = try #require(examination.figures.firstIndex { $0.id == "spectrum" })
    let own = examination.figures[place]
    func average(_ suffix: String, _ title: String) -> Figure {
      Figure(
        id: "spectrum-\(suffix)", title: title, caption: "The caption of \(suffix).",
        content: own.content)
    }
    func line(_ name: String, _ level: Double) -> Figure.Series {
      .init(name: name, values: (0..<64).map { level - Double($0) / 16 })
    }
    var figures = [average("camera", "Camera average, 5,958 pictures")]
    var series = [line("this picture", 12)]
    if family {
      figures.append(average("family", "<FLUX> average, 700 pictures"))
      series.append(line("<FLUX> average", 11))
    }
    series.append(line("camera average", 10))
    figures.append(
      Figure(
        id: "spectrum-profile", title: "Spectrum by distance from frequency 0",
        caption: "An average is no evidence by itself: sources differ as much as families do.",
        content: .lines(
          x: (0..<64).map { Double($0) / 128 }, series: series, xLabel: "cycles a pixel",
          yLabel: "power, log2")))
    examination.figures.insert(contentsOf: figures, at: place + 1)
    report.outcome = .success(examination)
    return report
  }

  private func comparison(_ page: String) throws -> Substring {
    let start = try #require(page.range(of: "<div class=\"comparison\">"))
    let end = try #require(page[start.upperBound...].range(of: "</article>"))
    return page[start.upperBound..<end.lowerBound]
  }

  @Test func `three pictures in a row, each with its name`() throws {
    let page = try PageTests.page(Self.report())
    if let previews = ProcessInfo.processInfo.environment["REPORT_PREVIEWS"] {
      try Data(page.utf8).write(to: URL(filePath: "\(previews)/comparison.html"))
    }
    let part = try comparison(page)
    #expect(part.split(separator: "<img ").count == 4)
    for caption in [
      "This picture", "Camera average, 5,958 pictures", "&lt;FLUX&gt; average, 700 pictures",
    ] {
      #expect(part.contains("<figcaption>\(caption)</figcaption>"))
      #expect(part.contains("alt=\"Residual spectrum: \(caption)\""))
    }
    #expect(part.contains("no evidence by itself"))
    #expect(part.contains("<b>Residual spectrum.</b>"))
    // Once each: neither with the further figures again, nor with another detector.
    #expect(page.split(separator: "class=\"comparison\"").count == 2)
    #expect(!page.contains("<b>Camera average"))
  }

  @Test func `three lines, the camera in the camera's colour`() throws {
    let part = try comparison(PageTests.page(Self.report()))
    for item in [
      "<li class=\"s-0\">this picture</li>", "<li class=\"s-1\">&lt;FLUX&gt; average</li>",
      "<li class=\"s-2\">camera average</li>",
    ] {
      #expect(part.contains(item))
    }
    let two = try comparison(PageTests.page(Self.report(family: false)))
    #expect(two.contains("<li class=\"s-2\">camera average</li>"))
    #expect(two.split(separator: "<img ").count == 3)
  }

  @Test func `without averages the figure stands as before`() throws {
    let page = try PageTests.page("generated")
    #expect(!page.contains("class=\"comparison\""))
    #expect(page.contains("<article class=\"detector illustrated\">"))
  }

  /// A finding that names the figure refers to it.
  @Test func `findings refer to the picture in the row`() throws {
    let page = try PageTests.page(Self.report())
    let part = try comparison(page)
    let start = try #require(part.range(of: "<figure class=\"figure raster\" id=\""))
    let anchor = part[start.upperBound...].prefix { $0 != "\"" }
    #expect(page.contains("<a href=\"#\(anchor)\">See the figure.</a>"))
  }
}
