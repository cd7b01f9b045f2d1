/// The partition of the half spectrum into rings of four frequencies, each in three sectors.
///
/// A sector is a range of angles to the nearest axis (0–15°, 15–30°, 30–45°), so that a picture
/// and its mirror images and quarter turns give the same profile.
package enum SpectralBands {
  /// Rings begin at radius 4 (in cycles a view): below lies content, not texture.
  package static let ringWidth = 4.0
  package static let rings = 36
  package static let sectors = 3

  /// The count of bands, all of which hold frequencies.
  package static let count: Int = sizes.count
  /// For each value of a `PowerSpectrum`, its band; `count` for those left out.
  package static let band: [UInt8] = table.band
  /// How many values fall into each band.
  package static let sizes: [Float] = table.sizes

  private static let table: (band: [UInt8], sizes: [Float]) = {
    var raw = [Int]()
    var tally = [Int: Int]()
    for u in 0..<PowerSpectrum.columns {
      for row in 0..<PowerSpectrum.side {
        let v = min(row, PowerSpectrum.side - row)
        let key = key(Double(max(u, v)), Double(min(u, v)))
        raw.append(key)
        if key >= 0 { tally[key, default: 0] += 1 }
      }
    }
    // Numbered by ring, then sector.
    let used = tally.keys.sorted()
    let number = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, UInt8($0)) })
    return (
      raw.map { number[$0] ?? UInt8(used.count) }, used.map { Float(tally[$0] ?? 1) }
    )
  }()

  /// Ring × 3 + sector of the frequency (`major`, `minor`), major ≥ minor ≥ 0; −1 for none.
  private static func key(_ major: Double, _ minor: Double) -> Int {
    let radius = (major * major + minor * minor).squareRoot()
    guard radius >= ringWidth else { return -1 }
    let ring = min(rings, Int(radius / ringWidth)) - 1
    // tan 15° and tan 30°.
    let slope = minor / major
    let sector = slope < 0.267949192431123 ? 0 : slope < 0.577350269189626 ? 1 : 2
    return ring * sectors + sector
  }
}
