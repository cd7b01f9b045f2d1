import ForensicCore
import FoundationEssentials
import Glibc

/// The files of a folder with a folder for each class, however deep they lie.
struct ClassFolders {
  private(set) var candidates = [DataSetBuilder.Candidate]()
  /// What lies where no class can be told, and folders that lead in a circle.
  private(set) var refused = [DataSetBuilder.Refusal]()
  private let folder: String

  /// - Throws: `unreadable` for a folder that cannot be listed.
  init(_ folder: String) throws(LaboratoryError) {
    self.folder = folder
    for name in try Self.entries(of: folder) {
      if Self.isFolder("\(folder)/\(name)") {
        try collect(name, generator: name, source: name, above: [Self.node(of: folder)])
      } else {
        refused.append(.init(file: name, reason: "it lies in no folder of a class"))
      }
    }
  }

  /// Takes the files below `path`. The source is the first folder below the class's, with the class
  /// before it: `real/one` and `sdxl/one` have nothing in common but their name.
  private mutating func collect(
    _ path: String, generator: String, source: String, above: [FileNode?]
  ) throws(LaboratoryError) {
    let own = Self.node(of: "\(folder)/\(path)")
    guard !above.contains(own) else {
      refused.append(.init(file: path, reason: "it leads back to a folder above it"))
      return
    }
    for name in try Self.entries(of: "\(folder)/\(path)") {
      let inner = "\(path)/\(name)"
      if Self.isFolder("\(folder)/\(inner)") {
        try collect(
          inner, generator: generator, source: source == generator ? inner : source,
          above: above + [own])
      } else {
        candidates.append(.init(file: inner, generator: generator, source: source))
      }
    }
  }

  /// The names in a folder, sorted, without dotfiles.
  private static func entries(of folder: String) throws(LaboratoryError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw .unreadable(folder)
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
  }

  private static func node(of path: String) -> FileNode? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileNode(device: status.st_dev, inode: status.st_ino)
  }
}
