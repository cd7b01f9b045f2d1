import ForensicCore
import Glibc

/// The clocks for waiting, and the calendar's (`Timestamp.now`) as it stands in files' times.
package enum Clock {
  /// Nanoseconds since 1970, as file times count.
  package static func nanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Nanoseconds since boot, sleep included; never goes back.
  package static func sinceBoot() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Nanoseconds since boot; never goes back.
  package static func monotonic() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension Duration {
  package var nanoseconds: Int64 {
    let parts = components
    let (product, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? Int64.max / 4 : product + parts.attoseconds / 1_000_000_000
  }

  package var milliseconds: Int64 { nanoseconds / 1_000_000 }

  /// `2 s`, `0.25 s`.
  package var words: String {
    let value = Double(milliseconds) / 1000
    return value == value.rounded() ? "\(Int(value)) s" : "\(value) s"
  }
}

extension Timestamp {
  package func adding(_ duration: Duration) -> Self {
    Self(milliseconds: milliseconds + duration.milliseconds)
  }

  /// Nanoseconds since 1970, as near as 64 bits hold.
  package var nanoseconds: Int64 {
    let (product, isBeyond) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
    return isBeyond ? milliseconds < 0 ? .min : .max : product
  }

  /// From nanoseconds since 1970.
  package init(nanoseconds: Int64) {
    let quotient = nanoseconds / 1_000_000
    self.init(milliseconds: nanoseconds % 1_000_000 < 0 ? quotient - 1 : quotient)
  }
}
