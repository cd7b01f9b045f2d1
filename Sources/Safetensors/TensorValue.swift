/// A tensor in memory, to be written.
public struct TensorValue: Hashable, Sendable {
  public let type: ElementType
  /// Sizes, outermost first.
  public let shape: [Int]
  /// The elements, little-endian.
  public let bytes: [UInt8]

  private init<T: BitwiseCopyable>(_ type: ElementType, _ shape: [Int]?, _ values: [T]) {
    self.type = type
    self.shape = shape ?? [values.count]
    precondition(
      self.shape.reduce(1, *) == values.count, "the shape does not fit the number of values")
    bytes = values.withUnsafeBytes { Array($0) }
  }

  /// F32. Without a shape, a vector.
  public init(_ values: [Float], shape: [Int]? = nil) { self.init(.float32, shape, values) }

  /// F64. Without a shape, a vector.
  public init(_ values: [Double], shape: [Int]? = nil) { self.init(.float64, shape, values) }

  /// I64. Without a shape, a vector.
  public init(_ values: [Int], shape: [Int]? = nil) { self.init(.int64, shape, values) }

  /// I32. Without a shape, a vector.
  public init(_ values: [Int32], shape: [Int]? = nil) { self.init(.int32, shape, values) }

  /// U8. Without a shape, a vector.
  public init(_ values: [UInt8], shape: [Int]? = nil) { self.init(.uint8, shape, values) }

  /// F16, each value rounded to the nearest half, ties to even.
  public init(halves values: [Float], shape: [Int]? = nil) {
    self.init(.float16, shape, values.map { FloatConversion.narrow($0) })
  }
}

extension FloatConversion {
  /// binary32 to binary16, to nearest, ties to even.
  public static func narrow(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude < 0x3880_0000 {
      // Adding 0.5 puts the unit of the smallest half into the last place of the significand.
      let shifted = Float(bitPattern: magnitude) + 0.5
      return sign | UInt16(truncatingIfNeeded: shifted.bitPattern - 0x3F00_0000)
    }
    let odd = (magnitude >> 13) & 1
    return sign | UInt16(truncatingIfNeeded: (magnitude - 0x3800_0000 + 0xFFF + odd) >> 13)
  }
}
