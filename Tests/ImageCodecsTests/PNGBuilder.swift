/// Writes PNG files chunk by chunk with stored (uncompressed) deflate blocks: any bit depth, any
/// chunk, right or wrong, without an encoder.
struct PNGBuilder {
  var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  init(width: Int, height: Int, depth: Int, color: Int, interlace: Int = 0) {
    chunk(
      "IHDR",
      Self.big32(width) + Self.big32(height) + [UInt8(depth), UInt8(color), 0, 0, UInt8(interlace)])
  }

  mutating func chunk(_ name: String, _ body: [UInt8], spoilt: Bool = false) {
    let named = Array(name.utf8) + body
    let crc = Self.crc(named) ^ (spoilt ? 1 : 0)
    bytes += Self.big32(body.count) + named + Self.big32(Int(crc))
  }

  /// IDAT of rows that already begin with their filter byte.
  mutating func data(_ rows: [UInt8]) {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = rows[...]
    repeat {
      let block = rest.prefix(65535)
      rest = rest.dropFirst(block.count)
      let length = UInt16(block.count)
      stream.append(rest.isEmpty ? 1 : 0)
      stream += [UInt8(length & 255), UInt8(length >> 8)]
      stream += [UInt8(~length & 255), UInt8(~length >> 8)]
      stream += block
    } while !rest.isEmpty
    var low = 1
    var high = 0
    for byte in rows {
      low = (low + Int(byte)) % 65521
      high = (high + low) % 65521
    }
    chunk("IDAT", stream + Self.big32(high << 16 | low))
  }

  func ended() -> [UInt8] {
    var copy = self
    copy.chunk("IEND", [])
    return copy.bytes
  }

  static func big32(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
  }

  static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
    }
    return ~crc
  }

  /// The file without the named chunks.
  static func without(_ names: Set<String>, _ file: [UInt8]) -> [UInt8] {
    var result = Array(file.prefix(8))
    var index = 8
    while index + 12 <= file.count {
      let length = file[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) }
      let end = min(file.count, index + 12 + length)
      let name = String(decoding: file[(index + 4)..<(index + 8)], as: UTF8.self)
      if !names.contains(name) { result += file[index..<end] }
      index = end
    }
    return result
  }
}
