/// Files that cannot be taken in. Every look at their inbox finds them again, on one that is polled every
/// few seconds; and whoever drops files can drop any number of such. So each is told of once an hour, and
/// of no more than a few hundred.
package struct UnreadableFiles {
  package static let most = 256
  private static let hour: Int64 = 3_600_000_000_000

  private var told = Set<String>()
  private var began: Int64 = 0

  package init() {}

  /// Whether a person is to be told.
  ///
  /// - Parameters:
  ///   - message: names the file and what is wrong with it.
  ///   - now: monotonic nanoseconds.
  package mutating func isToBeTold(_ message: String, now: Int64) -> Bool {
    if now - began >= Self.hour {
      told.removeAll()
      began = now
    }
    return told.count < Self.most && told.insert(message).inserted
  }
}
