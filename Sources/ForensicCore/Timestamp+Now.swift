import Glibc

extension Timestamp {
  /// Now, by the calendar: for what people read. Waiting goes by clocks that nobody sets.
  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }
}
