/// An instant to the millisecond, written as RFC 3339 in UTC (`2026-11-23T08:15:02.417Z`).
///
/// A type of our own because the report needs one spelling everywhere, and because the calendar
/// arithmetic of a full date library is not wanted in the examiner.
public struct Timestamp: Hashable, Sendable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// The years that have four digits, 0000 to 9999: what is written can be read.
  private static let writable: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

  /// From the two fields of a `timespec`. File systems keep times of any year, and anybody may set
  /// them: what lies outside the years of four digits becomes the nearest instant within.
  public init(seconds: Int, nanoseconds: Int) {
    let whole = Int64(seconds).multipliedReportingOverflow(by: 1000)
    let sum = whole.partialValue.addingReportingOverflow(Int64(nanoseconds / 1_000_000))
    let far = seconds < 0 ? Self.writable.lowerBound : Self.writable.upperBound
    let exact = whole.overflow || sum.overflow ? far : sum.partialValue
    milliseconds = min(max(exact, Self.writable.lowerBound), Self.writable.upperBound)
  }

  public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  /// Year, month 1…12, day 1…31, hour, minute, second, millisecond, in UTC.
  public var components:
    (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int)
  {
    var days = milliseconds / 86_400_000
    var rest = milliseconds % 86_400_000
    if rest < 0 {
      rest += 86_400_000
      days -= 1
    }
    // Civil date from a day count: H. Hinnant, "chrono-compatible low-level date algorithms".
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (
      Int(year), Int(month), Int(day), Int(rest / 3_600_000), Int(rest / 60_000 % 60),
      Int(rest / 1000 % 60), Int(rest % 1000)
    )
  }

  /// `2026-11-23T08:15:02.417Z`.
  public var rfc3339: String {
    let parts = components
    return
      "\(Self.pad(parts.year, 4))-\(Self.pad(parts.month, 2))-\(Self.pad(parts.day, 2))"
      + "T\(Self.pad(parts.hour, 2)):\(Self.pad(parts.minute, 2)):\(Self.pad(parts.second, 2))"
      + ".\(Self.pad(parts.millisecond, 3))Z"
  }

  /// Reads exactly what `rfc3339` writes; `nil` for anything else.
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    let template = Array("0000-00-00T00:00:00.000Z".utf8)
    guard bytes.count == template.count else { return nil }
    var fields = [Int64]()
    var value: Int64 = 0
    for (byte, pattern) in zip(bytes, template) {
      if pattern == UInt8(ascii: "0") {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      } else {
        guard byte == pattern else { return nil }
        fields.append(value)
        value = 0
      }
    }
    guard (1...12).contains(fields[1]), (1...31).contains(fields[2]), fields[3] < 24,
      fields[4] < 60, fields[5] < 60
    else { return nil }
    let year = fields[1] <= 2 ? fields[0] - 1 : fields[0]
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let monthIndex = fields[1] > 2 ? fields[1] - 3 : fields[1] + 9
    let dayOfYear = (153 * monthIndex + 2) / 5 + fields[2] - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    let seconds = days * 86_400 + fields[3] * 3600 + fields[4] * 60 + fields[5]
    milliseconds = seconds * 1000 + fields[6]
    guard rfc3339 == text else { return nil }
  }

  private static func pad(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Self(rfc3339: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a time such as 2026-11-23T08:15:02.417Z")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rfc3339)
  }
}
