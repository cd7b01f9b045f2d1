/// A linear axis: data → view-box units, with ticks at round numbers.
struct Axis: Sendable {
  let lower: Double
  let upper: Double
  let start: Double
  let end: Double

  /// - Parameters:
  ///   - lower: The smallest datum; swapped and widened where the range is empty or not finite.
  ///   - start: Where `lower` lies in the view box.
  init(lower: Double, upper: Double, start: Double, end: Double) {
    let isUsable = lower.isFinite && upper.isFinite && lower != upper
    self.lower = isUsable ? min(lower, upper) : (lower.isFinite ? lower : 0)
    self.upper = isUsable ? max(lower, upper) : (lower.isFinite ? lower : 0) + 1
    self.start = start
    self.end = end
  }

  func position(_ value: Double) -> Double {
    start + (min(max(value, lower), upper) - lower) / (upper - lower) * (end - start)
  }

  /// Three to seven round values within the axis: multiples of 1, 2 or 5 times a power of ten.
  var ticks: [Double] {
    let rough = (upper - lower) / 5
    guard rough > 1e-12, rough < 1e12 else { return [lower, upper] }
    var unit = 1.0
    while unit > rough { unit /= 10 }
    while unit * 10 <= rough { unit *= 10 }
    let step = rough / unit < 1.5 ? unit : rough / unit < 3.5 ? 2 * unit : 5 * unit
    var values: [Double] = []
    var index = (lower / step).rounded(.up)
    while index * step <= upper + step * 1e-9, values.count < 12 {
      values.append(index * step)
      index += 1
    }
    return values
  }

  /// A tick's value in words: thousands grouped, fractions short.
  static func label(_ value: Double) -> String {
    if value == value.rounded(), value.magnitude < 1e9 { return Digits.grouped(Int(value)) }
    var output: [UInt8] = []
    Digits.append(value, to: &output)
    return String(decoding: output, as: UTF8.self)
  }
}
