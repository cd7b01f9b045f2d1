extension LumaGrid {
  /// Width over height.
  var aspect: Double { Double(width) / Double(height) }

  /// A part of the grid; `nil` unless it lies inside and is not empty.
  package func part(columns: Range<Int>, rows: Range<Int>) -> LumaGrid? {
    guard columns.lowerBound >= 0, columns.upperBound <= width, rows.lowerBound >= 0,
      rows.upperBound <= height
    else { return nil }
    var part = [Float]()
    part.reserveCapacity(columns.count * rows.count)
    for row in rows {
      part.append(
        contentsOf: values[(row * width + columns.lowerBound)..<(row * width + columns.upperBound)])
    }
    return LumaGrid(width: columns.count, height: rows.count, values: part)
  }

  /// The largest centred part with this aspect ratio.
  package func centre(aspect wanted: Double) -> LumaGrid {
    let columns = max(1, min(width, Int((Double(height) * wanted).rounded())))
    let rows = max(1, min(height, Int((Double(width) / wanted).rounded())))
    let left = (width - columns) / 2
    let top = (height - rows) / 2
    return part(columns: left..<(left + columns), rows: top..<(top + rows)) ?? self
  }

  /// Without black rows and columns at the edges, at most a third on each side. DCF prescribes
  /// previews of 160 × 120, so cameras pad pictures of other shapes (JEITA CP-3461, 5.3.2).
  package func withoutBars() -> LumaGrid {
    func isBar(_ values: some Sequence<Float>) -> Bool {
      var sum: Float = 0
      var count: Float = 0
      var highest: Float = 0
      for value in values {
        sum += value
        count += 1
        highest = max(highest, value)
      }
      return sum / count < 20 && highest < 48
    }
    func row(_ index: Int) -> ArraySlice<Float> { values[(index * width)..<((index + 1) * width)] }
    func column(_ index: Int) -> [Float] { (0..<height).map { values[$0 * width + index] } }
    let top = (0..<(height / 3)).prefix { isBar(row($0)) }.count
    let bottom = (0..<(height / 3)).prefix { isBar(row(height - 1 - $0)) }.count
    let left = (0..<(width / 3)).prefix { isBar(column($0)) }.count
    let right = (0..<(width / 3)).prefix { isBar(column(width - 1 - $0)) }.count
    guard top + bottom + left + right > 0 else { return self }
    // Compression smears the edge of a bar into the picture by a row.
    let inset = { (bar: Int) in bar > 0 ? bar + 1 : 0 }
    return part(
      columns: inset(left)..<max(inset(left) + 1, width - inset(right)),
      rows: inset(top)..<max(inset(top) + 1, height - inset(bottom))) ?? self
  }

  /// The means over `side × side` boxes of equal size; fractions of a value count in part.
  package func means(side: Int) -> Means {
    let columns = Self.weights(from: width, to: side)
    let rows = Self.weights(from: height, to: side)
    var narrow = [Float](repeating: 0, count: height * side)
    for row in 0..<height {
      for (box, parts) in columns.enumerated() {
        var sum: Float = 0
        for (index, weight) in parts { sum += values[row * width + index] * weight }
        narrow[row * side + box] = sum
      }
    }
    var result = [Float](repeating: 0, count: side * side)
    for (box, parts) in rows.enumerated() {
      for (index, weight) in parts {
        for column in 0..<side {
          result[box * side + column] += narrow[index * side + column] * weight
        }
      }
    }
    return Means(side: side, values: result)
  }

  /// For each of `boxes` boxes the values it covers and their shares, which sum to 1.
  private static func weights(from count: Int, to boxes: Int) -> [[(Int, Float)]] {
    let length = Double(count) / Double(boxes)
    return (0..<boxes).map { box in
      let start = Double(box) * length
      let end = start + length
      return (Int(start)..<min(count, Int(end.rounded(.up)))).map { index in
        let share = min(end, Double(index + 1)) - max(start, Double(index))
        return (index, Float(max(0, share) / length))
      }
    }
  }

  /// A square of means.
  package struct Means: Hashable, Sendable {
    let side: Int
    package let values: [Float]

    package init(side: Int, values: [Float]) {
      self.side = side
      self.values = values
    }

    /// Standard deviation, in gray levels.
    package var contrast: Float {
      let mean = values.reduce(0, +) / Float(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count))
        .squareRoot()
    }

    /// Mirrored left to right if wanted, then turned clockwise by quarters.
    package func turned(_ quarters: Int, mirrored: Bool) -> Means {
      var result = values
      for row in 0..<side {
        for column in 0..<side {
          let (fromRow, turned) =
            switch quarters {
            case 1: (side - 1 - column, row)
            case 2: (side - 1 - row, side - 1 - column)
            case 3: (column, side - 1 - row)
            default: (row, column)
            }
          let fromColumn = mirrored ? side - 1 - turned : turned
          result[row * side + column] = values[fromRow * side + fromColumn]
        }
      }
      return Means(side: side, values: result)
    }

    /// Normalised cross-correlation, −1…1; 0 where one of the two is constant.
    package func correlation(with other: Means) -> Double {
      let count = Double(values.count)
      let mean = values.reduce(0) { $0 + Double($1) } / count
      let otherMean = other.values.reduce(0) { $0 + Double($1) } / count
      var product = 0.0
      var energy = 0.0
      var otherEnergy = 0.0
      for (left, right) in zip(values, other.values) {
        let first = Double(left) - mean
        let second = Double(right) - otherMean
        product += first * second
        energy += first * first
        otherEnergy += second * second
      }
      let scale = (energy * otherEnergy).squareRoot()
      return scale > 1e-6 ? max(-1, min(1, product / scale)) : 0
    }
  }
}
