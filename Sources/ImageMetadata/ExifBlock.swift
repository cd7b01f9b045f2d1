/// An EXIF block read whole: fields in order, each with its value, and what was broken.
///
/// Two readers look at it. libexif gives the values; the walker gives order, place and damage,
/// and the values of those fields that libexif passes over (types and tags it refuses).
package struct ExifBlock {
  /// Blocks longer than this are cut before they are read.
  package static let longest = 16 << 20
  /// libexif looks for duplicates by linear search: directories larger than this are left to the
  /// walker. A 64 KiB segment cannot hold more than 5461 fields.
  private static let largestForLibexif = 8192

  /// By directory, then in file order; each has its `value`.
  package private(set) var fields: [ExifField]
  package private(set) var problems: [ExifProblem]
  package private(set) var thumbnail: [UInt8]?
  package let bigEndian: Bool
  /// How many of the values came from libexif.
  package private(set) var fromLibexif = 0

  /// Reads the block in `bytes`, which start at the byte order mark.
  package init(_ bytes: ByteView) {
    let block = bytes.slice(0, Self.longest)
    let walker = TIFFWalker(block)
    fields = walker.fields
    problems = walker.problems
    bigEndian = walker.bigEndian
    guard !fields.isEmpty || !problems.contains(where: { $0.kind == .header }) else { return }
    let library =
      walker.largestDirectory <= Self.largestForLibexif ? LibexifEntries(block.bytes) : nil
    // Overlapping values could otherwise be copied thousands of times.
    var budget = 2 * block.count + (1 << 20)
    for index in fields.indices {
      let field = fields[index]
      let key = LibexifEntries.Key(directory: field.directory, tag: field.tag)
      if let entry = library?.entries[key], entry.format == field.format,
        entry.count == field.count, entry.value.count == field.length
      {
        fields[index].value = entry.value
        fromLibexif += 1
      } else {
        let length = min(field.length, budget)
        budget -= length
        fields[index].value = block.copy(field.offset, length)
      }
    }
    thumbnail = walker.thumbnail.flatMap { block.copy($0.lowerBound, $0.count) }
    if thumbnail == nil, let found = library?.thumbnail, found.starts(with: [0xFF, 0xD8]) {
      thumbnail = found
    }
  }

  /// The first field with this tag in this directory.
  package func field(_ directory: ExifDirectory, _ tag: Int) -> ExifField? {
    fields.first { $0.directory == directory && $0.tag == tag }
  }
}
