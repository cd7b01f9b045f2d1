/// The few SVG elements that charts are drawn with. Colours are named by CSS variables with a
/// fallback, so that a page can restyle a figure that it includes.
struct SVG {
  let width: Double
  let height: Double
  private var body = ""

  /// A drawing of this size in CSS pixels; `title` is what a screen reader says.
  init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    body = "<title>\(Self.escape(title))</title>\n"
    body += "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
  }

  /// Where a text is anchored.
  enum Anchor: String { case start, middle, end }

  mutating func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, size: Double = 12,
    colour: String = "#333", turned: Bool = false
  ) {
    let turn = turned ? " transform=\"rotate(-90 \(Self.number(x)) \(Self.number(y)))\"" : ""
    body += """
      <text x="\(Self.number(x))" y="\(Self.number(y))" font-size="\(Self.number(size))" \
      text-anchor="\(anchor.rawValue)" fill="\(colour)"\(turn)>\(Self.escape(text))</text>

      """
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, fill: String
  ) {
    body += """
      <rect x="\(Self.number(x))" y="\(Self.number(y))" width="\(Self.number(width))" \
      height="\(Self.number(height))" fill="\(fill)"/>

      """
  }

  mutating func line(
    _ points: [(x: Double, y: Double)], colour: String, width: Double = 1.5, dashed: Bool = false
  ) {
    let path = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    body += """
      <polyline points="\(path)" fill="none" stroke="\(colour)" \
      stroke-width="\(Self.number(width))"\(dashed ? " stroke-dasharray=\"4 4\"" : "")/>

      """
  }

  mutating func dot(x: Double, y: Double, radius: Double, colour: String) {
    body += """
      <circle cx="\(Self.number(x))" cy="\(Self.number(y))" r="\(Self.number(radius))" \
      fill="\(colour)"/>

      """
  }

  /// A PNG, drawn with hard pixels.
  mutating func image(base64: String, x: Double, y: Double, side: Double) {
    body += """
      <image x="\(Self.number(x))" y="\(Self.number(y))" width="\(Self.number(side))" \
      height="\(Self.number(side))" style="image-rendering:pixelated" \
      href="data:image/png;base64,\(base64)"/>

      """
  }

  /// The whole document.
  var document: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.number(width))" \
    height="\(Self.number(height))" viewBox="0 0 \(Self.number(width)) \(Self.number(height))" \
    font-family="system-ui, sans-serif" role="img">
    \(body)</svg>

    """
  }

  /// Colours that are told apart in print and by colour-blind readers (Okabe and Ito, 2008).
  static let palette = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999",
  ]

  /// At most two decimals, so that drawings stay small and the same everywhere.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let hundredths = (value * 100).rounded()
    guard abs(hundredths) < 1e15 else { return "0" }
    let whole = Int(hundredths)
    guard whole % 100 != 0 else { return String(whole / 100) }
    let fraction = String(abs(whole) % 100)
    let digits = fraction.count == 1 ? "0" + fraction : fraction
    return "\(whole < 0 ? "-" : "")\(abs(whole) / 100).\(digits)"
  }

  static func escape(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where character.value < 0x20: result += " "
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
