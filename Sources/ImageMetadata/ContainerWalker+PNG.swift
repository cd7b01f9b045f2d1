extension ContainerWalker {
  /// The chunks that hold metadata (W3C PNG, third edition, sections 5 and 11.3). Checksums are
  /// the decoder's business.
  static func pngBlocks(_ bytes: ByteView) -> [MetadataBlock] {
    var blocks = List()
    guard isPNG(bytes) else { return blocks.blocks }
    var at = 8
    while let announced = bytes.u32(at), let type = name(bytes, at + 4) {
      let start = at + 8
      let length = min(announced, bytes.count - start)
      let payload = bytes.slice(start, length)
      if type == "IEND" { break }
      if let kind = pngKind(type, payload) {
        let signature = type == "eXIf" && payload.starts(at: 0, with: "Exif\0\0") ? 6 : 0
        blocks.append(
          MetadataBlock(
            kind: kind, offset: start + signature, length: length - signature, label: type,
            truncated: length < announced))
      }
      at = start + length + 4
    }
    return blocks.blocks
  }

  private static func isPNG(_ bytes: ByteView) -> Bool {
    bytes.u8(0) == 0x89 && bytes.starts(at: 1, with: "PNG\r\n\u{1A}\n")
  }

  private static func pngKind(_ type: String, _ payload: ByteView) -> MetadataBlock.Kind? {
    switch type {
    case "eXIf": .exif
    case "iCCP": .icc
    case "caBX": .c2pa
    case "iTXt" where payload.starts(at: 0, with: "XML:com.adobe.xmp\0"): .xmp
    // ComfyUI's own, for animations.
    case "tEXt", "zTXt", "iTXt", "comf": .pngText
    case "IHDR", "PLTE", "IDAT", "tRNS", "gAMA", "cHRM", "sRGB", "cICP", "sBIT", "bKGD", "hIST",
      "pHYs", "sPLT", "acTL", "fcTL", "fdAT":
      nil
    default: .other
    }
  }

  /// A four-letter chunk type; `nil` for anything that is no ASCII letter, digit or blank.
  static func name(_ bytes: ByteView, _ offset: Int) -> String? {
    guard let letters = bytes.copy(offset, 4), letters.allSatisfy({ (0x20...0x7E).contains($0) })
    else { return nil }
    return String(decoding: letters, as: UTF8.self)
  }
}
