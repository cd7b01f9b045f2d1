/// Where the file says it was taken (CIPA DC-008, 4.6.6).
package struct GPSPosition: Hashable, Sendable {
  /// Degrees, north positive; `nil` when absent, undefined or without a hemisphere.
  package var latitude: Double?
  /// Degrees, east positive; `nil` when absent, undefined or without a hemisphere.
  package var longitude: Double?
  /// Metres above sea level; `nil` when absent, undefined or impossible.
  package var altitude: Double?
  /// What cannot be a position: one phrase each.
  package var impossible: [String] = []
  /// Angles whose hemisphere is not stated: `latitude 48.858333°, neither N nor S`.
  package var unstated: [String] = []
  /// An altitude that nothing on or above Earth has, in metres.
  package var impossibleAltitude: Double?

  /// `nil` when the block gives neither latitude nor longitude.
  init?(_ block: ExifBlock, _ reader: ExifValue) {
    guard block.field(.gps, 0x0002) != nil || block.field(.gps, 0x0004) != nil else { return nil }
    latitude = angle(block, reader, tag: 0x0002, name: "latitude", most: 90, words: ("N", "S"))
    longitude = angle(block, reader, tag: 0x0004, name: "longitude", most: 180, words: ("E", "W"))
    if let field = block.field(.gps, 0x0006), let metres = reader.doubles(field, most: 1).first,
      metres.isFinite
    {
      let below = block.field(.gps, 0x0005).flatMap { reader.doubles($0, most: 1).first }
      let value = below == 1 || below == 3 ? -metres : metres
      // From below the deepest sea to where space begins.
      if (-12_000...100_000).contains(value) {
        altitude = value
      } else {
        impossibleAltitude = value
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
    switch reference.uppercased() {
    case words.positive: return value
    case words.negative: return -value
    case "":
      unstated.append(
        "\(name) \(Self.degrees(value)), neither \(words.positive) nor \(words.negative)")
    default:
      impossible.append(
        "\(name) reference “\(reference)”, not \(words.positive) or \(words.negative)")
    }
    // No hemisphere is assumed: the place would be another.
    return nil
  }

  /// Six decimals: about a tenth of a metre.
  static func degrees(_ value: Double) -> String {
    ExifValue.format((value * 1e6).rounded() / 1e6) + "°"
  }
}
