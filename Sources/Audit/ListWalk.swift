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
