import ForensicCore
import Glibc

/// What the numbers and codes of EXIF mean (EXIF 2.32: CIPA DC-008-2019, 4.6). The value itself
/// stands beside it, as it is written.
enum ExifMeaning {
  typealias Entry = MetadataContext.ExifEntry

  /// `nil` where the value speaks for itself, or is none of the standard's.
  static func words(_ entry: Entry, in table: ExifTable) -> String? {
    let values = numbers(entry.value)
    switch entry.ifd {
    case "GPS": return gpsCodes[entry.tag]?[entry.value]
    case "InteropIFD": return nil
    default: break
    }
    if entry.tag == 0x9101 { return components(values) }
    guard values.count == 1, let value = values.first else { return nil }
    if let codes = codes[entry.tag] { return Int(exactly: value).flatMap { codes[$0] } }
    switch entry.tag {
    case 0x829A: return exposure(value)
    case 0x829D: return aperture(value)
    // APEX: time 2^−v seconds, f-number 2^(v/2) (annex C).
    case 0x9201: return exposure(exp2(-value))
    case 0x9202, 0x9205: return aperture(exp2(value / 2))
    case 0x9204: return (value > 0 ? "+" : "") + short(value, 2) + " EV"
    case 0x9206: return value > 0 ? short(value, 2) + " m" : nil
    case 0x9209: return Int(exactly: value).flatMap(flash)
    case 0x920A: return value > 0 ? short(value, 1) + " mm" : nil
    case 0xA405: return value > 0 ? short(value, 0) + " mm in 35 mm film" : nil
    case 0x011A, 0x011B: return resolution(value, unit: 0x0128, entry, table)
    case 0xA20E, 0xA20F: return resolution(value, unit: 0xA210, entry, table)
    default: return nil
    }
  }

  /// `1/1000 s`, `0.4 s`, `30 s`.
  static func exposure(_ seconds: Double) -> String? {
    guard seconds.isFinite, seconds > 1e-9, seconds < 1e9 else { return nil }
    let part = (1 / seconds).rounded()
    if seconds < 1, part >= 2, seconds < 0.26 || abs(part * seconds - 1) < 0.01 {
      return "1/\(Digits.fixed(part, 0)) s"
    }
    return short(seconds, 1) + " s"
  }

  /// `f/2.8`.
  static func aperture(_ number: Double) -> String? {
    number.isFinite && number > 0.1 && number < 10_000 ? "f/" + short(number, 1) : nil
  }

  /// The numbers of a value; none where it holds anything else.
  static func numbers(_ text: String) -> [Double] {
    guard text.utf8.count <= 200 else { return [] }
    var values = [Double]()
    for part in text.split(separator: " ") {
      let parts = part.split(separator: "/", maxSplits: 1).map { Double($0) }
      guard let first = parts.first, let above = first else { return [] }
      var value = above
      if parts.count == 2 {
        guard let below = parts[1] else { return [] }
        value = above / below
      }
      guard value.isFinite else { return [] }
      values.append(value)
    }
    return values
  }

  /// With so many decimals at most.
  static func short(_ value: Double, _ decimals: Int) -> String {
    var text = Digits.fixed(value, decimals)
    // Beyond what is fixed, numbers have exponents.
    guard text.contains("."), !text.contains("e") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// Bits: fired, light returned, mode, no flash there, red eyes (4.6.5, Flash).
  private static func flash(_ bits: Int) -> String? {
    guard (0..<128).contains(bits) else { return nil }
    var words = [bits & 1 == 1 ? "fired" : "did not fire"]
    if bits & 6 == 4 { words.append("no light returned") }
    if bits & 6 == 6 { words.append("its light returned") }
    switch bits >> 3 & 3 {
    case 1: words.append("switched on")
    case 2: words.append("switched off")
    case 3: words.append("automatic")
    default: break
    }
    if bits & 32 != 0 { words.append("the camera has none") }
    if bits & 64 != 0 { words.append("reduced red eyes") }
    return words.joined(separator: ", ")
  }

  private static func resolution(
    _ value: Double, unit tag: Int, _ entry: Entry, _ table: ExifTable
  ) -> String? {
    // Without a unit the standard has inches.
    let unit = table.entry(entry.ifd, tag)?.value ?? "2"
    guard value > 0, unit == "2" || unit == "3" else { return nil }
    return "\(short(value, 1)) pixels \(unit == "2" ? "an inch" : "a centimetre")"
  }

  private static func components(_ values: [Double]) -> String? {
    let names = [1: "Y", 2: "Cb", 3: "Cr", 4: "R", 5: "G", 6: "B"]
    let words = values.compactMap { Int(exactly: $0).flatMap { names[$0] } }
    return values.count == 4 && !words.isEmpty ? words.joined(separator: " ") : nil
  }
}
