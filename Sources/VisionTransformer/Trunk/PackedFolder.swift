import Glibc

/// A folder of packed weights (`VisionEncoder`'s `cache`), for whoever keeps it.
public enum PackedFolder {
  /// Seconds after which a file that is not complete is taken for a killed process's.
  private static let draftAge = 86_400

  /// Removes what no model will use again: files packed from other weights than these, and old
  /// drafts. Processes that have a file mapped keep what they have.
  ///
  /// - Parameter models: the weights' files of each model, in the model's order.
  public static func sweep(_ folder: String, keeping models: [[String]]) {
    let sources = Set(
      models.compactMap { EncoderModel.identity(of: $0) }.flatMap { [$0 + " image", $0 + " text"] })
    guard let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".packed") {
        guard let source = source(of: path), !sources.contains(source) else { continue }
        unlink(path)
      } else if name.contains(".packed.") {
        var status = stat()
        guard lstat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > draftAge else {
          continue
        }
        unlink(path)
      }
    }
  }

  /// What a file was packed from; empty where it is of another version, `nil` where it cannot be
  /// read.
  private static func source(of path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 2048)
    let count = read(file, &bytes, bytes.count)
    guard count >= 0 else { return nil }
    let text = bytes[..<count]
    guard text.starts(with: PackedCache.magic) else { return "" }
    let line = text.dropFirst(PackedCache.magic.count).prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line.dropFirst("source ".utf8.count), as: UTF8.self)
  }
}
