/// `SET OF` in DER (ITU-T X.690, 11.6): the elements in ascending order of their encodings.
package enum DERSet {
  /// - Parameter elements: the elements, each encoded.
  package static func encoded(_ elements: [[UInt8]]) -> [UInt8] {
    let contents = elements.sorted { $0.lexicographicallyPrecedes($1) }.flatMap(\.self)
    return [0x31] + length(contents.count) + contents
  }

  private static func length(_ count: Int) -> [UInt8] {
    guard count > 127 else { return [UInt8(count)] }
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }.drop { $0 == 0 }
    return [0x80 | UInt8(bytes.count)] + bytes
  }
}
