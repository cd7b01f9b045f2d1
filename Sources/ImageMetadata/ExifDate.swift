/// A date and time as EXIF writes it: `YYYY:MM:DD HH:MM:SS`, without a time zone.
package struct ExifDate: Hashable, Sendable, Comparable {
  /// Seconds since 1970-01-01 00:00:00 on the clock that wrote it.
  package let seconds: Int
  package let year: Int

  package static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }

  /// What a date field holds.
  package enum Reading: Hashable, Sendable {
    /// Blanks or zeros: the clock was not set (CIPA DC-008, 4.6.5, DateTimeOriginal).
    case unset
    case date(ExifDate)
    case malformed
  }

  /// Reads a date and time, or a date alone as `GPSDateStamp` holds it. `-`, `/` and `.` are
  /// taken for `:` and `T` for the blank, as many writers do; what follows the seconds is ignored.
  package static func read(_ text: String) -> Reading {
    let bytes = Array(text.utf8.prefix(40))
    let digits = bytes.filter(isDigit)
    if digits.allSatisfy({ $0 == UInt8(ascii: "0") }) { return .unset }
    guard let date = date(bytes) else { return .malformed }
    return .date(date)
  }

  private static func date(_ bytes: [UInt8]) -> ExifDate? {
    func number(_ at: Int, _ length: Int) -> Int? {
      guard at + length <= bytes.count, bytes[at..<(at + length)].allSatisfy(isDigit) else {
        return nil
      }
      return bytes[at..<(at + length)].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
    func isBetween(_ at: Int, _ allowed: StaticString) -> Bool {
      at < bytes.count && allowed.withUTF8Buffer { $0.contains(bytes[at]) }
    }
    guard let year = number(0, 4), isBetween(4, ":-/."), let month = number(5, 2),
      isBetween(7, ":-/."), let day = number(8, 2), (1...12).contains(month),
      (1...length(ofMonth: month, year)).contains(day)
    else { return nil }
    var time = 0
    if bytes.count > 10 {
      guard isBetween(10, " T"), let hour = number(11, 2), isBetween(13, ":"),
        let minute = number(14, 2), hour < 24, minute < 60
      else { return nil }
      var second = 0
      if isBetween(16, ":") {
        // Leap seconds exist; 60 is taken for the next minute's 0.
        guard let value = number(17, 2), value <= 60 else { return nil }
        second = value
      }
      time = hour * 3600 + minute * 60 + second
    }
    return ExifDate(seconds: days(year, month, day) * 86_400 + time, year: year)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func length(ofMonth month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible
  /// low-level date algorithms").
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
