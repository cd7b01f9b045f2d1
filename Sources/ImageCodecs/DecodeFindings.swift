import ForensicCore

/// Findings that several formats share.
enum DecodeFindings {
  /// Bytes after the end of the picture.
  /// - Parameter pictures: where the file's own index says that further pictures lie. Cameras put
  ///   previews there.
  static func trailing(
    _ reader: ByteReader, from offset: Int, pictures: @autoclosure () -> [Range<Int>] = [],
    method: String
  ) -> [Finding] {
    guard offset < reader.count else { return [] }
    let further = pictures().filter { $0.lowerBound >= offset }
    var findings = [Finding]()
    if !further.isEmpty {
      let count = further.count == 1 ? "another picture" : "\(further.count) other pictures"
      findings.append(
        Finding(
          code: "decode.further-pictures", method: "Multi-Picture Format (CIPA DC-007)",
          summary: "After the picture the file holds \(count), where its index says so. "
            + "Cameras and phones put previews, depth and second views there.",
          result: ["bytes": further.map { String($0.count) }.joined(separator: ", ")],
          limits: "What they show was not examined."))
    }
    // Between pictures that begin on round addresses lie zeros.
    let rest = gaps(in: offset..<reader.count, between: further)
      .filter { gap in further.isEmpty || !gap.allSatisfy { [0, 0xFF].contains(reader.u8($0)) } }
    guard let first = rest.first else { return findings }
    let count = rest.reduce(0) { $0 + $1.count }
    let kind = trailingKind(reader, at: first.lowerBound)
    findings.append(
      Finding(
        code: "decode.trailing-bytes", method: method,
        summary: "After the end of the picture the file goes on for "
          + (count == 1 ? "1 byte" : "\(count) bytes")
          + (kind.map { ": \($0)." } ?? "."),
        weight: .notable,
        result: ["offset": String(first.lowerBound), "bytes": String(count)]))
    return findings
  }

  /// What of a range none of the places covers.
  private static func gaps(in range: Range<Int>, between places: [Range<Int>]) -> [Range<Int>] {
    var end = range.lowerBound
    var gaps = [Range<Int>]()
    for place in places.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if place.lowerBound > end { gaps.append(end..<place.lowerBound) }
      end = max(end, place.upperBound)
    }
    return end < range.upperBound ? gaps + [end..<range.upperBound] : gaps
  }

  private static func trailingKind(_ reader: ByteReader, at offset: Int) -> String? {
    if (offset..<reader.count).allSatisfy({ reader.u8($0) == 0 }) { return "zeros only" }
    if reader.u8(offset) == 0xFF, reader.u8(offset + 1) == 0xD8 { return "another JPEG" }
    if reader.holds("ftyp", at: offset + 4) { return "a video (motion photo)" }
    if reader.holds("PK\u{3}\u{4}", at: offset) { return "a ZIP archive" }
    if reader.holds("PNG\r\n\u{1A}\n", at: offset + 1) { return "another PNG" }
    if reader.holds("RIFF", at: offset), reader.holds("WEBP", at: offset + 8) {
      return "a WebP picture"
    }
    if reader.holds("jumb", at: offset + 4) { return "a JUMBF box, as of Content Credentials" }
    if reader.holds("%PDF-", at: offset) { return "a PDF document" }
    if reader.holds("GIF8", at: offset) { return "a GIF picture" }
    if reader.holds("MZ", at: offset) || reader.holds("ELF", at: offset + 1) { return "a program" }
    if reader.holds("<?xpacket", at: offset) || reader.holds("<x:xmpmeta", at: offset) {
      return "an XMP packet, which counts for nothing here"
    }
    if reader.holds("SEFT", at: reader.count - 4) { return "what Samsung's phones put there" }
    let start = offset..<min(reader.count, offset + 4096)
    let isText = start.allSatisfy {
      guard let byte = reader.u8($0) else { return false }
      return byte >= 0x20 && byte != 0x7F || [0x09, 0x0A, 0x0D].contains(byte)
    }
    return isText ? "text, which counts for nothing here" : nil
  }

  /// Alpha was composited over white.
  static func alpha(translucent: Int, pixels: Int, method: String) -> Finding {
    let share = Double(translucent) / Double(max(pixels, 1))
    let percent = Int((share * 1000).rounded())
    return Finding(
      code: "decode.alpha", method: method,
      summary: translucent == 0
        ? "The picture has a transparency channel, and every pixel is opaque."
        : "\(percent / 10).\(percent % 10) % of the pixels are transparent or partly so; they were "
          + "examined over white.",
      weight: translucent == 0 ? .information : .notable,
      result: ["translucentPixels": String(translucent), "pixels": String(pixels)],
      limits: "What lies in the colour of transparent pixels was not examined.")
  }

  /// Only the first of several frames is examined.
  static func frames(_ count: Int, method: String) -> Finding {
    Finding(
      code: "decode.frames", method: method,
      summary: "The file is an animation of \(count) frames; only the first was examined.",
      weight: .notable, result: ["frames": String(count)])
  }

  /// A colour profile is there and was not applied.
  static func profile(bytes: Int, name: String?, method: String) -> Finding {
    Finding(
      code: "decode.icc", method: method,
      summary: "The file carries a colour profile"
        + (name.map { " (\($0))" } ?? "") + "; the stored values were examined without it.",
      result: ["bytes": String(bytes)].merging(
        name.map { ["name": $0] } ?? [:], uniquingKeysWith: { first, _ in first }))
  }
}
