/// Where the file says it was taken (CIPA DC-008, 4.6.6).
package struct GPSPosition: Hashable, Sendable {
  /// Degrees, north positive; `nil` when absent or undefined.
  package var latitude: Double?
  /// Degrees, east positive; `nil` when absent or undefined.
  package var longitude: Double?
  /// Metres above sea level.
  package var altitude: Double?
  /// What cannot be a position: one phrase each.
  package var impossible: [String] = []

  /// `nil` when the block gives neither latitude nor longitude.
  init?(_ block: ExifBlock, _ reader: ExifValue) {
    guard block.field(.gps, 0x0002) != nil || block.field(.gps, 0x0004) != nil else { return nil }
    latitude = angle(block, reader, tag: 0x0002, name: "latitude", most: 90, words: ("N", "S"))
    longitude = angle(block, reader, tag: 0x0004, name: "longitude", most: 180, words: ("E", "W"))
    if let field = block.field(.gps, 0x0006), let metres = reader.doubles(field, most: 1).first,
      metres.isFinite
    {
      let below = block.field(.gps, 0x0005).flatMap { reader.doubles($0, most: 1).first }
      altitude = below == 1 || below == 3 ? -metres : metres
      if let altitude, altitude < -12_000 || altitude > 100_000 {
        impossible.append("altitude \(ExifValue.format(altitude)) m")
      }
    }
  }

  private mutating func angle(
    _ block: ExifBlock, _ reader: ExifValue, tag: Int, name: String, most: Double,
    words: (positive: String, negative: String)
  ) -> Double? {
    guard let field = block.field(.gps, tag) else { return nil }
    let parts = reader.doubles(field, most: 3)
    guard let degrees = parts.first, parts.allSatisfy(\.isFinite) else {
      // 0/0 is how cameras write that they had no fix: nothing false is claimed.
      return nil
    }
    let minutes = parts.count > 1 ? parts[1] : 0
    let seconds = parts.count > 2 ? parts[2] : 0
    if parts.contains(where: { $0 < 0 }) || minutes >= 60 || seconds >= 60 {
      impossible.append("\(name) \(reader.text(field)) (degrees, minutes, seconds)")
    }
    let value = degrees + minutes / 60 + seconds / 3600
    if value > most { impossible.append("\(name) \(ExifValue.format(value))° above \(Int(most))°") }
    let reference = block.field(.gps, tag - 1).map { ExifText.trimmed(reader.text($0)) } ?? ""
    if reference.uppercased() == words.negative { return -value }
    if reference.uppercased() != words.positive {
      impossible.append(
        "\(name) reference “\(reference)”, not \(words.positive) or \(words.negative)")
    }
    return value
  }
}
