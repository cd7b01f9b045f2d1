import CLinux
import ForensicCore
import Glibc

/// Which files of a folder or list belong to an audit, by their names alone.
package struct FileSelection: Sendable {
  let settings: AuditSettings
  /// The audit's own folder, which is no part of it.
  private let output: String
  private let include: [NamePattern]
  private let exclude: [NamePattern]

  package init(settings: AuditSettings, output: String) {
    self.settings = settings
    self.output = output
    include = settings.include.map(NamePattern.init)
    exclude = settings.exclude.map(NamePattern.init)
  }

  /// Whether a name is wanted, a member's too.
  func wants(_ path: [UInt8]) -> Bool {
    (include.isEmpty || include.contains { $0.matches(path) })
      && !exclude.contains { $0.matches(path) }
  }

  /// Whether a file is wanted, and falls to this shard.
  func holds(_ path: [UInt8]) -> Bool { wants(path) && settings.shard.holds(path) }

  /// Walks the folder; false where `visit` ended it.
  ///
  /// - Parameters:
  ///   - isEnded: asked at every name, wanted or not; true ends the walk.
  ///   - takes: whether a file's facts are wanted.
  func walk(
    isEnded: @escaping () -> Bool, takes: @escaping ([UInt8]) -> Bool,
    visit: @escaping (TreeWalk.Encounter) throws -> Bool
  ) throws -> Bool {
    var own = fcl_facts()
    // The folder itself, also where it is named by a link.
    let hasOwn = fcl_facts_at(AT_FDCWD, output + "/.", &own) == 0
    return try TreeWalk(
      root: settings.input, avoided: hasOwn ? FileNode(device: own.device, inode: own.inode) : nil,
      isEnded: isEnded,
      enters: { path in !exclude.contains { $0.matches(path) } }, wants: takes, visit: visit
    ).run()
  }

  /// Counts the files by their names, containers as one; for an estimate.
  package func count(isEnded: @escaping () -> Bool, found: @escaping () -> Void) throws {
    guard !settings.isList else {
      // What is read from a pipe is there once.
      var status = stat()
      guard settings.input != "-", stat(settings.input, &status) == 0,
        status.st_mode & S_IFMT == S_IFREG
      else { return }
      _ = try ListWalk(list: settings.input) { path in
        if holds(path) { found() }
        return !isEnded()
      }.run()
      return
    }
    _ = try walk(
      isEnded: isEnded,
      takes: { path in
        // Counted here, so that nothing asks for the file's facts.
        if holds(path) { found() }
        return false
      }, visit: { _ in true })
  }
}
