/// Widening of stored numbers to `Float`, exact for every 16-bit value, subnormals, infinities
/// and NaN included.
public enum FloatConversion {
  typealias Converter = (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Float>) -> Void

  /// IEEE 754 binary16 to binary32.
  @inlinable @inline(__always)
  public static func widen(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let rest = UInt32(bits & 0x7FFF) << 13
    // Scaling by 2¹¹² rebiases the exponent and normalises subnormals in one exact product.
    let scaled = (Float(bitPattern: rest) * 0x1p112).bitPattern
    // An exponent of all ones (infinity, NaN) is rebiased by hand.
    let special = rest | 0x7F80_0000
    return Float(bitPattern: sign | (rest >= 0x0F80_0000 ? special : scaled))
  }

  /// bfloat16 to binary32.
  @inlinable @inline(__always)
  public static func widen(bfloat bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  static func converter(from type: ElementType) -> Converter? {
    switch type {
    case .float32: map(Float.self) { $0 }
    case .float16: map(UInt16.self) { widen(half: $0) }
    case .bfloat16: map(UInt16.self) { widen(bfloat: $0) }
    case .float64: map(Double.self) { Float($0) }
    case .bool, .uint8: map(UInt8.self) { Float($0) }
    case .int8: map(Int8.self) { Float($0) }
    case .int16: map(Int16.self) { Float($0) }
    case .uint16: map(UInt16.self) { Float($0) }
    case .int32: map(Int32.self) { Float($0) }
    case .uint32: map(UInt32.self) { Float($0) }
    case .int64: map(Int64.self) { Float($0) }
    case .uint64: map(UInt64.self) { Float($0) }
    case .float8e5m2, .float8e4m3: nil
    }
  }

  @inline(__always)
  private static func map<T: BitwiseCopyable>(
    _: T.Type, _ widen: @escaping (T) -> Float
  ) -> Converter {
    { source, target in
      let values = source.assumingMemoryBound(to: T.self)
      for index in 0..<values.count { target[index] = widen(values[index]) }
    }
  }
}
