/// Numbers as decimal text, the same on every machine and in every locale.
package enum Digits {
  /// Appends an integer.
  package static func append(_ number: Int64, to output: inout [UInt8]) {
    if number < 0 { output.append(UInt8(ascii: "-")) }
    appendDigits(number.magnitude, width: 1, to: &output)
  }

  /// Appends a finite number: whole numbers below 10¹⁵ exactly, others with at most six
  /// significant digits (well above what any measurement here carries, and few enough that two
  /// machines agree), in positional notation from 10⁻⁶ to 10¹⁵ and with an exponent beyond.
  package static func append(_ number: Double, to output: inout [UInt8]) {
    let size = number.magnitude
    if size < 1e15, size == size.rounded(.towardZero) {
      append(Int64(number), to: &output)
      return
    }
    // What is nearer to zero than any measurement is zero; powers of ten end soon after.
    guard size >= 1e-300 else {
      output.append(UInt8(ascii: "0"))
      return
    }
    if number < 0 { output.append(UInt8(ascii: "-")) }
    // size = digits × 10^exponent with 10⁵ ≤ digits < 10⁶.
    var exponent = 0
    var scaled = size
    while scaled >= 1e6 {
      exponent += 1
      scaled = size / power(exponent)
    }
    while scaled < 1e5 {
      exponent -= 1
      scaled = size * power(-exponent)
    }
    var digits = UInt64(scaled.rounded())
    if digits >= 1_000_000 {
      digits /= 10
      exponent += 1
    }
    while digits % 10 == 0, digits != 0 {
      digits /= 10
      exponent += 1
    }
    appendScaled(digits, exponent: exponent, to: &output)
  }

  /// digits × 10^exponent.
  private static func appendScaled(_ digits: UInt64, exponent: Int, to output: inout [UInt8]) {
    var count = 1
    var rest = digits
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    let pointPosition = count + exponent
    if exponent >= 0, pointPosition <= 15 {
      appendDigits(digits, width: 1, to: &output)
      output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: exponent))
    } else if pointPosition > -6, pointPosition <= 15 {
      appendDigits(digits, width: max(count, 1 - exponent), to: &output)
      output.insert(UInt8(ascii: "."), at: output.count + exponent)
    } else {
      let start = output.count
      appendDigits(digits, width: 1, to: &output)
      if count > 1 { output.insert(UInt8(ascii: "."), at: start + 1) }
      output.append(UInt8(ascii: "e"))
      append(Int64(pointPosition - 1), to: &output)
    }
  }

  private static func appendDigits(_ number: UInt64, width: Int, to output: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(20, width)) { digits in
      var rest = number
      var first = digits.count
      while rest > 0 || digits.count - first < width {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      output.append(contentsOf: digits[first...])
    }
  }

  /// 10 to a power of 0 and above. Exact up to 10²².
  private static func power(_ exponent: Int) -> Double {
    exponent < powers.count
      ? powers[exponent] : powers[powers.count - 1] * power(exponent - powers.count + 1)
  }

  private static let powers: [Double] = {
    var values: [Double] = [1]
    while values.count <= 22 { values.append(values[values.count - 1] * 10) }
    return values
  }()

  /// A number with a fixed count of decimals, such as `0.93`; halves away from zero.
  package static func fixed(_ number: Double, _ decimals: Int) -> String {
    guard number.isFinite, number.magnitude < 1e12 else { return "\(number)" }
    let scaled = (number.magnitude * power(decimals)).rounded()
    var digits: [UInt8] = []
    appendDigits(UInt64(scaled), width: decimals + 1, to: &digits)
    if decimals > 0 { digits.insert(UInt8(ascii: "."), at: digits.count - decimals) }
    let negative = number < 0 && scaled > 0
    return (negative ? "\u{2212}" : "") + String(decoding: digits, as: UTF8.self)
  }

  /// A whole number with a comma between thousands, such as `1,234,567`.
  package static func grouped(_ number: Int) -> String { number.grouped }
}
