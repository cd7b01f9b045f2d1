import SwiftASN1

/// An instant as ASN.1 writes it: `UTCTime` or `GeneralizedTime`.
struct ASN1Instant: Hashable, Sendable {
  /// Seconds since 1970-01-01T00:00:00Z.
  var seconds: Int64

  init(_ node: ASN1Node) throws {
    if node.identifier == .utcTime {
      let time = try UTCTime(derEncoded: node)
      seconds = Self.seconds(
        time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    } else {
      seconds = Self(try GeneralizedTime(derEncoded: node)).seconds
    }
  }

  init(_ time: GeneralizedTime) {
    seconds = Self.seconds(
      time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
  }

  /// Day count of a civil date: H. Hinnant, "chrono-compatible low-level date algorithms".
  private static func seconds(
    _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int
  ) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return Int64(days * 86_400 + hour * 3600 + minute * 60 + second)
  }
}
