import Crypto

/// Extended XMP: a packet in several APP1 segments (XMP specification, part 3, 1.1.3.1), each with
/// the digest of the whole, its length and the part's place in it.
enum ExtendedXMP {
  private static let header = 40

  /// - Parameters:
  ///   - parts: what follows the signature in each segment.
  ///   - name: the digest (MD5, upper-case hexadecimal) that the main packet gives.
  static func assemble(
    _ parts: [UnsafeRawBufferPointer], name: String
  ) throws(XMPPacket.Failure) -> [UInt8] {
    let mine = parts.filter { $0.count > header && $0.prefix(32).elementsEqual(name.utf8) }
    guard let first = mine.first else { throw .malformed }
    let length = number(first, at: 32)
    guard length <= XMPPacket.longest else { throw .tooLarge }
    guard length > 0, mine.count <= 1024 else { throw .malformed }
    var packet = [UInt8](repeating: 0, count: length)
    var filled = 0
    for part in mine.sorted(by: { number($0, at: 36) < number($1, at: 36) }) {
      let body = part[header...]
      // In order and without gaps or overlaps; anything else was not written by one program.
      guard number(part, at: 32) == length, number(part, at: 36) == filled,
        body.count <= length - filled
      else { throw .malformed }
      packet.replaceSubrange(filled..<(filled + body.count), with: body)
      filled += body.count
    }
    let digest = Insecure.MD5.hash(data: packet).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
    guard filled == length, digest == name.uppercased() else { throw .malformed }
    return packet
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
    bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
  }
}
