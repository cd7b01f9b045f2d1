import DeclaredOrigin
import ForensicCore
import Foundation
import ImageCodecs
import ImageMetadata

/// Folders of reference files, shared by several checkouts.
enum Place {
  static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let aiMetadata = folder("ai-metadata", variable: "FIXTURES_DIR", or: "fixtures")
  static let dataset = folder("", variable: "DATASET_DIR", or: "dataset")

  private static func folder(_ name: String, variable: String, or other: String) -> URL? {
    let root =
      ProcessInfo.processInfo.environment[variable].map { URL(filePath: $0) }
      ?? package.appending(path: "../shared/\(other)")
    let path = name.isEmpty ? root : root.appending(path: name)
    if FileManager.default.fileExists(atPath: path.path) { return path }
    print("skipped: \(path.path) does not exist")
    return nil
  }

  static func bytes(_ url: URL) throws -> [UInt8] { Array(try Data(contentsOf: url)) }
}

/// Small pictures with declarations put where programs put them.
enum Container {
  static func pixels(side: Int = 16) -> PixelBuffer {
    PixelBuffer(
      width: side, height: side, channels: 3,
      samples: (0..<(side * side * 3)).map { UInt8(truncatingIfNeeded: $0 * 7) })
  }

  /// A JPEG with segments of its own after SOI.
  static func jpeg(_ segments: [(marker: UInt8, payload: [UInt8])] = []) throws -> [UInt8] {
    let plain = try ImageEncoder.jpeg(pixels(), quality: 90)
    var file = Array(plain[..<2])
    for (marker, payload) in segments {
      file += [0xFF, marker]
      file += big16(payload.count + 2)
      file += payload
    }
    return file + plain[2...]
  }

  static func xmpSegment(_ packet: String) -> (marker: UInt8, payload: [UInt8]) {
    (0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Array(packet.utf8))
  }

  static func commentSegment(_ text: [UInt8]) -> (marker: UInt8, payload: [UInt8]) { (0xFE, text) }

  /// APP13 with one IPTC record: datasets of record 2.
  static func iptcSegment(_ values: [(Int, [UInt8])]) -> (marker: UInt8, payload: [UInt8]) {
    var record = [UInt8]()
    for (dataset, value) in values {
      record += [0x1C, 2, UInt8(dataset)]
      record += big16(value.count)
      record += value
    }
    var payload = Array("Photoshop 3.0\0".utf8)
    payload += Array("8BIM".utf8)
    payload += [4, 4, 0, 0]
    payload += big32(record.count)
    return (0xED, payload + record)
  }

  /// APP1 with a big-endian EXIF block: IFD0 fields and Exif fields of undefined or ASCII type.
  static func exifSegment(
    ifd0: [(Int, [UInt8])] = [], exif: [(Int, [UInt8])] = []
  ) -> (marker: UInt8, payload: [UInt8]) {
    (0xE1, Array("Exif\0\0".utf8) + exifBlock(ifd0: ifd0, exif: exif))
  }

  static func exifBlock(ifd0: [(Int, [UInt8])] = [], exif: [(Int, [UInt8])] = []) -> [UInt8] {
    var data = [UInt8]()
    let ifd0Size = 2 + 12 * (ifd0.count + 1) + 4
    let exifAt = 8 + ifd0Size
    let dataAt = exifAt + 2 + 12 * exif.count + 4
    func entry(_ tag: Int, _ value: [UInt8]) -> [UInt8] {
      let type = tag == 0x9286 ? 7 : 2
      let head: [UInt8] = big16(tag) + big16(type) + big32(value.count)
      if value.count <= 4 { return head + value + [UInt8](repeating: 0, count: 4 - value.count) }
      defer { data += value }
      return head + big32(dataAt + data.count)
    }
    var block = Array("MM".utf8)
    for part in [big16(42), big32(8), big16(ifd0.count + 1)] { block += part }
    for (tag, value) in ifd0 { block += entry(tag, value) }
    for part in [big16(0x8769), big16(4), big32(1), big32(exifAt), big32(0), big16(exif.count)] {
      block += part
    }
    for (tag, value) in exif { block += entry(tag, value) }
    return block + big32(0) + data
  }

  /// A PNG with chunks of its own after IHDR.
  static func png(_ chunks: [(name: String, body: [UInt8])] = []) throws -> [UInt8] {
    let plain = try ImageEncoder.png(pixels(), level: 6)
    var file = Array(plain[..<33])
    for (name, body) in chunks {
      let named = Array(name.utf8) + body
      file += big32(body.count)
      file += named
      file += big32(Int(crc(named)))
    }
    return file + plain[33...]
  }

  static func textChunk(_ keyword: String, _ text: [UInt8]) -> (name: String, body: [UInt8]) {
    ("tEXt", Array(keyword.utf8) + [0] + text)
  }

  static func packedTextChunk(_ keyword: String, _ text: [UInt8]) -> (name: String, body: [UInt8]) {
    ("zTXt", Array(keyword.utf8) + [0, 0] + stored(text))
  }

  static func unicodeTextChunk(
    _ keyword: String, _ text: [UInt8], packed: Bool = false
  ) -> (name: String, body: [UInt8]) {
    let head: [UInt8] = Array(keyword.utf8) + [0, packed ? 1 : 0, 0, 0, 0]
    return ("iTXt", head + (packed ? stored(text) : text))
  }

  /// A WebP with further chunks at its end.
  static func webp(_ chunks: [(name: String, body: [UInt8])]) throws -> [UInt8] {
    var file = try ImageEncoder.webp(pixels(), quality: 80)
    for (name, body) in chunks {
      file += Array(name.utf8)
      file += (0..<4).map { UInt8(truncatingIfNeeded: body.count >> (8 * $0)) }
      file += body
      if body.count % 2 == 1 { file.append(0) }
    }
    let size = file.count - 8
    file.replaceSubrange(4..<8, with: (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) })
    return file
  }

  /// A zlib stream of stored blocks.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      let length = UInt16(block.count)
      stream.append(rest.isEmpty ? 1 : 0)
      for half in [length & 255, length >> 8, ~length & 255, ~length >> 8] {
        stream.append(UInt8(half))
      }
      stream += block
    } while !rest.isEmpty
    var (low, high) = (1, 0)
    for byte in bytes {
      low = (low + Int(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return stream + big32(high << 16 | low)
  }

  static func big16(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
  }

  static func big32(_ value: Int) -> [UInt8] { big16(value >> 16) + big16(value) }

  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var value = ~UInt32(0)
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 {
        let isOdd = value & 1 == 1
        value >>= 1
        if isOdd { value ^= 0xEDB8_8320 }
      }
    }
    return ~value
  }

  /// What the file declares.
  static func read(_ bytes: [UInt8]) throws -> DeclarationReading {
    try bytes.withUnsafeBytes { buffer in
      let decoded = try ImageDecoder.decode(buffer)
      let reading = MetadataReader.read(buffer, image: decoded.info)
      return DeclarationReader.read(buffer, reading: reading, pixels: decoded.pixels)
    }
  }

  /// An XMP packet around properties.
  static func packet(_ properties: String) -> String {
    """
    <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
     xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
     xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
     xmlns:exif="http://ns.adobe.com/exif/1.0/"
     xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
     xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
     xmlns:xmpNote="http://ns.adobe.com/xmp/note/"
     xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
    \(properties)
    </rdf:Description></rdf:RDF></x:xmpmeta>
    <?xpacket end="w"?>
    """
  }
}
