/// Small grey pictures side by side, each with its name.
struct PictureGrid {
  struct Cell {
    var name: String
    /// A PNG.
    var base64: String
  }

  var title: String
  var cells: [Cell]

  private static let side = 128.0
  private static let columns = 5

  var svg: String {
    let rows = (cells.count + Self.columns - 1) / Self.columns
    let pitch = (x: Self.side + 24, y: Self.side + 40)
    var drawing = SVG(
      width: pitch.x * Double(min(Self.columns, max(cells.count, 1))) + 24,
      height: 40 + pitch.y * Double(rows), title: title)
    drawing.text(title, x: 24, y: 22, size: 14, colour: "#111")
    for (index, cell) in cells.enumerated() {
      let x = 24 + pitch.x * Double(index % Self.columns)
      let y = 40 + pitch.y * Double(index / Self.columns)
      drawing.image(base64: cell.base64, x: x, y: y, side: Self.side)
      // Longer names would run into their neighbours'.
      let name = cell.name.count > 24 ? cell.name.prefix(23) + "…" : cell.name
      drawing.text(
        name, x: x + Self.side / 2, y: y + Self.side + 16, anchor: .middle, size: 11)
    }
    return drawing.document
  }
}
