import ForensicCore

/// The EXIF entries of a report by directory and by tag, each found at once: a file may hold
/// thousands.
struct ExifTable {
  typealias Entry = MetadataContext.ExifEntry

  private struct Key: Hashable {
    var directory: String
    var tag: Int
  }

  /// The directories in the order in which they first occur, each with its entries.
  private(set) var groups: [(directory: String, entries: [Entry])] = []
  private var first: [Key: Entry] = [:]

  init(_ entries: [Entry]) {
    var places = [String: Int]()
    for entry in entries {
      let key = Key(directory: entry.ifd, tag: entry.tag)
      if first[key] == nil { first[key] = entry }
      if let place = places[entry.ifd] {
        groups[place].entries.append(entry)
      } else {
        places[entry.ifd] = groups.count
        groups.append((entry.ifd, [entry]))
      }
    }
  }

  /// The first entry of a tag in a directory.
  func entry(_ directory: String, _ tag: Int) -> Entry? {
    first[Key(directory: directory, tag: tag)]
  }
}
