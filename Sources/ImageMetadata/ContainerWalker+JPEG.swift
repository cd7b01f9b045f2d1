extension ContainerWalker {
  /// The application and comment segments up to the first scan (ITU-T T.81, B.1.1 and B.2.4.6).
  static func jpegBlocks(_ bytes: ByteView) -> [MetadataBlock] {
    var blocks = List()
    guard bytes.u8(0) == 0xFF, bytes.u8(1) == 0xD8 else { return blocks.blocks }
    var stores = Set<Int>()
    var at = 2
    while let marker = nextMarker(bytes, &at) {
      switch marker {
      case 0x01, 0xD0...0xD8: continue  // stand alone, without a length
      case 0xD9, 0xDA: return blocks.blocks  // EOI, SOS
      default: break
      }
      guard let announced = bytes.u16(at), announced >= 2 else { return blocks.blocks }
      let start = at + 2
      let length = min(announced - 2, bytes.count - start)
      guard length >= 0 else { return blocks.blocks }
      if marker == 0xFE || (0xE0...0xEF).contains(marker) {
        let (kind, signature) = jpegKind(
          marker, bytes.slice(start, length), stores: &stores)
        blocks.append(
          MetadataBlock(
            kind: kind, offset: start + signature, length: length - signature,
            label: marker == 0xFE ? "COM" : "APP\(marker - 0xE0)",
            truncated: length < announced - 2))
      }
      at = start + length
    }
    return blocks.blocks
  }

  /// Advances past the next marker and its fill bytes. Bytes that are no marker are passed over,
  /// as decoders do, but not without end: a search through a whole damaged file finds chance
  /// markers, not metadata.
  private static func nextMarker(_ bytes: ByteView, _ at: inout Int) -> UInt8? {
    let limit = at + 4096
    while at < limit, let byte = bytes.u8(at) {
      at += 1
      guard byte == 0xFF else { continue }
      while let code = bytes.u8(at) {
        at += 1
        if code == 0xFF { continue }
        if code != 0 { return code }
        break
      }
    }
    return nil
  }

  /// What a segment holds, by the signature at its start, and the signature's length.
  private static func jpegKind(
    _ marker: UInt8, _ payload: ByteView, stores: inout Set<Int>
  ) -> (MetadataBlock.Kind, Int) {
    switch marker {
    case 0xE0 where payload.starts(at: 0, with: "JFIF\0"): (.jfif, 5)
    case 0xE0 where payload.starts(at: 0, with: "JFXX\0"): (.jfif, 5)
    case 0xE1 where payload.starts(at: 0, with: "Exif\0\0"): (.exif, 6)
    case 0xE1 where payload.starts(at: 0, with: "Exif\0"): (.exif, min(6, payload.count))
    case 0xE1 where payload.starts(at: 0, with: "http://ns.adobe.com/xap/1.0/\0"): (.xmp, 29)
    case 0xE1 where payload.starts(at: 0, with: "http://ns.adobe.com/xmp/extension/\0"):
      (.extendedXMP, 35)
    case 0xE2 where payload.starts(at: 0, with: "ICC_PROFILE\0"): (.icc, 12)
    case 0xE2 where payload.starts(at: 0, with: "MPF\0"): (.multiPicture, 4)
    case 0xEB where payload.starts(at: 0, with: "JP"): boxKind(payload, stores: &stores)
    case 0xED where payload.starts(at: 0, with: "Photoshop 3.0\0"): (.iptc, 14)
    case 0xEE where payload.starts(at: 0, with: "Adobe"): (.adobe, 5)
    case 0xFE: (.comment, 0)
    default: (.other, 0)
    }
  }

  /// JPEG XT boxes: `JP`, box instance, packet number, and in every segment the box header
  /// (ISO/IEC 19566-5, annex D). A manifest store is known by its description, which only its
  /// first segment holds; `stores` keeps its instance for those that follow.
  private static func boxKind(
    _ payload: ByteView, stores: inout Set<Int>
  ) -> (MetadataBlock.Kind, Int) {
    guard let instance = payload.u16(2) else { return (.other, 0) }
    let header = payload.u32(8) == 1 ? 16 : 8
    if payload.starts(at: 8 + header + 4, with: "jumdc2pa") { stores.insert(instance) }
    let isJUMBF = payload.starts(at: 12, with: "jumb")
    return stores.contains(instance) ? (.c2pa, 2) : isJUMBF ? (.jumbf, 2) : (.other, 0)
  }
}
