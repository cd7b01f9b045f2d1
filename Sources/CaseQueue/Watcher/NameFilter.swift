import ForensicCore
import Glibc

/// Which names of an inbox are no exhibits: what file systems, sync tools, browsers and desktops
/// leave lying about, the sidecar files of other exhibits, and what a person told to pass over.
package struct NameFilter: Hashable, Sendable {
  private let include: [[UInt8]]
  private let ignore: [[UInt8]]

  /// Shell patterns of the names to take (empty for all) and of names to pass over besides.
  package init(include: [String] = [], ignore: [String] = []) {
    self.include = include.map { Array($0.utf8) }
    self.ignore = ignore.map { Array($0.utf8) }
  }

  package init(_ inbox: QueueConfiguration.Inbox) {
    self.init(include: inbox.include, ignore: inbox.ignore)
  }

  /// Whether a file of this name is taken.
  package func takes(_ name: [UInt8]) -> Bool {
    guard !Self.isDropping(name), !Sidecar.isName(name) else { return false }
    guard !ignore.contains(where: { Self.matches($0, name) }) else { return false }
    return include.isEmpty || include.contains { Self.matches($0, name) }
  }

  /// Whether a subdirectory of this name is looked into.
  package func enters(_ name: [UInt8]) -> Bool {
    !Self.isDropping(name) && !ignore.contains { Self.matches($0, name) }
  }

  /// Endings of files that are still being written, or are copies an editor keeps.
  private static let endings = [
    ".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~",
  ].map { Array($0.utf8) }

  private static let names = Set(
    [
      "thumbs.db", "ehthumbs.db", "desktop.ini",
      // Synology
      "@eadir", "#recycle", "#snapshot", "@tmp",
      "$recycle.bin", "system volume information", "lost+found",
    ].map { Array($0.utf8) })

  private static let beginnings = [
    // Also .DS_Store, .stfolder, .syncthing.*.tmp and every tool's own hidden drafts.
    ".", "~syncthing~", "~$",
  ].map { Array($0.utf8) }

  private static func isDropping(_ name: [UInt8]) -> Bool {
    let lower = name.map { (65...90).contains($0) ? $0 + 32 : $0 }
    return names.contains(lower)
      || beginnings.contains { lower.starts(with: $0) }
      || endings.contains { lower.count >= $0.count && lower.suffix($0.count) == $0[...] }
  }

  /// `fnmatch(3)` over bytes, ASCII letters of either case alike.
  private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
    let foldCase: Int32 = 1 << 4  // FNM_CASEFOLD, which Glibc's module hides.
    return pattern.withCPath { pattern in
      name.withCPath { fnmatch(pattern, $0, foldCase) == 0 }
    }
  }
}
