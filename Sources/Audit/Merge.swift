import ForensicCore
import Glibc
import Service

/// Joins the results of all shards into those of one audit.
public enum AuditMerge {
  /// Reads every shard once, a few hundred lines at a time.
  ///
  /// - Returns: how many lines the result has.
  /// - Throws: when a shard is missing, has not finished, is named twice, or is one of another
  ///   audit.
  public static func merge(_ shards: [String], into output: String, templates: String) throws -> Int
  {
    let notes = try shards.map { folder in
      guard let note = try RunNote.read(folder: folder) else {
        throw AuditError(
          "\(folder.madeVisible) holds no finished audit",
          mend: "Run that shard again: it goes on where it ended.")
      }
      return (folder: folder, note: note)
    }
    guard let first = notes.first?.note.settings else { throw AuditError("there is no shard") }
    for (folder, note) in notes {
      if let difference = note.settings.difference(from: first, includingShard: false) {
        throw AuditError("\(folder.madeVisible) is of another audit (\(difference))")
      }
    }
    let numbers = notes.map(\.note.settings.shard.number).sorted()
    guard numbers == Array(1...first.shard.count) else {
      throw AuditError(
        "these are shards \(numbers.map(String.init).joined(separator: ", ")) of "
          + "\(first.shard.count)",
        mend: "Every shard is needed, once each.")
    }
    let lock = try hold(output, besides: shards)
    var whole = first
    whole.shard = .whole
    var count = 0
    let sources = try notes.map { try LineSource(folder: $0.folder) }
    try Results.write(into: output, settings: whole, templates: templates) { put in
      while let source = try earliest(sources), let line = try source.next() {
        try put(line)
        count += 1
      }
    }
    for (folder, _) in notes { try ReportTree.link(folder + "/reports", to: output + "/reports") }
    try RunNote(
      settings: whole, started: notes.map(\.note.started).min() ?? .now,
      finished: notes.map(\.note.finished).max() ?? .now, host: RunNote.thisHost,
      runs: notes.map(\.note.runs).reduce(0, +), files: count
    ).write(folder: output)
    lock.remove()
    return count
  }

  /// Takes a folder for the joined results. One that holds anything of an audit would lose it.
  private static func hold(_ output: String, besides shards: [String]) throws -> AuditLock {
    try FileSystem.makeFolder(output)
    let own = try node(of: output)
    for shard in shards where try node(of: shard) == own {
      throw AuditError(
        "\(output.madeVisible) is one of the shards", mend: "Name another folder with --output.")
    }
    let lock = try AuditLock(folder: output)
    let found: String? =
      FileSystem.exists(output + "/" + RunNote.name)
      ? "a finished audit"
      : FileSystem.exists(output + "/" + AuditStore.name) ? "an audit that has not finished" : nil
    if let found {
      lock.remove()
      throw AuditError(
        "\(output.madeVisible) holds \(found)", mend: "Name another folder with --output.")
    }
    return lock
  }

  private static func node(of folder: String) throws -> FileNode {
    var facts = stat()
    guard stat(folder, &facts) == 0 else { throw SystemError(action: "read", path: folder) }
    return FileNode(device: facts.st_dev, inode: facts.st_ino)
  }

  /// The source whose next line comes first; `nil` when all are at their ends.
  private static func earliest(_ sources: [LineSource]) throws -> LineSource? {
    var best: (source: LineSource, place: AuditRecord.Place)?
    for source in sources {
      guard let place = try source.peek()?.place else { continue }
      if best.map({ place < $0.place }) ?? true { best = (source, place) }
    }
    return best?.source
  }
}

/// The reports of shards, in one folder.
enum ReportTree {
  /// Gives every file below `source` a second name below `target`; copies where the file system
  /// cannot.
  static func link(_ source: String, to target: String) throws {
    guard let stream = opendir(source) else {
      if errno == ENOENT { return }
      throw SystemError(action: "read", path: source)
    }
    defer { closedir(stream) }
    try FileSystem.makeFolder(target)
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      // A run that was killed may have left what it was writing.
      if name.hasPrefix(".") || FileSystem.isDraft(name) { continue }
      let (from, to) = (source + "/" + name, target + "/" + name)
      if entry.pointee.d_type == UInt8(DT_DIR) {
        try link(from, to: to)
      } else if Glibc.link(from, to) != 0, errno != EEXIST {
        try FileSystem.write(FileSystem.read(path: from), path: to)
      }
    }
  }
}
