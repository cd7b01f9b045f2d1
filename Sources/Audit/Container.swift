import Glibc

/// Which files are opened as containers, and within what limits.
package struct ContainerLimits: Sendable {
  /// Members of one container.
  package var entries = 1_000_000
  /// Containers within containers, the outermost counted.
  var depth = 3
  /// Unpacked bytes: this many times the container's own, and `grace` besides. Pictures hardly
  /// shrink when they are packed; what grows a hundredfold was made to.
  var expansion = 100
  var grace = 64 << 20
  /// Bytes of one member.
  var member: Int

  package init(member: Int) { self.member = member }

  /// Unpacked bytes of a container of `size` bytes, within what is left of an outer one's.
  package func total(size: Int, outer: Int?) -> Int {
    let (product, overflow) = size.multipliedReportingOverflow(by: expansion)
    let own = overflow ? Int.max / 2 : min(product, Int.max / 2) + grace
    return min(own, outer ?? own)
  }
}

/// Knows ZIP and TAR files, and packed TAR files, by name and first bytes. Nothing else in them is
/// looked at here.
enum ContainerKind {
  private static let endings: Set<String> = [
    "zip", "tar", "tgz", "gz", "tbz2", "bz2", "txz", "xz", "tzst", "zst", "cbz", "epub", "docx",
    "pptx", "xlsx", "odt", "odp", "ods", "jar", "apk",
  ]

  /// Whether a name is a container's.
  static func suits(_ name: [UInt8]) -> Bool {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return false }
    let ending = name[(dot + 1)...]
    guard (2...5).contains(ending.count) else { return false }
    return endings.contains(String(decoding: ending, as: UTF8.self).lowercased())
  }

  /// Whether the first bytes are a container's too.
  static func suits(descriptor: Int32) -> Bool {
    var head = [UInt8](repeating: 0, count: 512)
    let count = pread(descriptor, &head, head.count, 0)
    guard count >= 6 else { return false }
    func begins(_ bytes: [UInt8], at place: Int = 0) -> Bool {
      place + bytes.count <= count && Array(head[place..<(place + bytes.count)]) == bytes
    }
    return begins(Array("PK\u{3}\u{4}".utf8)) || begins(Array("PK\u{5}\u{6}".utf8))
      || begins(Array("ustar".utf8), at: 257) || begins([0x1f, 0x8b, 0x08])
      || begins(Array("BZh".utf8)) || begins([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
      || begins([0x28, 0xb5, 0x2f, 0xfd])
  }
}
