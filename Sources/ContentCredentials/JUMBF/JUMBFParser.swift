/// Reads the boxes of a manifest store: lengths are checked against what encloses them, and
/// depth and number are limited. Nothing is copied.
package struct JUMBFParser {
  private let bytes: [UInt8]
  private let limits: CredentialLimits
  private var boxes = 0

  /// The first superbox of the bytes. What follows it is not read.
  /// - Throws: `malformed` for broken boxes, `limit` beyond the limits.
  package static func parse(
    _ bytes: [UInt8], limits: CredentialLimits
  ) throws(CredentialError) -> JUMBFBox {
    var parser = JUMBFParser(bytes: bytes, limits: limits)
    let header = try parser.header(at: 0, end: bytes.count)
    guard header.type == "jumb" else { throw .malformed("not a JUMBF superbox", offset: 0) }
    return try parser.superbox(header, depth: 0)
  }

  private init(bytes: [UInt8], limits: CredentialLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  private struct Header {
    var type: String
    var range: Range<Int>
    var payload: Range<Int>
  }

  private func big32(_ offset: Int) -> Int {
    (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
  }

  /// LBox, TBox and XLBox (ISO/IEC 18477-3, B.1).
  private mutating func header(at offset: Int, end: Int) throws(CredentialError) -> Header {
    boxes += 1
    guard boxes <= limits.boxes else { throw .limit("there are more than \(limits.boxes) boxes") }
    guard end - offset >= 8 else { throw .malformed("a box header is cut off", offset: offset) }
    var length = big32(offset)
    var start = offset + 8
    if length == 1 {
      guard end - offset >= 16, big32(offset + 8) == 0 else {
        throw .malformed("a box is longer than what holds it", offset: offset)
      }
      length = big32(offset + 12)
      start = offset + 16
    } else if length == 0 {
      length = end - offset
    }
    guard length >= start - offset, length <= end - offset else {
      throw .malformed("a box is longer than what holds it", offset: offset)
    }
    let type = String(decoding: bytes[(offset + 4)..<(offset + 8)], as: UTF8.self)
    return Header(
      type: type, range: offset..<(offset + length), payload: start..<(offset + length))
  }

  private mutating func superbox(
    _ header: Header, depth: Int
  ) throws(CredentialError) -> JUMBFBox {
    guard depth < limits.boxDepth else {
      throw .limit("JUMBF boxes are nested more than \(limits.boxDepth) deep")
    }
    let first = try self.header(at: header.payload.lowerBound, end: header.payload.upperBound)
    guard first.type == "jumd" else {
      throw .malformed("a superbox without a description", offset: header.range.lowerBound)
    }
    var box = try description(first.payload)
    box.range = header.range
    box.payload = header.payload
    var offset = first.range.upperBound
    while offset < header.payload.upperBound {
      let next = try self.header(at: offset, end: header.payload.upperBound)
      if next.type == "jumb" {
        box.children.append(try superbox(next, depth: depth + 1))
      } else {
        box.contents.append(JUMBFBox.Content(type: next.type, payload: next.payload))
      }
      offset = next.range.upperBound
    }
    return box
  }

  /// Type, toggles and label of a description box (ISO/IEC 19566-5, A.3). Its identifier, digest
  /// and private box (C2PA's salt) matter only to the hash over all of it.
  private func description(_ payload: Range<Int>) throws(CredentialError) -> JUMBFBox {
    guard payload.count >= 17 else {
      throw .malformed("a JUMBF description is cut off", offset: payload.lowerBound)
    }
    let type = JUMBFType(Array(bytes[payload.lowerBound..<(payload.lowerBound + 16)]))
    let toggles = bytes[payload.lowerBound + 16]
    var label: String?
    if toggles & 2 != 0 {
      let rest = bytes[(payload.lowerBound + 17)..<payload.upperBound]
      guard let end = rest.firstIndex(of: 0) else {
        throw .malformed("a JUMBF label has no end", offset: payload.lowerBound + 17)
      }
      label = String(decoding: rest[..<end], as: UTF8.self)
    }
    return JUMBFBox(
      type: type, label: label, range: payload, payload: payload, children: [], contents: [])
  }
}
