import ForensicCore

/// The names of the folders in the outbox: ASCII, safe on every file system and in every URL.
package enum FolderName {
  /// `2026/11/photo-3f9a1c`: month of arrival, the file's name without its ending made safe,
  /// the first digits of the digest, or `unread` where there is none.
  package static func base(
    name: FileName, digest: SHA256Digest?, received: Timestamp
  ) -> String {
    "\(month(received))/\(slug(name))-\(digest?.short ?? "unread")"
  }

  /// `2026/11`.
  package static func month(_ time: Timestamp) -> String {
    let parts = time.components
    return "\(pad(parts.year, 4))/\(pad(parts.month, 2))"
  }

  /// `2026-000123`.
  package static func exhibitID(year: Int, sequence: Int64) -> String {
    "\(pad(year, 4))-\(pad(Int(sequence), 6))"
  }

  /// Letters, digits, `_` and single `-`, at most 60 of them; `file` where nothing is left.
  package static func slug(_ name: FileName) -> String {
    var stem = name.bytes
    if let dot = stem.lastIndex(of: UInt8(ascii: ".")), dot > 0 { stem = Array(stem[..<dot]) }
    var result = [UInt8]()
    for byte in stem {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        result.append(byte)
      default:
        if let last = result.last, last != UInt8(ascii: "-") { result.append(UInt8(ascii: "-")) }
      }
      if result.count == 60 { break }
    }
    while result.last == UInt8(ascii: "-") { result.removeLast() }
    return result.isEmpty ? "file" : String(decoding: result, as: UTF8.self)
  }

  private static func pad(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
