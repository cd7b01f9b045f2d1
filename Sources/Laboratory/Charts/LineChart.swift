/// Lines over a common horizontal axis.
struct LineChart {
  struct Series {
    var name: String
    var points: [(x: Double, y: Double)]
    var dashed = false
  }

  var title: String
  var xLabel: String
  var yLabel: String
  var xRange: ClosedRange<Double>
  var yRange: ClosedRange<Double>
  /// Names at places of the horizontal axis; none: five numbers spread evenly.
  var xTicks: [(value: Double, label: String)] = []
  var series: [Series]

  private static let left = 64.0
  private static let top = 36.0
  private static let plot = (width: 460.0, height: 260.0)

  var svg: String {
    let height = Self.top + Self.plot.height + 60
    var drawing = SVG(width: Self.left + Self.plot.width + 190, height: height, title: title)
    drawing.text(title, x: Self.left, y: 20, size: 14, colour: "#111")
    for step in 0...4 {
      let value =
        yRange.lowerBound + (yRange.upperBound - yRange.lowerBound) * Double(step) / 4
      let at = y(value)
      drawing.line(
        [(Self.left, at), (Self.left + Self.plot.width, at)], colour: "#ddd", width: 1)
      drawing.text(ExperimentTable.format(value, 2), x: Self.left - 8, y: at + 4, anchor: .end)
    }
    for tick in ticks {
      drawing.text(
        tick.label, x: x(tick.value), y: Self.top + Self.plot.height + 18, anchor: .middle)
    }
    drawing.text(
      xLabel, x: Self.left + Self.plot.width / 2, y: Self.top + Self.plot.height + 42,
      anchor: .middle)
    drawing.text(
      yLabel, x: 18, y: Self.top + Self.plot.height / 2, anchor: .middle, turned: true)
    for (index, line) in series.enumerated() {
      let colour = SVG.palette[index % SVG.palette.count]
      let points = line.points.filter { $0.x.isFinite && $0.y.isFinite }
        .map { (x: x($0.x), y: y($0.y)) }
      drawing.line(points, colour: colour, dashed: line.dashed)
      if points.count <= 16 {
        for point in points { drawing.dot(x: point.x, y: point.y, radius: 3, colour: colour) }
      }
      let row = Self.top + 12 + Double(index) * 18
      let legend = Self.left + Self.plot.width + 16
      drawing.line(
        [(legend, row - 4), (legend + 18, row - 4)], colour: colour, dashed: line.dashed)
      drawing.text(line.name, x: legend + 24, y: row)
    }
    return drawing.document
  }

  private var ticks: [(value: Double, label: String)] {
    guard xTicks.isEmpty else { return xTicks }
    return (0...4).map { step in
      let value =
        xRange.lowerBound + (xRange.upperBound - xRange.lowerBound) * Double(step) / 4
      return (value, ExperimentTable.format(value, value == value.rounded() ? 0 : 2))
    }
  }

  private func x(_ value: Double) -> Double {
    Self.left + Self.plot.width * share(value, xRange)
  }

  private func y(_ value: Double) -> Double {
    Self.top + Self.plot.height * (1 - share(value, yRange))
  }

  private func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return 0 }
    return min(1, max(0, (value - range.lowerBound) / span))
  }
}
