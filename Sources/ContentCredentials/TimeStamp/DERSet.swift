import SwiftASN1

/// `SET OF` in DER (ITU-T X.690, 11.6): the elements in ascending order of their encodings.
package enum DERSet {
  /// - Parameter elements: the elements, each encoded.
  package static func encoded(_ elements: [[UInt8]]) throws -> [UInt8] {
    var serializer = DER.Serializer()
    try serializer.serializeSetOf(elements.map(Encoded.init))
    return serializer.serializedBytes
  }

  /// An element as it stands, whatever it is.
  private struct Encoded: DERSerializable {
    var bytes: [UInt8]

    func serialize(into coder: inout DER.Serializer) { coder.serializeRawBytes(bytes) }
  }
}
