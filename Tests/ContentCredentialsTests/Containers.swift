/// The smallest containers that can hold a manifest store; what is around it is no picture.
enum PNGFile {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    big(data.count) + Array(type.utf8) + data + [0, 0, 0, 0]
  }

  static func holding(_ store: [UInt8], before: [UInt8] = []) -> [UInt8] {
    signature + chunk("IHDR", [UInt8](repeating: 1, count: 13)) + before + chunk("caBX", store)
      + chunk("IDAT", Array("pixels".utf8)) + chunk("IEND", [])
  }

  static func big(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }
}

enum WebPFile {
  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    Array(type.utf8) + little(data.count) + data + (data.count % 2 == 1 ? [0] : [])
  }

  static func holding(_ store: [UInt8]) -> [UInt8] {
    let body =
      Array("WEBP".utf8) + chunk("VP8 ", Array("pixels".utf8)) + chunk("C2PA", store)
    return Array("RIFF".utf8) + little(body.count) + body
  }

  private static func little(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

enum JPEGFile {
  static func segment(_ marker: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0xFF, marker] + [UInt8((payload.count + 2) >> 8), UInt8((payload.count + 2) & 255)] + payload
  }

  /// APP11 segments of at most `step` bytes of the store each.
  static func app11(_ store: [UInt8], step: Int = 65_000, instance: UInt8 = 1) -> [UInt8] {
    var bytes = [UInt8]()
    var sequence = 1
    for start in stride(from: 0, to: store.count, by: step) {
      let part = Array(store[start..<min(start + step, store.count)])
      let header = sequence == 1 ? [] : Array(store[..<8])
      bytes += segment(
        0xEB, Array("JP".utf8) + [0, instance] + PNGFile.big(sequence) + header + part)
      sequence += 1
    }
    return bytes
  }

  static func holding(_ store: [UInt8], step: Int = 65_000) -> [UInt8] {
    [0xFF, 0xD8] + segment(0xE0, Array("JFIF\0".utf8)) + app11(store, step: step)
      + segment(0xDB, [UInt8](repeating: 1, count: 65)) + segment(0xDA, [1, 0, 0])
      + [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56] + [0xFF, 0xD9]
  }
}
