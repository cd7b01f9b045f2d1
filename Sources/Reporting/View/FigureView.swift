import ForensicCore

/// One figure with its title and caption, drawn by what it contains: any `id` will do.
enum FigureView {
  /// More cells than anybody reads.
  private static let mostCells = 1024

  /// - Parameter picture: what maps are drawn over.
  static func fields(
    _ figure: Figure, anchor: String, picture: MapPicture? = nil
  ) -> Fields {
    var fields: Fields = [
      "title": figure.title, "caption": figure.caption, "anchor": anchor,
      "drawn": true,
    ]
    var series: [Figure.Series] = []
    switch figure.content {
    case .raster(let type, let base64, let width, let height):
      fields["kind"] = "raster"
      if let source = source(mediaType: type, base64: base64) {
        fields["picture"] =
          ["source": source, "width": width, "height": height, "alternative": figure.title]
          as Fields
      }
    case .lines(let x, let lines, let xLabel, let yLabel):
      fields["kind"] = "chart"
      fields["drawing"] = Chart.lines(
        x: x, series: lines, xLabel: xLabel, yLabel: yLabel, label: figure.title)
      series = lines
    case .bars(let lower, let upper, let bars, let xLabel, let yLabel):
      fields["kind"] = "chart"
      fields["drawing"] = Chart.bars(
        lower: lower, upper: upper, series: bars, xLabel: xLabel, yLabel: yLabel,
        label: figure.title)
      series = bars
    case .map(let columns, let values, let lower, let upper, let unit):
      fields["kind"] = "heat"
      fields["drawing"] = MapDrawing.map(
        columns: columns, values: values, lower: lower, upper: upper, unit: unit,
        picture: picture, label: figure.title)
    case .grid(let columns, let values):
      fields["kind"] = "grid"
      fields["drawing"] = grid(columns: columns, values: values, label: figure.title)
    }
    if series.count > 1 {
      fields["legend"] = series.enumerated().map { index, entry -> Fields in
        ["name": entry.name, "class": Chart.seriesClass(entry.name, index)]
      }
      fields["hasLegend"] = true
    }
    fields["empty"] = fields["picture"] == nil && fields["drawing"] == nil ? true : nil
    return fields
  }

  /// A data URI; `nil` where the media type is no picture's or the data are not base 64: nothing
  /// else may enter an attribute unescaped.
  static func source(mediaType: String, base64: String) -> Markup? {
    guard ["image/png", "image/jpeg", "image/webp"].contains(mediaType), Base64.isValid(base64)
    else { return nil }
    return Markup("data:\(mediaType);base64,\(base64)")
  }

  /// A table of whole numbers, tinted by their size in powers of two.
  static func grid(columns: Int, values: [Int], label: String) -> Markup? {
    guard columns > 0, !values.isEmpty, values.count <= mostCells else { return nil }
    var html = "<table class=\"grid\" aria-label=\"\(HTMLText.escape(label))\"><tbody>"
    for start in stride(from: 0, to: values.count, by: columns) {
      html += "<tr>"
      for value in values[start..<min(start + columns, values.count)] {
        let level = min(7, max(0, Int.bitWidth - value.magnitude.leadingZeroBitCount - 1))
        html += "<td class=\"q\(level)\">\(value)</td>"
      }
      html += "</tr>"
    }
    return Markup(html + "</tbody></table>")
  }
}
