import ForensicCore
import Glibc

extension Timestamp {
  /// The clock, to the second: what certificates and dates in the file are held against.
  static var clock: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: time.tv_sec, nanoseconds: 0)
  }
}
