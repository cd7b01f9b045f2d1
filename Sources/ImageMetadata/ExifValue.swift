import CExif

/// Reads the bytes of EXIF values: as numbers, and as the text that reports print.
package struct ExifValue {
  package let bigEndian: Bool
  /// Bytes of a text after which it is cut.
  package let longest: Int

  package init(bigEndian: Bool, longest: Int = ExifText.longest) {
    self.bigEndian = bigEndian
    self.longest = longest
  }

  /// More numbers than this are cut; the text then ends with `…`.
  private static let mostNumbers = 256

  /// The value as `MetadataContext.ExifEntry` documents it.
  package func text(_ field: ExifField) -> String {
    let bytes = field.value ?? []
    switch (field.format, field.tag) {
    case (_, 0x927C): return ExifText.hex(bytes, count: field.length)
    case (_, 0x9C9B...0x9C9F) where field.directory == .ifd0:
      // Windows writes XP* little-endian always.
      return ExifText.utf16(bytes, bigEndian: false, longest: longest)
    case (2, 0x8298): return copyright(bytes)
    case (2, 0x010F), (2, 0x0110), (2, 0x0131), (2, 0x9290...0x9292):
      return ExifText.trimmed(text(bytes))
    case (2, _): return text(bytes)
    case (_, 0x9286), (7, 0x001B), (7, 0x001C): return coded(bytes, count: field.length)
    case (7, 0x9101), (7, 0xA300), (7, 0xA301), (1, _): return numbers(field)
    case (7, _):
      return ExifText.isPrintable(bytes)
        ? text(bytes) : ExifText.hex(bytes, count: field.length)
    default: return numbers(field)
    }
  }

  private func text(_ bytes: some Collection<UInt8>) -> String {
    ExifText.text(bytes, longest: longest)
  }

  /// The values as numbers: integers exact, rationals as quotients. Empty for text.
  package func doubles(_ field: ExifField, most: Int = 16) -> [Double] {
    guard let bytes = field.value, let size = ExifField.size(ofFormat: field.format) else {
      return []
    }
    return (0..<min(most, field.count, bytes.count / size)).map {
      double(bytes, at: $0 * size, format: field.format)
    }
  }

  private func numbers(_ field: ExifField) -> String {
    let values = doubles(field, most: Self.mostNumbers)
    let text = values.map(Self.format).joined(separator: " ")
    return field.count > values.count ? text + " …" : text
  }

  private func double(_ bytes: [UInt8], at offset: Int, format: Int) -> Double {
    switch format {
    case 6: Double(Int8(bitPattern: bytes[offset]))
    case 3: Double(UInt16(truncatingIfNeeded: integer(bytes, offset, 2)))
    case 8: Double(Int16(truncatingIfNeeded: integer(bytes, offset, 2)))
    case 4, 13: Double(UInt32(truncatingIfNeeded: integer(bytes, offset, 4)))
    case 9: Double(Int32(truncatingIfNeeded: integer(bytes, offset, 4)))
    case 5:
      Double(UInt32(truncatingIfNeeded: integer(bytes, offset, 4)))
        / Double(UInt32(truncatingIfNeeded: integer(bytes, offset + 4, 4)))
    case 10:
      Double(Int32(truncatingIfNeeded: integer(bytes, offset, 4)))
        / Double(Int32(truncatingIfNeeded: integer(bytes, offset + 4, 4)))
    case 11:
      Double(Float(bitPattern: UInt32(truncatingIfNeeded: integer(bytes, offset, 4))))
    case 12: Double(bitPattern: integer(bytes, offset, 8))
    default: Double(bytes[offset])
    }
  }

  private func integer(_ bytes: [UInt8], _ offset: Int, _ length: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<length {
      value = value << 8 | UInt64(bytes[offset + (bigEndian ? index : length - 1 - index)])
    }
    return value
  }

  /// Ten significant digits; `inf` for n/0, `undef` for 0/0, as ExifTool writes them.
  package static func format(_ value: Double) -> String {
    if value.isNaN { return "undef" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if let whole = Int(exactly: value) { return String(whole) }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { buffer in
      let length = fexif_format(value, buffer.baseAddress, buffer.count)
      return String(decoding: UnsafeRawBufferPointer(buffer).prefix(length), as: UTF8.self)
    }
  }

  /// `photographer NUL editor NUL` (CIPA DC-008, 4.6.4, Copyright): a line each.
  private func copyright(_ bytes: [UInt8]) -> String {
    let parts = bytes.prefix(ExifText.longest).split(separator: 0, omittingEmptySubsequences: false)
    let texts = parts.prefix(2).map { ExifText.trimmed(ExifText.text($0)) }
    return ExifText.trimmed(texts.joined(separator: "\n"))
  }

  /// Text after eight bytes that name its code (CIPA DC-008, 4.6.5, UserComment).
  private func coded(_ bytes: [UInt8], count: Int) -> String {
    let code = bytes.prefix(8)
    let body = Array(bytes.dropFirst(8))
    if code.starts(with: Array("UNICODE".utf8)) {
      // Some writers announce it and go on in ASCII: no UTF-16 is without any byte beyond it.
      if !body.isEmpty, ExifText.isPrintable(body) { return ExifText.trimmed(text(body)) }
      return ExifText.trimmed(
        ExifText.utf16(body, bigEndian: likelyBigEndian(body), longest: longest))
    }
    if code.starts(with: Array("ASCII".utf8)) { return ExifText.trimmed(text(body)) }
    if code.count == 8, code.allSatisfy({ $0 == 0 }) || code.starts(with: Array("JIS".utf8)) {
      return body.allSatisfy({ $0 == 0 || (0x20...0x7E).contains($0) }) || ExifText.isUTF8(body)
        ? ExifText.trimmed(text(body)) : ExifText.hex(body, count: max(0, count - 8))
    }
    // Many writers leave the code out.
    return ExifText.isPrintable(bytes) || ExifText.isUTF8(bytes)
      ? ExifText.trimmed(text(bytes)) : ExifText.hex(bytes, count: count)
  }

  /// Writers disagree on the order of UNICODE comments: the half with more zeros is the high one.
  private func likelyBigEndian(_ bytes: [UInt8]) -> Bool {
    var even = 0
    var odd = 0
    for (index, byte) in bytes.prefix(256).enumerated() where byte == 0 {
      if index % 2 == 0 { even += 1 } else { odd += 1 }
    }
    return even == odd ? bigEndian : even > odd
  }
}
