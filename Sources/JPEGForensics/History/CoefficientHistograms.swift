import ImageCodecs

/// How often each size of a quantised coefficient occurs, frequency by frequency: signs folded,
/// zeros left out, sizes beyond a bound left out.
struct CoefficientHistograms: Sendable {
  /// The frequencies that are looked at, as positions row by row: the 28 lowest after the mean
  /// brightness, in the order of the zigzag. Higher ones are nearly all zero after a second saving.
  static let frequencies = Array(TableReader.zigzag[1...28])
  /// Larger coefficients, in quantisation steps times step, are left out.
  static let reach = 320
  /// Blocks beyond this number are passed over evenly, which bounds the time.
  static let mostBlocks = 16_384

  /// In the order of `frequencies`: index 0 counts ±1.
  let counts: [[Int]]
  /// Blocks that were counted.
  let blocks: Int

  init(_ coefficients: JPEGCoefficients) {
    let count = coefficients.blockCount
    let stride = max(1, count / Self.mostBlocks)
    let positions = Self.frequencies
    let bounds = positions.map { Self.bound(step: coefficients.steps[$0]) }
    var counts = bounds.map { [Int](repeating: 0, count: $0) }
    var seen = 0
    coefficients.values.withUnsafeBufferPointer { values in
      var block = 0
      while block < count {
        let start = block * 64
        for (index, position) in positions.enumerated() {
          let size = Int(values[start + position].magnitude)
          if size > 0, size <= bounds[index] { counts[index][size - 1] += 1 }
        }
        seen += 1
        block += stride
      }
    }
    self.counts = counts
    blocks = seen
  }

  /// The largest size that is counted at a quantisation step.
  static func bound(step: Int) -> Int { max(1, min(64, reach / max(1, step))) }
}
