import ForensicCore
import Glibc
import Service

/// Reads a list of paths as a stream: one a line, or separated by NUL bytes where the first
/// stretch of the list holds one.
struct ListWalk {
  /// No path is longer (PATH_MAX).
  private static let longest = 4096

  /// The list's path, or `-` for standard input.
  let list: String
  /// Gives false to end.
  let visit: ([UInt8]) throws -> Bool

  /// Refuses a file that was taken for a list and is a picture or a container: every line of it
  /// would be a file that does not exist. What is no regular file is not looked at.
  static func check(_ list: String) throws {
    // Asked before it is opened: who writes into a FIFO would take the close for the end.
    var status = stat()
    let found = list == "-" ? fstat(STDIN_FILENO, &status) : stat(list, &status)
    guard found == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    let descriptor = list == "-" ? dup(STDIN_FILENO) : open(list, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError(action: "read", path: list) }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 4096)
    let count = pread(descriptor, &head, head.count, 0)
    guard count > 0 else { return }
    if ContainerKind.suits(descriptor: descriptor) || isBinary(head[..<count]) {
      throw AuditError(
        "\(list.madeVisible) is no list of paths",
        mend: "Name a folder, or a file with one path a line; `forensicctl examine` takes pictures."
      )
    }
  }

  /// Whether this is how pictures and documents begin: by their signatures where those cannot be
  /// paths, or with two NUL bytes in a row, an empty path.
  private static func isBinary(_ head: ArraySlice<UInt8>) -> Bool {
    let signatures: [[UInt8]] = [
      [0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47], [0xff, 0x0a], Array("%PDF-".utf8),
      Array("GIF87a".utf8), Array("GIF89a".utf8),
    ]
    if signatures.contains(where: { head.starts(with: $0) }) { return true }
    if head.starts(with: "RIFF".utf8), head.dropFirst(8).starts(with: "WEBP".utf8) { return true }
    return zip(head, head.dropFirst()).contains { $0 == 0 && $1 == 0 }
  }

  /// Reads everything; false when `visit` ended it.
  func run() throws -> Bool {
    let descriptor = list == "-" ? dup(STDIN_FILENO) : open(list, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError(action: "read", path: list) }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var line = [UInt8]()
    var separator: UInt8?
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemError(action: "read", path: list) }
      if count == 0 { break }
      let chunk = buffer[..<count]
      let end = separator ?? (chunk.contains(0) ? 0 : UInt8(ascii: "\n"))
      separator = end
      for byte in chunk {
        if byte == end {
          guard try finish(&line) else { return false }
        } else {
          line.append(byte)
          guard line.count <= Self.longest else {
            throw AuditError(
              "\(list) holds a path of more than \(Self.longest) bytes",
              mend: "A list has one path a line, or NUL bytes between paths.")
          }
        }
      }
    }
    return try finish(&line)
  }

  private func finish(_ line: inout [UInt8]) throws -> Bool {
    defer { line.removeAll(keepingCapacity: true) }
    return line.isEmpty ? true : try visit(line)
  }
}
