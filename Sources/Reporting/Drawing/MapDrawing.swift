import ForensicCore

/// A map of values as coloured cells over the picture, with its scale.
enum MapDrawing {
  /// More cells than anybody can tell apart.
  private static let mostCells = 1 << 14
  private static let levels = 8
  /// The classes of the levels, the least first; `m0` leaves the picture as it is.
  private static let rising = ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"]
  /// Of a scale whose ends lie as far below 0 as above: cold, nothing, warm.
  private static let divided = ["c3", "c2", "c1", "m0", "m0", "m2", "m4", "m6"]

  /// - Parameter picture: the element that draws the picture over the unit of the view box, or a
  ///   reference to it; nothing where there is none.
  static func map(
    columns: Int, values: [Double], lower: Double, upper: Double, unit: String,
    picture: MapPicture?, label: String
  ) -> Markup? {
    guard columns > 0, !values.isEmpty, values.count <= mostCells,
      values.count.isMultiple(of: columns), lower.isFinite, upper.isFinite
    else { return nil }
    let rows = values.count / columns
    let span = upper - lower
    let classes = lower < 0 && lower == -upper ? divided : rising
    let steps = values.map { value -> Int in
      let share = (value - lower) / span
      guard span > 0, share.isFinite else { return 0 }
      return Int(min(Double(levels - 1), max(0, share * Double(levels))))
    }
    var svg =
      "<svg class=\"map\" viewBox=\"0 0 \(columns) \(rows)\" role=\"img\" "
      + "aria-label=\"\(HTMLText.escape(label))\" preserveAspectRatio=\"none\">"
    if let picture { svg += picture.element(width: columns, height: rows) }
    let paths = runs(steps, columns: columns)
    for (name, path) in zip(classes, paths) where name != "m0" && !path.isEmpty {
      svg += "<path class=\"\(name)\" d=\"\(String(decoding: path, as: UTF8.self))\"/>"
    }
    svg += "</svg><p class=\"mapscale\"><span>\(number(lower))</span>"
    for name in classes { svg += "<i class=\"\(name)\"></i>" }
    return Markup(svg + "<span>\(number(upper))</span> \(HTMLText.escape(unit))</p>")
  }

  /// The cells of each level, neighbours in a row as one rectangle.
  private static func runs(_ steps: [Int], columns: Int) -> [[UInt8]] {
    var paths = [[UInt8]](repeating: [], count: levels)
    var index = 0
    while index < steps.count {
      let (level, x) = (steps[index], index % columns)
      var length = 1
      while x + length < columns, steps[index + length] == level { length += 1 }
      for (command, number) in [("M", x), (" ", index / columns), ("h", length)] {
        paths[level].append(contentsOf: command.utf8)
        Digits.append(Int64(number), to: &paths[level])
      }
      paths[level].append(contentsOf: "v1h-".utf8)
      Digits.append(Int64(length), to: &paths[level])
      paths[level].append(UInt8(ascii: "z"))
      index += length
    }
    return paths
  }

  private static func number(_ value: Double) -> String {
    value.magnitude < 100 ? Digits.fixed(value, 2) : Digits.fixed(value, 0)
  }
}

/// The picture under the maps of one page: its bytes stand in the first map, the others refer to
/// them.
struct MapPicture {
  let source: Markup
  var isFirst: Bool

  func element(width: Int, height: Int) -> String {
    let use = "<use href=\"#map-picture\" transform=\"scale(\(width) \(height))\"/>"
    guard isFirst else { return use }
    return "<defs><image id=\"map-picture\" width=\"1\" height=\"1\" preserveAspectRatio=\"none\" "
      + "href=\"\(source.text)\"/></defs>" + use
  }
}
