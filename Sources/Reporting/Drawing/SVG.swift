/// A drawing, as the text of an inline `svg` element.
///
/// Colours come from classes of the style sheet, so that one drawing serves light, dark and paper;
/// coordinates are in units of the view box, written with one decimal.
struct SVG: Sendable {
  /// Where a text stands relative to its point.
  enum Anchor: String { case start, middle, end }

  let width: Double
  let height: Double
  private var body: [UInt8] = []

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
    body.reserveCapacity(2048)
  }

  /// A straight line.
  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: StaticString
  ) {
    open("<line", class: name)
    attribute(" x1=\"", x1)
    attribute(" y1=\"", y1)
    attribute(" x2=\"", x2)
    attribute(" y2=\"", y2)
    add("/>")
  }

  /// A rectangle; negative sizes are drawn as none.
  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, class name: StaticString
  ) {
    open("<rect", class: name)
    attribute(" x=\"", x)
    attribute(" y=\"", y)
    attribute(" width=\"", max(0, width))
    attribute(" height=\"", max(0, height))
    add("/>")
  }

  /// A disc.
  mutating func disc(x: Double, y: Double, radius: Double, class name: StaticString) {
    open("<circle", class: name)
    attribute(" cx=\"", x)
    attribute(" cy=\"", y)
    attribute(" r=\"", radius)
    add("/>")
  }

  /// A text, escaped; control and direction marks made visible.
  mutating func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, class name: StaticString
  ) {
    open("<text", class: name)
    attribute(" x=\"", x)
    attribute(" y=\"", y)
    if anchor != .start { body.append(contentsOf: " text-anchor=\"\(anchor.rawValue)\"".utf8) }
    add(">")
    body.append(contentsOf: HTMLText.escape(text).utf8)
    add("</text>")
  }

  /// A line through the points; `class` says whether it is filled.
  mutating func path(
    _ points: some Sequence<(x: Double, y: Double)>, closed: Bool = false, class name: String
  ) {
    add("<path class=\"")
    body.append(contentsOf: name.utf8)
    add("\" d=\"M")
    var first = true
    for point in points {
      if !first { body.append(UInt8(ascii: " ")) }
      first = false
      number(point.x)
      body.append(UInt8(ascii: " "))
      number(point.y)
    }
    add(closed ? "Z\"/>" : "\"/>")
  }

  /// The element. With a label it is a picture to a screen reader, without one it is passed over.
  func markup(label: String?, class name: StaticString, stretch: Bool = false) -> Markup {
    var output: [UInt8] = []
    output.reserveCapacity(body.count + 160)
    output.append(contentsOf: "<svg class=\"\(name)\" viewBox=\"0 0 ".utf8)
    Self.append(width, to: &output)
    output.append(UInt8(ascii: " "))
    Self.append(height, to: &output)
    output.append(contentsOf: "\"".utf8)
    if stretch { output.append(contentsOf: " preserveAspectRatio=\"none\"".utf8) }
    if let label {
      output.append(contentsOf: " role=\"img\" aria-label=\"\(HTMLText.escape(label))\">".utf8)
    } else {
      output.append(contentsOf: " aria-hidden=\"true\">".utf8)
    }
    output += body
    output.append(contentsOf: "</svg>".utf8)
    return Markup(String(decoding: output, as: UTF8.self))
  }

  private mutating func open(_ tag: StaticString, class name: StaticString) {
    add(tag)
    add(" class=\"")
    add(name)
    add("\"")
  }

  private mutating func attribute(_ name: StaticString, _ value: Double) {
    add(name)
    number(value)
    add("\"")
  }

  private mutating func add(_ text: StaticString) {
    text.withUTF8Buffer { body.append(contentsOf: $0) }
  }

  private mutating func number(_ value: Double) { Self.append(value, to: &body) }

  private static func append(_ value: Double, to output: inout [UInt8]) {
    guard value.isFinite, value.magnitude < 1e9 else {
      output.append(UInt8(ascii: "0"))
      return
    }
    let tenths = Int64((value * 10).rounded())
    if tenths < 0 { output.append(UInt8(ascii: "-")) }
    Digits.append(Int64(tenths.magnitude / 10), to: &output)
    if tenths % 10 != 0 {
      output.append(UInt8(ascii: "."))
      output.append(UInt8(ascii: "0") + UInt8(tenths.magnitude % 10))
    }
  }
}
