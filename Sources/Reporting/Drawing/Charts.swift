import ForensicCore

/// Lines and histograms of a report's figures.
///
/// The view box is 420 units wide with 11-unit type: legible at the 358 pixels that a phone
/// leaves, and at the 480 that the page allows at most.
enum Chart {
  private static let width = 420.0
  private static let height = 210.0
  /// More points than a line of 400 units can show are thinned to their extremes.
  private static let mostPoints = 1024

  /// Lines over `x`, or over 0, 1, 2 … where `x` is empty or of another length.
  static func lines(
    x: [Double], series: [Figure.Series], xLabel: String, yLabel: String, label: String
  ) -> Markup? {
    let count = series.map(\.values.count).min() ?? 0
    guard count > 1 else { return nil }
    let positions = x.count >= count ? Array(x.prefix(count)) : (0..<count).map(Double.init)
    let values = series.flatMap { $0.values.prefix(count) }.filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return nil }
    var frame = ChartFrame(
      x: (positions.min() ?? 0, positions.max() ?? 1), y: (low, high), width: width,
      height: height, xLabel: xLabel, yLabel: yLabel)
    for (index, line) in series.enumerated() {
      let points = zip(positions, line.values).filter { $0.0.isFinite && $0.1.isFinite }
      let step = max(1, points.count / mostPoints)
      frame.drawing.path(
        stride(from: 0, to: points.count, by: step).map {
          (frame.x.position(points[$0].0), frame.y.position(points[$0].1))
        }, class: "line \(seriesClass(line.name, index))")
    }
    return frame.finish(label: label)
  }

  /// Bars of equal width from `lower` to `upper`, every series as a stepped outline.
  static func bars(
    lower: Double, upper: Double, series: [Figure.Series], xLabel: String, yLabel: String,
    label: String
  ) -> Markup? {
    let high = series.flatMap(\.values).filter(\.isFinite).max() ?? 0
    guard high > 0 else { return nil }
    var frame = ChartFrame(
      x: (lower, upper), y: (0, high), width: width, height: height, xLabel: xLabel,
      yLabel: yLabel)
    for (index, bars) in series.enumerated() {
      let values = thinned(bars.values)
      let width = (frame.x.end - frame.x.start) / Double(max(1, values.count))
      let floor = frame.y.position(0)
      var points: [(x: Double, y: Double)] = [(frame.x.start, floor)]
      points.reserveCapacity(2 * values.count + 2)
      for (bin, value) in values.enumerated() {
        let y = frame.y.position(value.isFinite ? value : 0)
        points.append((frame.x.start + Double(bin) * width, y))
        points.append((frame.x.start + Double(bin + 1) * width, y))
      }
      points.append((frame.x.end, floor))
      frame.drawing.path(points, closed: true, class: "area \(seriesClass(bars.name, index))")
    }
    return frame.finish(label: label)
  }

  /// The style sheet's class of a series: channels have their own colours, others take turns.
  static func seriesClass(_ name: String, _ index: Int) -> String {
    switch name.lowercased() {
    case "red", "r": "s-red"
    case "green", "g": "s-green"
    case "blue", "b": "s-blue"
    case "camera average": "s-2"
    default: "s-\(index % 4)"
    }
  }

  private static func thinned(_ values: [Double]) -> [Double] {
    guard values.count > mostPoints else { return values }
    let step = (values.count + mostPoints - 1) / mostPoints
    return stride(from: 0, to: values.count, by: step).map { start in
      values[start..<min(start + step, values.count)].max() ?? 0
    }
  }
}

/// The axes of a chart, with ticks, grid and labels.
struct ChartFrame {
  var drawing: SVG
  let x: Axis
  let y: Axis

  init(
    x: (Double, Double), y: (Double, Double), width: Double, height: Double, xLabel: String,
    yLabel: String
  ) {
    drawing = SVG(width: width, height: height)
    self.x = Axis(lower: x.0, upper: x.1, start: 52, end: width - 8)
    self.y = Axis(lower: y.0, upper: y.1, start: height - 38, end: 20)
    for tick in self.y.ticks {
      let position = self.y.position(tick)
      drawing.line(self.x.start, position, self.x.end, position, class: "grid")
      drawing.text(
        Axis.label(tick), x: self.x.start - 6, y: position + 3.5, anchor: .end, class: "tick")
    }
    for tick in self.x.ticks {
      let position = self.x.position(tick)
      drawing.line(position, self.y.start, position, self.y.start + 4, class: "axis")
      drawing.text(
        Axis.label(tick), x: position, y: self.y.start + 16, anchor: .middle, class: "tick")
    }
    drawing.text(yLabel, x: 0, y: 11, class: "label")
    drawing.text(xLabel, x: self.x.end, y: height - 4, anchor: .end, class: "label")
  }

  mutating func finish(label: String) -> Markup {
    drawing.line(x.start, y.start, x.end, y.start, class: "axis")
    return drawing.markup(label: label, class: "chart")
  }
}
