import ForensicCore
import ImageMetadata
import Testing

@Suite struct ExifValueTests {
  private func value(_ bytes: [UInt8], format: Int, tag: Int = 0xC000, bigEndian: Bool = true)
    -> String
  {
    let size = ExifField.size(ofFormat: format) ?? 1
    let field = ExifField(
      directory: .exif, tag: tag, format: format, count: bytes.count / size, offset: 0,
      length: bytes.count, position: 0, value: bytes)
    return ExifValue(bigEndian: bigEndian).text(field)
  }

  private static let values: [(Int, [UInt8], String)] = [
    (1, [7, 255], "7 255"), (6, [255, 1], "-1 1"), (3, [1, 2, 0xFF, 0xFF], "258 65535"),
    (8, [0xFF, 0xFE], "-2"), (4, [0xFF, 0xFF, 0xFF, 0xFF], "4294967295"),
    (9, [0xFF, 0xFF, 0xFF, 0xFF], "-1"), (5, [0, 0, 0, 1, 0, 0, 0, 4], "0.25"),
    (5, [0, 0, 0, 1, 0, 0, 0, 3], "0.3333333333"), (5, [0, 0, 0, 1, 0, 0, 0, 0], "inf"),
    (5, [0, 0, 0, 0, 0, 0, 0, 0], "undef"), (10, [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 2], "-0.5"),
    (11, [0x3F, 0x80, 0, 0], "1"), (12, [0x3F, 0xE0, 0, 0, 0, 0, 0, 0], "0.5"),
    (13, [0, 0, 0, 8], "8"), (7, [0x30, 0x32, 0x32, 0x30], "0220"), (7, [1, 2, 0xAB], "0102ab"),
    (2, [], ""), (1, [], ""), (5, [1, 2, 3], ""),
  ]

  @Test(arguments: values)
  func writesValuesAsText(format: Int, bytes: [UInt8], text: String) {
    #expect(value(bytes, format: format) == text)
  }

  @Test func readsLittleEndian() {
    #expect(value([1, 2, 0, 0, 2, 0, 0, 0], format: 5, bigEndian: false) == "256.5")
  }

  @Test(arguments: [
    ("ASCII\0\0\0plain  \0", "plain"), ("\0\0\0\0\0\0\0\0none", "none"), ("ASCII\0\0\0", ""),
    ("no code at all", "no code at all"), ("short", "short"),
    // UTF-8 where the standard has no code for it, and ASCII under the name of another.
    ("kein Code: Grüße", "kein Code: Grüße"), ("\0\0\0\0\0\0\0\0Grüße", "Grüße"),
    ("UNICODE\0plain text, odd", "plain text, odd"), ("with a\ttab", "with a\ttab"),
  ])
  func readsUserComments(bytes: String, text: String) {
    #expect(value(Array(bytes.utf8), format: 7, tag: 0x9286) == text)
  }

  @Test(arguments: [true, false], [true, false])
  func readsUnicodeCommentsOfEitherOrder(block: Bool, comment: Bool) {
    let units = "Grüße".utf16.flatMap { unit in
      comment ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
    }
    let bytes = Array("UNICODE\0".utf8) + units
    #expect(value(bytes, format: 7, tag: 0x9286, bigEndian: block) == "Grüße")
  }

  private static let texts: [([UInt8], String)] = [
    ([0x63, 0x61, 0x66, 0xC3, 0xA9], "café"), ([0x63, 0x61, 0x66, 0xE9], "café"),
    ([0x61, 0, 0x62], "a"), ([0x61, 0x20, 0x20, 0], "a  "), ([0x1B, 0x5B, 0x41], "\u{FFFD}[A"),
    ([0x61, 0x0A, 0x62], "a\nb"), ([0xC2, 0x9B], "\u{FFFD}"),
  ]

  @Test(arguments: texts)
  func readsTextOfUnknownEncoding(bytes: [UInt8], text: String) {
    #expect(value(bytes, format: 2) == text)
  }

