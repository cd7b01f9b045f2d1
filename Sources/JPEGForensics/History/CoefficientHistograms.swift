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
    let step = max(1, count / Self.mostBlocks)
    let positions = Self.frequencies
    let bounds = positions.map { Self.bound(step: coefficients.steps[$0]) }
    // One row a frequency, from size 0 on; the last place is for what is too large.
    let places = (bounds.max() ?? 1) + 2
    var rows = [Int](repeating: 0, count: positions.count * places)
    var seen = 0
    coefficients.values.withUnsafeBufferPointer { values in
      rows.withUnsafeMutableBufferPointer { rows in
        positions.withUnsafeBufferPointer { positions in
          for block in stride(from: 0, to: count, by: step) {
            for index in positions.indices {
              let size = Int(values[block * 64 + positions[index]].magnitude)
              rows[index * places + min(size, places - 1)] += 1
            }
            seen += 1
          }
        }
      }
    }
    counts = bounds.enumerated().map { index, bound in
      Array(rows[(index * places + 1)...(index * places + bound)])
    }
    blocks = seen
  }

  /// The largest size that is counted at a quantisation step.
  static func bound(step: Int) -> Int { max(1, min(64, reach / max(1, step))) }
}
