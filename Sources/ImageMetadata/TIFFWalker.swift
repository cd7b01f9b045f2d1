/// Walks the directories of a TIFF block (TIFF 6.0, section 2; CIPA DC-008, 4.6.2) and lists the
/// fields, with every offset checked. It knows where each field lies and what is broken, which
/// libexif does not tell; the values are libexif's where it has them.
package struct TIFFWalker {
  /// All directories together; the richest camera files have about two hundred.
  package static let mostFields = 4096

  package private(set) var fields = [ExifField]()
  package private(set) var problems = [ExifProblem]()
  /// The embedded JPEG's place in the block.
  package private(set) var thumbnail: Range<Int>?
  /// The most fields that one directory announces.
  package private(set) var largestDirectory = 0
  package let bigEndian: Bool

  private let block: ByteView
  private var visited = Set<Int>()
  private var seen = Set<ExifDirectory>()

  /// Walks `bytes`, which start at the byte order mark.
  package init(_ bytes: ByteView) {
    bigEndian = bytes.u8(0) == UInt8(ascii: "M")
    block = ByteView(bytes.bytes, bigEndian: bigEndian)
    guard bytes.starts(at: 0, with: bigEndian ? "MM" : "II"), block.u16(2) == 42,
      let first = block.u32(4)
    else {
      problems.append(ExifProblem(kind: .header, place: "start of the block"))
      return
    }
    walk(.ifd0, at: first)
    if let next = nextDirectory(after: first), next != 0 { walk(.ifd1, at: next) }
    fields.sort { ($0.directory.rawValue, $0.position) < ($1.directory.rawValue, $1.position) }
    findThumbnail()
  }

  private mutating func walk(_ directory: ExifDirectory, at offset: Int) {
    guard let count = block.u16(offset) else {
      return note(.directoryOutside, directory.name)
    }
    guard visited.insert(offset).inserted, seen.insert(directory).inserted else {
      return note(.loop, directory.name)
    }
    largestDirectory = max(largestDirectory, count)
    var tags = Set<Int>()
    for index in 0..<count {
      let at = offset + 2 + 12 * index
      guard block.holds(at, 12) else {
        return note(.directoryCut, "\(directory.name), \(index) of \(count) fields")
      }
      guard fields.count < Self.mostFields else { return note(.tooMany, directory.name) }
      read(directory, at: at, &tags)
    }
  }

  private mutating func read(_ directory: ExifDirectory, at: Int, _ tags: inout Set<Int>) {
    guard let tag = block.u16(at), let format = block.u16(at + 2), let count = block.u32(at + 4),
      let pointer = block.u32(at + 8)
    else { return }
    var place: String { "\(directory.name), tag \(ExifTagName.hex(tag))" }
    if let target = Self.target(of: tag) {
      // libexif follows pointers of any type; one of the wrong type is only worth following where
      // a directory stands at its end.
      let isPointer = (format == 4 || format == 13) && count == 1
      if !isPointer { note(.pointerType, place) }
      if isPointer || (looksLikeDirectory(at: pointer) && !visited.contains(pointer)) {
        walk(target, at: pointer)
      }
      return
    }
    guard let size = ExifField.size(ofFormat: format) else {
      // Writers pad directories with empty fields: nothing is lost with these.
      if tag != 0 || format != 0 || count != 0 { note(.unknownFormat, place) }
      return
    }
    let length = size * count
    let offset = length <= 4 ? at + 8 : pointer
    guard block.holds(offset, length) else { return note(.valueOutside, place) }
    guard tags.insert(tag).inserted else { return note(.duplicate, place) }
    fields.append(
      ExifField(
        directory: directory, tag: tag, format: format, count: count, offset: offset,
        length: length, position: at))
  }

  /// Whether a few fields of known types start at `offset`.
  private func looksLikeDirectory(at offset: Int) -> Bool {
    guard let count = block.u16(offset), (1...512).contains(count) else { return false }
    return (0..<min(count, 4)).allSatisfy { index in
      block.u16(offset + 4 + 12 * index).flatMap(ExifField.size(ofFormat:)) != nil
    }
  }

  private func nextDirectory(after offset: Int) -> Int? {
    block.u16(offset).flatMap { block.u32(offset + 2 + 12 * $0) }
  }

  /// The directory that a pointer tag leads to.
  private static func target(of tag: Int) -> ExifDirectory? {
    switch tag {
    case 0x8769: .exif
    case 0x8825: .gps
    case 0xA005: .interop
    default: nil
    }
  }

  private mutating func findThumbnail() {
    func number(_ tag: Int) -> Int? {
      fields.first { $0.directory == .ifd1 && $0.tag == tag && ($0.format == 4 || $0.format == 3) }
        .flatMap { $0.format == 4 ? block.u32($0.offset) : block.u16($0.offset) }
    }
    guard let offset = number(0x0201), let length = number(0x0202), length > 0 else { return }
    guard offset < block.count else { return note(.thumbnailOutside, "IFD1") }
    if !block.holds(offset, length) { note(.thumbnailOutside, "IFD1") }
    let end = min(block.count, offset + length)
    if block.u8(offset) == 0xFF, block.u8(offset + 1) == 0xD8 { thumbnail = offset..<end }
  }

  private mutating func note(_ kind: ExifProblem.Kind, _ place: @autoclosure () -> String) {
    // A hostile block could fill a report with complaints.
    if problems.count < 256 { problems.append(ExifProblem(kind: kind, place: place())) }
  }
}