  @Test func trimsMakerModelAndSoftware() {
    #expect(value(Array("NIKON   \0".utf8), format: 2, tag: 0x010F) == "NIKON")
  }

  @Test func separatesPhotographerAndEditor() {
    #expect(value(Array("A. Grapher \0Ed\0".utf8), format: 2, tag: 0x8298) == "A. Grapher\nEd")
    #expect(value([0x20, 0, 0x45, 0x64, 0], format: 2, tag: 0x8298) == "\nEd")
    #expect(value([0x20, 0], format: 2, tag: 0x8298) == "")
  }

  @Test func cutsLongValues() {
    let text = value([UInt8](repeating: 0x61, count: 100_000), format: 2)
    #expect(text.utf8.count == ExifText.longest + 3)
    #expect(text.hasSuffix("…"))
    let cyrillic = value(Array(String(repeating: "ж", count: 20_000).utf8.dropFirst(0)), format: 2)
    #expect(cyrillic.dropLast().allSatisfy { $0 == "ж" })
    #expect(value([UInt8](repeating: 9, count: 9000), format: 3).hasSuffix(" …"))
    #expect(value([UInt8](repeating: 200, count: 65), format: 7).hasSuffix("… (65 bytes)"))
    #expect(value([UInt8](repeating: 200, count: 64), format: 7).count == 128)
  }

  private static let tags: [(Int, ExifDirectory, String)] = [
    (0x9003, .exif, "DateTimeOriginal"), (0x0132, .ifd0, "DateTime"),
    (0x0002, .gps, "GPSLatitude"), (0x0002, .interop, "InteroperabilityVersion"),
    (0xA402, .ifd0, "ExposureMode"), (0x1001, .ifd0, "RelatedImageWidth"),
    (0xA43B, .exif, "ImageEditingSoftware"), (0xC0DE, .ifd0, "0xC0DE"), (0x00F0, .gps, "0x00F0"),
  ]

  @Test(arguments: tags)
  func namesTagsAsTheStandardDoes(tag: Int, directory: ExifDirectory, name: String) {
    #expect(ExifTagName.name(tag, in: directory) == name)
  }

  private static let notes: [(String, String?, String)] = [
    ("Nikon\0\u{2}", "NIKON", "Nikon"), ("OLYMP\0", nil, "Olympus"), ("\u{1}", "Canon", "Canon"),
    ("", nil, "unknown"), ("\u{1}", "Nobody", "unknown"), ("Apple iOS\0", "Apple", "Apple"),
  ]

  @Test(arguments: notes)
  func identifiesMakerNotes(note: String, make: String?, maker: String) {
    #expect(MakerNote.maker(Array(note.utf8), make: make) == maker)
  }

  @Test(arguments: [
    ("1970:01:01 00:00:00", 0), ("2000-02-29T12:00:01", 951_825_601), ("1970/01/02", 86_400),
    ("2016:12:31 23:59:60", 1_483_228_800), ("2024:05:06 07:08", 1_714_979_280),
    ("1969:12:31 23:59:59", -1),
  ])
  func readsDates(text: String, seconds: Int) {
    guard case .date(let date) = ExifDate.read(text) else {
      Issue.record("\(text) was not read")
      return
    }
    #expect(date.seconds == seconds)
  }

  @Test(arguments: ["", "    :  :     :  :  ", "0000:00:00 00:00:00"])
  func knowsUnsetDates(text: String) { #expect(ExifDate.read(text) == .unset) }

  @Test(arguments: [
    "2001:02:29 00:00:00", "2001:13:01 00:00:00", "20010101", "1:2:3", "2001:01:01 24:00:00",
    "2001:01:01 1", "yesterday 5", "2001:01:01X00:00:00", "2001:01:00 00:00:00",
  ])
  func refusesOtherDates(text: String) { #expect(ExifDate.read(text) == .malformed) }
}
