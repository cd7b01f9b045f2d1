import CKernels

/// How the coefficients of the 8 × 8 block transform are distributed, mode by mode.
///
/// Frank et al., "Leveraging frequency analysis for deep fake image recognition" (ICML 2020),
/// found generators in the mean log-DCT; on the grid of the file's own JPEG blocks the shape of
/// each mode also says how much was there for the quantiser to remove.
package enum BlockStatistics {
  /// Modes (i, j), i ≤ j, not both 0: a mode and its transpose count together.
  package static let modes: [(Int, Int)] = (0..<8).flatMap { i in
    (i..<8).compactMap { j in j == 0 ? nil : (i, j) }
  }
  package static var dimension: Int { 4 * modes.count }

  /// For each mode: log2 of the mean of |c|, the shares of |c| below 1.5 and below 6, and log2 of
  /// the mean square over the squared mean (2 for a Laplacian, more for heavier tails).
  package static func features(of planes: ViewPlanes) -> [Float] {
    var sums = [Float](repeating: 0, count: 256)
    _ = planes.withSamples(of: .luma) { fk_block_statistics($0, &sums) }
    var logarithms = [Float]()
    var shares = [Float]()
    for (i, j) in modes {
      let twice = [(i * 8 + j) * 4, (j * 8 + i) * 4]
      let values = (0..<4).map { k in (sums[twice[0] + k] + sums[twice[1] + k]) / 2048 }
      logarithms += [
        values[0] + 0.1, values[1] / (values[0] * values[0] + 0.001) + 0.1,
      ]
      shares += [values[2], values[3]]
    }
    fk_log2(&logarithms, Int32(logarithms.count))
    return logarithms + shares
  }
}
