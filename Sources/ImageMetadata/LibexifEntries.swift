import CExif

/// The entries that libexif reads from a TIFF block, by directory and tag.
package struct LibexifEntries {
  package struct Key: Hashable {
    package var directory: ExifDirectory
    package var tag: Int
  }

  package struct Entry: Equatable {
    package var format: Int
    package var count: Int
    package var value: [UInt8]
  }

  package private(set) var entries = [Key: Entry]()
  /// In libexif's own order: by directory, then as in the file.
  package private(set) var order = [Key]()
  /// The embedded preview as libexif found it.
  package private(set) var thumbnail: [UInt8]?
  /// How often libexif complained of corrupt data.
  package private(set) var complaints = 0

  /// Reads `tiff`, which starts at the byte order mark. Empty when libexif can make nothing of it.
  package init(_ tiff: UnsafeRawBufferPointer) {
    // Room for every byte several times over, not for thousands of overlapping values.
    let budget = 2 * tiff.count + (4 << 20)
    let base = tiff.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard let reading = fexif_read(base, tiff.count, budget) else { return }
    defer { fexif_free(reading) }
    complaints = fexif_complaints(reading)
    let count = fexif_count(reading)
    entries.reserveCapacity(count)
    order.reserveCapacity(count)
    var entry = fexif_entry()
    for index in 0..<count where fexif_entry_at(reading, index, &entry) {
      guard let directory = ExifDirectory(rawValue: entry.ifd) else { continue }
      let key = Key(directory: directory, tag: Int(entry.tag))
      let bytes = UnsafeRawBufferPointer(start: entry.data, count: Int(entry.size))
      order.append(key)
      entries[key] = Entry(
        format: Int(entry.format), count: Int(entry.components), value: Array(bytes))
    }
    var size = 0
    if let start = fexif_thumbnail(reading, &size), size > 0 {
      thumbnail = Array(UnsafeRawBufferPointer(start: start, count: size))
    }
  }
}
