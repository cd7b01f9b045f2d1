import ForensicCore
import ImageMetadata

/// Writes TIFF blocks and containers around them, sound or broken on purpose.
struct TIFFBuilder {
  struct Field {
    var tag: Int
    var format: Int
    var count: Int
    var bytes: [UInt8]
  }

  var bigEndian = false
  var fields = [ExifDirectory: [Field]]()
  /// A JPEG stream to embed as the preview.
  var thumbnail: [UInt8]?

  func u16(_ value: Int) -> [UInt8] {
    let bytes = [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    return bigEndian ? bytes.reversed() : bytes
  }

  func u32(_ value: Int) -> [UInt8] {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    return bigEndian ? bytes.reversed() : bytes
  }

  mutating func add(_ directory: ExifDirectory, _ tag: Int, text: String) {
    let bytes = Array(text.utf8) + [0]
    fields[directory, default: []].append(
      Field(tag: tag, format: 2, count: bytes.count, bytes: bytes))
  }

  mutating func add(_ directory: ExifDirectory, _ tag: Int, undefined bytes: [UInt8]) {
    fields[directory, default: []].append(
      Field(tag: tag, format: 7, count: bytes.count, bytes: bytes))
  }

  mutating func add(_ directory: ExifDirectory, _ tag: Int, short values: Int...) {
    fields[directory, default: []].append(
      Field(tag: tag, format: 3, count: values.count, bytes: values.flatMap(u16)))
  }

  mutating func add(_ directory: ExifDirectory, _ tag: Int, long values: Int...) {
    fields[directory, default: []].append(
      Field(tag: tag, format: 4, count: values.count, bytes: values.flatMap(u32)))
  }

  mutating func add(_ directory: ExifDirectory, _ tag: Int, rational values: (Int, Int)...) {
    fields[directory, default: []].append(
      Field(
        tag: tag, format: 5, count: values.count, bytes: values.flatMap { u32($0.0) + u32($0.1) }))
  }

  mutating func gps(
    _ latitude: (Int, Int, Int), _ north: String, _ longitude: (Int, Int, Int),
    _ east: String
  ) {
    add(.gps, 1, text: north)
    add(.gps, 2, rational: (latitude.0, 1), (latitude.1, 1), (latitude.2, 1))
    add(.gps, 3, text: east)
    add(.gps, 4, rational: (longitude.0, 1), (longitude.1, 1), (longitude.2, 1))
  }

  /// The block, from its byte order mark on.
  var block: [UInt8] {
    var all = fields
    let pointers: [(ExifDirectory, ExifDirectory, Int)] = [
      (.ifd0, .exif, 0x8769), (.ifd0, .gps, 0x8825), (.exif, .interop, 0xA005),
    ]
    if all[.interop] != nil, all[.exif] == nil { all[.exif] = [] }
    for (parent, child, tag) in pointers where all[child] != nil {
      all[parent, default: []].append(Field(tag: tag, format: 4, count: 1, bytes: u32(0)))
    }
    if thumbnail != nil {
      all[.ifd1, default: []].append(Field(tag: 0x0201, format: 4, count: 1, bytes: u32(0)))
      all[.ifd1, default: []].append(
        Field(tag: 0x0202, format: 4, count: 1, bytes: u32(thumbnail?.count ?? 0)))
    }
    let order: [ExifDirectory] = [.ifd0, .exif, .interop, .gps, .ifd1]
    var start = [ExifDirectory: Int]()
    var at = 8
    for directory in order where all[directory] != nil || directory == .ifd0 {
      let list = all[directory] ?? []
      start[directory] = at
      at += 2 + 12 * list.count + 4
      at += list.filter { $0.bytes.count > 4 }.reduce(0) { $0 + $1.bytes.count }
    }
    let preview = at
    var out = (bigEndian ? Array("MM".utf8) : Array("II".utf8)) + u16(42) + u32(8)
    for directory in order where start[directory] != nil {
      let list = all[directory] ?? []
      var data = (start[directory] ?? 0) + 2 + 12 * list.count + 4
      out += u16(list.count)
      var tail = [UInt8]()
      for field in list {
        out += u16(field.tag) + u16(field.format) + u32(field.count)
        let child = pointers.first { $0.2 == field.tag && $0.0 == directory }?.1
        if let child, let target = start[child] {
          out += u32(target)
        } else if field.tag == 0x0201, thumbnail != nil {
          out += u32(preview)
        } else if field.bytes.count <= 4 {
          out += field.bytes + [UInt8](repeating: 0, count: 4 - field.bytes.count)
        } else {
          out += u32(data)
          data += field.bytes.count
          tail += field.bytes
        }
      }
      out += u32(directory == .ifd0 ? start[.ifd1] ?? 0 : 0) + tail
    }
    return out + (thumbnail ?? [])
  }

  /// A JPEG of header segments only, with the block in an APP1 segment.
  var jpeg: [UInt8] { Self.jpeg(block) }

  static func jpeg(_ block: [UInt8], before: [UInt8] = []) -> [UInt8] {
    [0xFF, 0xD8] + before + segment(0xE1, Array("Exif\0\0".utf8) + block)
      + [0xFF, 0xDA, 0, 2, 0xFF, 0xD9]
  }

  static func segment(_ marker: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let length = payload.count + 2
    return [
      0xFF, marker, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length),
    ]
      + payload
  }

  func read(width: Int = 640, height: Int = 480, asOf: Timestamp? = nil) -> MetadataReading {
    jpeg.withUnsafeBytes {
      MetadataReader.read(
        $0, image: ImageInfo(format: .jpeg, width: width, height: height, colorModel: "ycbcr"),
        asOf: asOf)
    }
  }
}
