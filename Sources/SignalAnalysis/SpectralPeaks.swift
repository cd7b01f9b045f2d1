import CKernels

/// Energy at the places of the spectrum that periodic upsampling leaves, against the energy
/// around them.
///
/// A decoder that enlarges by 2, 4 or 8 repeats its filter's phase with that period: the spectrum
/// shows points and lines at multiples of 256/2, 256/4 and 256/8 (Durall, Keuper & Keuper, CVPR
/// 2020; Corvi et al., CVPR workshops 2023). The 8 × 8 blocks of JPEG leave energy at the
/// multiples of 256/8 too; places between them (multiples of 256/16) and at 256/3 and 256/6 are
/// given apart, where JPEG leaves none.
package enum SpectralPeaks {
  /// Pairs of frequencies, i ≤ j, of which one stands for its mirror images.
  package static let points: [(Int, Int)] = points(step: 32) + points(step: 16, odd: true)
  /// Frequencies whose whole row and column are averaged.
  package static let lines: [Int] = Array(stride(from: 8, through: 128, by: 8)) + [85, 43]
  package static var dimension: Int { points.count + lines.count }

  /// log2 of the mean power of the 3 × 3 at each point over that of the 9 × 9 around it, then the
  /// mean log power of each line less that of its neighbours.
  package static func features(of spectrum: PowerSpectrum, logarithms: [Float]) -> [Float] {
    var ratios = points.map { ratio(spectrum, $0.0, $0.1) }
    fk_log2(&ratios, Int32(ratios.count))
    return ratios + contrasts(logarithms)
  }

  private static func points(step: Int, odd: Bool = false) -> [(Int, Int)] {
    let count = 128 / step
    return (0...count).flatMap { i in
      (i...count).compactMap { j in
        if j == 0 || (odd && i % 2 == 0 && j % 2 == 0) { return nil }
        return (i * step, j * step)
      }
    }
  }

  private static func ratio(_ spectrum: PowerSpectrum, _ i: Int, _ j: Int) -> Float {
    var centre: Float = 0
    var around: Float = 0
    for (a, b) in [(i, j), (j, i), (-i, j), (-j, i)] {
      for dv in -4...4 {
        for du in -4...4 {
          let power = spectrum.power(horizontal: b + du, vertical: a + dv)
          if abs(du) <= 1 && abs(dv) <= 1 { centre += power } else { around += power }
        }
      }
    }
    return (centre / 36 + 1) / (around / 288 + 1)
  }

  /// Row and column means of the log spectrum, folded together, at `lines` against ±2…4.
  private static func contrasts(_ logarithms: [Float]) -> [Float] {
    let side = PowerSpectrum.side
    var byRow = [Float](repeating: 0, count: side)
    var byColumn = [Float](repeating: 0, count: PowerSpectrum.columns)
    for u in 0..<PowerSpectrum.columns {
      var sum: Float = 0
      for v in 0..<side {
        let value = logarithms[u * side + v]
        sum += value
        byRow[v] += value
      }
      byColumn[u] = sum / Float(side)
    }
    let mean = (0...side / 2).map { k in
      (byColumn[k] + (byRow[k] + byRow[(side - k) % side]) / Float(2 * PowerSpectrum.columns)) / 2
    }
    return lines.map { k in
      let around = [-4, -3, -2, 2, 3, 4].map { offset in
        let place = abs(k + offset)
        return mean[place <= 128 ? place : 256 - place]
      }
      return mean[k] - around.reduce(0, +) / 6
    }
  }
}
