import ForensicCore

/// The drawings of the conclusion: shares as bars, error rates as counted squares, the likelihood
/// ratio on its verbal scale.
enum EvidenceDrawing {
  /// A share of 0…1 as a bar that fills its table cell.
  static func bar(_ share: Double, class name: StaticString) -> Markup {
    var drawing = SVG(width: 100, height: 10)
    drawing.rectangle(x: 0, y: 0, width: 100, height: 10, class: "track")
    let width = share.isFinite ? 100 * min(max(share, 0), 1) : 0
    drawing.rectangle(x: 0, y: 0, width: width, height: 10, class: name)
    return drawing.markup(label: nil, class: "bar", stretch: true)
  }

  /// A probability of 0…1 as a mark on a line from camera to generated.
  static func strip(_ probability: Double, class name: StaticString) -> Markup {
    var drawing = SVG(width: 200, height: 16)
    let axis = Axis(lower: 0, upper: 1, start: 6, end: 194)
    drawing.line(axis.start, 8, axis.end, 8, class: "axis")
    for tick in [0, 0.5, 1] {
      drawing.line(axis.position(tick), 4, axis.position(tick), 12, class: "axis")
    }
    drawing.disc(
      x: axis.position(probability.isFinite ? probability : 0.5), y: 8, radius: 5, class: name)
    return drawing.markup(label: nil, class: "strip")
  }

  /// One hundred squares, `marked` of them set apart: a rate as something one can count.
  static func hundred(marked: Int, class name: StaticString) -> Markup {
    var drawing = SVG(width: 99, height: 99)
    for index in 0..<100 {
      let isMarked = index < marked
      drawing.rectangle(
        x: Double(index % 10) * 10, y: Double(index / 10) * 10, width: 9, height: 9,
        class: isMarked ? name : "unit")
    }
    return drawing.markup(label: nil, class: "hundred")
  }

  /// The log10 likelihood ratio on an axis whose ticks are the odds, camera to the left.
  static func scale(ratio: Double, leaning: Conclusion.Leaning) -> Markup {
    let reach = min(7, max(3, ratio.magnitude.rounded(.up)))
    var drawing = SVG(width: 420, height: 74)
    let axis = Axis(lower: -reach, upper: reach, start: 18, end: 402)
    drawing.text("← more probable if no generator made it", x: 0, y: 11, class: "s-camera label")
    drawing.text(
      "if one did →", x: 420, y: 11, anchor: .end, class: "s-generated label")
    for step in 0..<Int(reach) {
      let (near, far) = (Double(step), Double(step + 1))
      // Every second decade is tinted, so that the steps of the scale can be counted.
      if step % 2 == 0 {
        for (from, to) in [(near, far), (-far, -near)] {
          drawing.rectangle(
            x: axis.position(from), y: 22, width: axis.position(to) - axis.position(from),
            height: 24, class: "band")
        }
      }
    }
    let (zero, mark) = (axis.position(0), axis.position(ratio.isFinite ? ratio : 0))
    drawing.rectangle(
      x: min(zero, mark), y: 29, width: abs(mark - zero), height: 10, class: fill(leaning))
    drawing.disc(x: mark, y: 34, radius: 6, class: fill(leaning))
    drawing.line(zero, 19, zero, 50, class: "axis strong")
    drawing.line(axis.start, 46, axis.end, 46, class: "axis")
    for power in -Int(reach)...Int(reach) {
      let position = axis.position(Double(power))
      drawing.line(position, 46, position, 50, class: "axis")
      // A long axis has room for every second label only.
      if reach < 5 || power % 2 == 0 {
        drawing.text(odds(power), x: position, y: 63, anchor: .middle, class: "tick")
      }
    }
    return drawing.markup(
      label: "Likelihood ratio on a logarithmic scale: log10 is \(Digits.fixed(ratio, 2))",
      class: "scale")
  }

  static func fill(_ leaning: Conclusion.Leaning) -> StaticString {
    switch leaning {
    case .generated: "s-generated"
    case .camera: "s-camera"
    case .inconclusive: "s-neutral"
    }
  }

  private static func odds(_ power: Int) -> String {
    switch power.magnitude {
    case 0: "1"
    case 1: "10×"
    case 2: "100×"
    case 3: "1,000×"
    default: "10" + String(Array("⁰¹²³⁴⁵⁶⁷⁸⁹")[Int(min(9, power.magnitude))]) + "×"
    }
  }
}
