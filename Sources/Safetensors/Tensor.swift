/// One tensor of a mapped file. It keeps the mapping alive, costs no copy, and may be shared
/// between threads.
public struct Tensor: Sendable {
  /// The most dimensions a tensor may have.
  public static let maximumRank = 8

  public let name: String
  public let type: ElementType
  /// Sizes, outermost first; empty for a single number.
  public let shape: [Int]
  private let mapping: Mapping
  private let range: Range<Int>

  init(name: String, type: ElementType, shape: [Int], mapping: Mapping, range: Range<Int>) {
    self.name = name
    self.type = type
    self.shape = shape
    self.mapping = mapping
    self.range = range
  }

  /// The number of elements.
  public var count: Int { range.count / type.size }

  /// The little-endian bytes, aligned to the element's size, without a copy. The pointer is valid
  /// within `body` only.
  public func withUnsafeBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try withExtendedLifetime(mapping) { () throws(E) -> R in
      try body(UnsafeRawBufferPointer(rebasing: mapping.bytes[range]))
    }
  }

  /// The address of the first byte, for kernels that keep pointers into the weights. It is valid
  /// as long as this tensor or a copy of it lives.
  public var baseAddress: UnsafeRawPointer? {
    mapping.bytes.baseAddress.map { $0 + range.lowerBound }
  }

  /// Every element as `Float`: F32 as it is, F16 and BF16 widened exactly, F64 rounded, integers
  /// converted.
  public func floats() throws(SafetensorsError) -> [Float] {
    let count = self.count
    guard let convert = FloatConversion.converter(from: type) else {
      throw unexpected("a number type")
    }
    return withUnsafeBytes { bytes in
      [Float](unsafeUninitializedCapacity: count) { target, initialised in
        convert(bytes, target)
        initialised = count
      }
    }
  }

  /// Some of the elements as `Float`, such as a row of a table that is not worth converting whole.
  /// - Precondition: `range` lies within 0..<count.
  public func floats(in range: Range<Int>) throws(SafetensorsError) -> [Float] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    guard let convert = FloatConversion.converter(from: type) else {
      throw unexpected("a number type")
    }
    return withUnsafeBytes { bytes in
      let part = UnsafeRawBufferPointer(
        rebasing: bytes[range.lowerBound * type.size..<range.upperBound * type.size])
      return [Float](unsafeUninitializedCapacity: range.count) { target, initialised in
        convert(part, target)
        initialised = range.count
      }
    }
  }

  /// Every element as `Double`, exactly (64-bit integers beyond 2⁵³ rounded).
  public func doubles() throws(SafetensorsError) -> [Double] {
    switch type {
    case .float64: return copy(as: Double.self)
    case .int64: return copy(as: Int64.self).map(Double.init)
    case .uint64: return copy(as: UInt64.self).map(Double.init)
    case .int32: return copy(as: Int32.self).map(Double.init)
    case .uint32: return copy(as: UInt32.self).map(Double.init)
    default: return try floats().map(Double.init)
    }
  }

  /// Every element of an integer or boolean tensor.
  public func integers() throws(SafetensorsError) -> [Int] {
    switch type {
    case .bool, .uint8: return copy(as: UInt8.self).map(Int.init)
    case .int8: return copy(as: Int8.self).map(Int.init)
    case .int16: return copy(as: Int16.self).map(Int.init)
    case .uint16: return copy(as: UInt16.self).map(Int.init)
    case .int32: return copy(as: Int32.self).map(Int.init)
    case .uint32: return copy(as: UInt32.self).map(Int.init)
    case .int64: return copy(as: Int64.self).map(Int.init)
    case .uint64: return copy(as: UInt64.self).map { Int(clamping: $0) }
    default: throw unexpected("an integer type")
    }
  }

  /// The bytes of a U8 tensor.
  public func bytes() throws(SafetensorsError) -> [UInt8] {
    guard type == .uint8 else { throw unexpected("U8") }
    return copy(as: UInt8.self)
  }

  /// Throws unless the tensor has this shape; a negative size accepts anything.
  public func require(shape expected: [Int]) throws(SafetensorsError) {
    guard shape.count == expected.count,
      zip(shape, expected).allSatisfy({ $1 < 0 || $0 == $1 })
    else { throw unexpected("shape \(expected)") }
  }

  private func unexpected(_ wanted: String) -> SafetensorsError {
    SafetensorsError(
      .unexpectedTensor, subject: name,
      detail: "is \(type.rawValue) \(shape) where \(wanted) was expected")
  }

  private func copy<T: BitwiseCopyable>(as _: T.Type) -> [T] {
    withUnsafeBytes { Array($0.assumingMemoryBound(to: T.self)) }
  }
}
