/// What a clock showed and, where the file tells, its time zone.
package struct ExifMoment: Hashable, Sendable {
  package var date: ExifDate
  /// Seconds east of UTC; `nil` where the file does not tell.
  package var offset: Int?

  package init(date: ExifDate, offset: Int? = nil) {
    self.date = date
    self.offset = offset
  }

  /// Time zones reach from UTC−12 to UTC+14.
  private static let zones = -12 * 3600...14 * 3600

  /// The earliest and the latest it can have been, in seconds since 1970 in UTC.
  package var utc: ClosedRange<Int> {
    if let offset { return date.seconds - offset...date.seconds - offset }
    return date.seconds - Self.zones.upperBound...date.seconds - Self.zones.lowerBound
  }

  /// Seconds from `other` to this: true ones where both zones are known, else as the clocks show.
  package func seconds(after other: Self) -> Int {
    guard let offset, let before = other.offset else { return date.seconds - other.date.seconds }
    return date.seconds - offset - (other.date.seconds - before)
  }

  /// Reads `+02:00`, as OffsetTime holds it, `+0200` or `Z`; `nil` for blanks and anything else.
  package static func offset(_ text: String) -> Int? {
    let bytes = text.utf8.filter { $0 != 0x20 }
    if bytes == [UInt8(ascii: "Z")] { return 0 }
    let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
    guard let sign = bytes.first, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(sign),
      digits.count == 4, bytes.count <= 6,
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    let values = digits.map { Int($0) - 48 }
    let minutes = values[2] * 10 + values[3]
    let seconds = (values[0] * 10 + values[1]) * 3600 + minutes * 60
    let offset = sign == UInt8(ascii: "-") ? -seconds : seconds
    return minutes < 60 && zones.contains(offset) ? offset : nil
  }

  /// `+02:00`.
  package static func text(offset: Int) -> String {
    let minutes = abs(offset) / 60
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    return "\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
  }
}
