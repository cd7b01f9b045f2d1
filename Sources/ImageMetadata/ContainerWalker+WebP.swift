extension ContainerWalker {
  /// The RIFF chunks that hold metadata (RFC 9649, section 2.7), within the size that the RIFF
  /// header states: what is appended after it is not part of the picture.
  static func webpBlocks(_ bytes: ByteView) -> [MetadataBlock] {
    var blocks = List()
    guard bytes.starts(at: 0, with: "RIFF"), bytes.starts(at: 8, with: "WEBP") else {
      return blocks.blocks
    }
    let file = ByteView(bytes.bytes, bigEndian: false)
    let end = min(file.count, (file.u32(4) ?? 0) + 8)
    var at = 12
    while at + 8 <= end, let announced = file.u32(at + 4),
      let type = name(file, at)
    {
      let start = at + 8
      let length = min(announced, end - start)
      if let kind = webpKind(type) {
        let payload = file.slice(start, length)
        let signature = kind == .exif && payload.starts(at: 0, with: "Exif\0\0") ? 6 : 0
        blocks.append(
          MetadataBlock(
            kind: kind, offset: start + signature, length: length - signature, label: type,
            truncated: length < announced))
      }
      at = start + length + length % 2
    }
    return blocks.blocks
  }

  private static func webpKind(_ type: String) -> MetadataBlock.Kind? {
    switch type {
    case "EXIF": .exif
    case "XMP ": .xmp
    case "ICCP": .icc
    case "C2PA": .c2pa
    case "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF": nil
    default: .other
    }
  }
}
