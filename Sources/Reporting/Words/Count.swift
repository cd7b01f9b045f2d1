/// A measured share as what it is: so many of so many pictures, and how much more cannot be
/// excluded.
struct Count {
  /// Pictures it happened to.
  let seen: Int
  /// Pictures looked at.
  let total: Int

  init(_ share: Double, of total: Int) {
    self.total = max(0, total)
    let held = share.isFinite ? min(max(share, 0), 1) : 0
    seen = Int(exactly: (held * Double(self.total)).rounded()) ?? self.total
  }

  /// `2`, or `none`.
  var number: String { seen == 0 ? "none" : Digits.grouped(seen) }

  /// `2 of 173`, or `none of 173`.
  var words: String { "\(number) of \(Digits.grouped(total))" }

  /// The verb that goes with the number.
  var were: String { seen < 2 ? "was" : "were" }

  /// The upper end of the 95 % interval of the share: Wilson's (1927), which also holds where
  /// nothing was seen.
  var upperBound: Double { total > 0 ? min(1, wilson(1.96)) : 1 }

  /// The lower end of the same interval.
  var lowerBound: Double { total > 0 ? max(0, wilson(-1.96)) : 0 }

  private func wilson(_ deviation: Double) -> Double {
    let (count, share) = (Double(total), Double(seen) / Double(total))
    let square = deviation * deviation
    let spread = (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
    return (share + square / (2 * count) + deviation * spread) / (1 + square / count)
  }

  /// `up to about 4 of 100`.
  var bound: String { "up to about \(max(1, Self.hundredths(upperBound))) of 100" }

  /// `up to about 4 of 100 cannot be excluded`.
  var caution: String { bound + " cannot be excluded" }

  /// A share among a hundred, whole; 0 for what is not a number.
  static func hundredths(_ share: Double) -> Int {
    guard share.isFinite else { return 0 }
    return Int((min(max(share, 0), 1) * 100).rounded())
  }
}
