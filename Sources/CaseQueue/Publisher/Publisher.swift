import CLinux
import ForensicCore
import Glibc

/// Brings report folders into the outbox: written under a hidden name, flushed to disk, renamed
/// once. Nobody ever sees half a report. Lives on the clerk's thread.
package final class Publisher {
  package static let jsonName = Array("report.json".utf8)
  package static let htmlName = Array("report.html".utf8)
  package static let quarantine = "quarantine"

  package let outbox: Folder
  private let crash: CrashSwitch
  /// Month folders that are known to be there.
  private var months: [String: Folder] = [:]

  package init(outbox: Folder, crash: CrashSwitch) {
    self.outbox = outbox
    self.crash = crash
  }

  /// A report folder on its way into the outbox.
  package struct Draft {
    package var id: String
    package var name: [UInt8]
    package var place: String
    package var isQuarantined: Bool
    fileprivate var folder: Folder
    fileprivate var files: [OpenFile]
  }

  /// The path of an exhibit's folder below the outbox.
  package static func path(_ place: String, isQuarantined: Bool) -> String {
    isQuarantined ? "\(quarantine)/\(place)" : place
  }

  /// Writes the files of one report under a hidden name.
  package func draft(
    id: String, place: String, isQuarantined: Bool, files: RenderedReport
  ) throws -> Draft {
    let name = Array(".tmp-\(id)".utf8)
    try outbox.removeTree(name)
    guard name.withCPath({ mkdirat(outbox.descriptor, $0, 0o755) }) == 0 else {
      throw QueueError.system(errno, "cannot write into the outbox")
    }
    try crash.pass(.draftFolderMade)
    let folder = try Folder(below: outbox, name)
    let json = try folder.write(Self.jsonName, files.json)
    try crash.pass(.jsonWritten)
    let html = try folder.write(Self.htmlName, files.html)
    try crash.pass(.htmlWritten)
    let signatures = try files.signatures.sorted { $0.key < $1.key }.map { name, bytes in
      try folder.write(Array(name.utf8), bytes)
    }
    return Draft(
      id: id, name: name, place: place, isQuarantined: isQuarantined, folder: folder,
      files: [json, html] + signatures)
  }

  /// Flushes drafts to disk: many at once for the price of one where the kernel can.
  package func flush(_ drafts: [Draft]) throws {
    if drafts.count < 2 || fcl_syncfs(outbox.descriptor) != 0 {
      for draft in drafts {
        for file in draft.files { try file.sync() }
        try draft.folder.sync()
      }
    }
    try crash.pass(.draftFlushed)
  }

  /// What renaming a draft into place found.
  package enum Appearance { case published, wasThere, takenByAnother }

  /// Makes a draft visible.
  package func publish(_ draft: Draft) throws -> Appearance {
    let (month, name) = try location(draft.place, draft.isQuarantined)
    if try outbox.rename(draft.name, to: month, name) == .taken {
      let folder = try? Folder(below: month, name)
      if let folder, PublishedFolder.exhibitID(in: folder) == draft.id {
        try outbox.removeTree(draft.name)
        return .wasThere
      }
      return .takenByAnother
    }
    try crash.pass(.folderPublished)
    return .published
  }

  /// Flushes the folders that `publish` renamed into.
  package func flushMonths(of drafts: [Draft]) throws {
    var done = Set<String>()
    for draft in drafts {
      let path = Self.monthPath(draft.place, draft.isQuarantined)
      if done.insert(path).inserted { try months[path]?.sync() }
    }
    try crash.pass(.monthFlushed)
  }

  /// Removes a draft that will not be published now.
  package func discard(id: String) {
    try? outbox.removeTree(Array(".tmp-\(id)".utf8))
  }

  /// Forgets which folders are there; after an error, somebody may have removed one.
  package func forget() { months.removeAll() }

  private func location(_ place: String, _ isQuarantined: Bool) throws -> (Folder, [UInt8]) {
    let path = Self.monthPath(place, isQuarantined)
    let leaf = Array(place.utf8.suffix(while: { $0 != UInt8(ascii: "/") }))
    if let month = months[path] { return (month, leaf) }
    try outbox.make(Array(path.utf8))
    let month = try Folder(below: outbox, Array(path.utf8))
    months[path] = month
    return (month, leaf)
  }

  private static func monthPath(_ place: String, _ isQuarantined: Bool) -> String {
    let full = path(place, isQuarantined: isQuarantined)
    return full.split(separator: "/").dropLast().joined(separator: "/")
  }
}

extension BidirectionalCollection where Element == UInt8 {
  fileprivate func suffix(while predicate: (UInt8) -> Bool) -> SubSequence {
    var start = endIndex
    while start > startIndex, predicate(self[index(before: start)]) { formIndex(before: &start) }
    return self[start...]
  }
}

extension Publisher {
  /// Takes a quarantine folder out of sight, by one rename, and then apart.
  package static func withdraw(_ place: String, from outbox: Folder) throws {
    let path = Self.path(place, isQuarantined: true)
    let parts = path.split(separator: "/").map { Array($0.utf8) }
    guard let leaf = parts.last else { return }
    let above = Array(parts.dropLast().joined(separator: [UInt8(ascii: "/")]))
    guard let month = try? Folder(below: outbox, above), month.exists(leaf) else { return }
    let hidden = Array(".tmp-withdrawn-".utf8) + leaf
    try outbox.removeTree(hidden)
    _ = try month.rename(leaf, to: outbox, hidden)
    try month.sync()
    try outbox.removeTree(hidden)
  }
}
