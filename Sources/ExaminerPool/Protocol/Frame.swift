/// One message on the socket between the pool and an examiner: eight bytes of header (payload
/// length, kind), then the payload.
package struct Frame: Sendable {
  package enum Kind: UInt32, Sendable {
    /// Examiner to pool, once, when everything is loaded and the doors are shut.
    case greeting = 1
    /// Examiner to pool instead of a greeting: why it cannot work.
    case refusal = 2
    /// Pool to examiner, the file's descriptor attached.
    case request = 3
    /// Examiner to pool: `Usage`, then the `Examination`.
    case examination = 4
    /// Examiner to pool: `Usage`, then the `ExaminationFailure`.
    case failure = 5
  }

  /// The version of the messages; an examiner of another is refused.
  package static let protocolVersion = 1
  package static let headerLength = 8
  /// No message is longer. Generous: a preview and a dozen figures are well under 1 MiB.
  package static let maximumPayload = 32 << 20

  package var kind: Kind
  package var payload: [UInt8]

  package init(kind: Kind, payload: [UInt8]) {
    self.kind = kind
    self.payload = payload
  }

  package init(kind: Kind, _ value: some WireCodable) {
    var writer = WireWriter()
    writer.put(value)
    self.init(kind: kind, payload: writer.bytes)
  }

  /// The payload as one value and nothing after it.
  package func value<Value: WireCodable>(
    as type: Value.Type = Value.self
  ) throws(WireFailure) -> Value {
    var reader = WireReader(payload)
    let value = try Value(from: &reader)
    try reader.finish()
    return value
  }

  var header: [UInt8] {
    var bytes = [UInt8]()
    for word in [UInt32(payload.count), kind.rawValue] {
      withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// The kind and the payload's length; `nil` for a header that no honest sender writes.
  static func parse(header: [UInt8]) -> (kind: Kind, length: Int)? {
    guard header.count == headerLength else { return nil }
    func word(_ start: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(header[start + $1]) << UInt32(8 * $1) }
    }
    guard let kind = Kind(rawValue: word(4)), word(0) <= UInt32(maximumPayload) else { return nil }
    return (kind, Int(word(0)))
  }
}
