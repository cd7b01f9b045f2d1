import Glibc

/// A shell pattern (`*`, `?`, `[…]`) over bytes. With a `/` in it, it is matched with the whole
/// path below the audited folder, otherwise with the last part of the path.
package struct NamePattern: Sendable {
  private let pattern: [CChar]
  private let isForPaths: Bool

  package init(_ text: String) {
    pattern = text.utf8.map { CChar(bitPattern: $0) } + [0]
    isForPaths = text.contains("/")
  }

  package func matches(_ path: [UInt8]) -> Bool {
    let subject =
      isForPaths ? path[...] : path.split(separator: UInt8(ascii: "/")).last ?? path[...]
    return fnmatch(pattern, subject.map { CChar(bitPattern: $0) } + [0], 0) == 0
  }
}
