/// Features as bin numbers, column by column: bin b of a feature holds the values in
/// (bounds[b − 1], bounds[b]].
struct BinnedFeatures {
  static let maximumBins = 255

  let source: FeatureMatrix
  /// Column-major: feature f, row r at f · rows + r.
  let bins: [UInt8]
  /// The upper bounds of all but the last bin of each feature.
  let bounds: [[Float]]

  init(_ features: FeatureMatrix) {
    source = features
    let rows = features.rows
    var bins = [UInt8](repeating: 0, count: rows * features.columns)
    var bounds = [[Float]]()
    for column in 0..<features.columns {
      let values = features.column(column)
      let limits = Self.limits(values.sorted())
      bounds.append(limits)
      for row in 0..<rows { bins[column * rows + row] = Self.bin(values[row], limits) }
    }
    self.bins = bins
    self.bounds = bounds
  }

  /// Bounds between distinct neighbours, as near to equal counts as ties allow.
  private static func limits(_ sorted: [Float]) -> [Float] {
    var distinct = [(value: Float, count: Int)]()
    for value in sorted {
      if let last = distinct.last, last.value == value {
        distinct[distinct.count - 1].count += 1
      } else {
        distinct.append((value, 1))
      }
    }
    var limits = [Float]()
    var remaining = sorted.count
    var gathered = 0
    for index in distinct.indices.dropLast() {
      gathered += distinct[index].count
      let binsLeft = maximumBins - limits.count
      guard binsLeft > 1 else { break }
      if distinct.count <= maximumBins || gathered * binsLeft >= remaining {
        let (low, high) = (distinct[index].value, distinct[index + 1].value)
        let middle = low + (high - low) / 2
        // Between neighbouring floats the middle can round up to the higher.
        limits.append(middle < high ? middle : low)
        remaining -= gathered
        gathered = 0
      }
    }
    return limits
  }

  private static func bin(_ value: Float, _ limits: [Float]) -> UInt8 {
    var (low, high) = (0, limits.count)
    while low < high {
      let middle = (low + high) / 2
      if value > limits[middle] { low = middle + 1 } else { high = middle }
    }
    return UInt8(low)
  }
}
