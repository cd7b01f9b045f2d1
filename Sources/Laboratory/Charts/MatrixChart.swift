/// A table of shares as shaded cells, rows and columns named.
struct MatrixChart {
  var title: String
  var rowTitle: String
  var columnTitle: String
  var rows: [String]
  var columns: [String]
  /// Rows × columns, 0…1; NaN stays empty.
  var values: [[Double]]
  var decimals = 2

  var svg: String {
    let cell = (width: columns.count > 6 ? 46.0 : 84.0, height: rows.count > 6 ? 26.0 : 38.0)
    let left = 24 + 7.2 * Double(rows.map(\.count).max() ?? 0) + 16
    let slanted = columns.contains { Double($0.count) * 7 > cell.width }
    let top = slanted ? 56 + 7 * Double(columns.map(\.count).max() ?? 0) : 72
    let width = left + cell.width * Double(columns.count) + 24
    let height = top + cell.height * Double(rows.count) + 24
    var drawing = SVG(width: max(width, 8 * Double(title.count)), height: height, title: title)
    drawing.text(title, x: 24, y: 20, size: 14, colour: "#111")
    drawing.text(
      columnTitle, x: left + cell.width * Double(columns.count) / 2, y: 42, anchor: .middle)
    drawing.text(
      rowTitle, x: 18, y: top + cell.height * Double(rows.count) / 2, anchor: .middle,
      turned: true)
    for (column, name) in columns.enumerated() {
      let middle = left + cell.width * (Double(column) + 0.5)
      if slanted {
        drawing.text(name, x: middle + 4, y: top - 6, size: 11, turned: true)
      } else {
        drawing.text(name, x: middle, y: top - 8, anchor: .middle)
      }
    }
    for (row, name) in rows.enumerated() {
      let y = top + cell.height * Double(row)
      drawing.text(name, x: left - 8, y: y + cell.height / 2 + 4, anchor: .end)
      for (column, value) in values[row].enumerated() where value.isFinite {
        let x = left + cell.width * Double(column)
        drawing.rectangle(
          x: x, y: y, width: cell.width - 1, height: cell.height - 1, fill: Self.shade(value))
        drawing.text(
          ExperimentTable.format(value, decimals), x: x + cell.width / 2,
          y: y + cell.height / 2 + 4, anchor: .middle, size: 11,
          colour: value > 0.55 ? "#fff" : "#333")
      }
    }
    return drawing.document
  }

  /// White for 0 to dark blue for 1.
  private static func shade(_ value: Double) -> String {
    let share = min(1, max(0, value))
    func mix(_ from: Double, _ to: Double) -> String {
      let level = Int((from + (to - from) * share).rounded())
      let digits = String(level, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }
    return "#\(mix(0xF4, 0x08))\(mix(0xF7, 0x45))\(mix(0xFB, 0x94))"
  }
}
