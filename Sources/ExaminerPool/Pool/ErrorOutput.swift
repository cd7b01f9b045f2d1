import ForensicCore

/// What a confined child writes to its standard error over one exhibit: lines for the log, bounded,
/// because whoever has taken it over could fill the disk with them; and the last of it, which may
/// say why it died.
package struct ErrorOutput {
  package static let mostLines = 64
  package static let mostBytes = 16 << 10
  package static let tailLength = 4096

  package private(set) var tail: [UInt8] = []
  private var lines = 0
  private var bytes = 0
  private var leftOut = 0

  package init() {}

  /// Takes what was written, and gives what of it is for the log.
  package mutating func take(_ chunk: ArraySlice<UInt8>) -> [String] {
    tail = Array((tail + chunk).suffix(Self.tailLength))
    var shown = [String]()
    for line in chunk.split(separator: UInt8(ascii: "\n")) {
      guard lines < Self.mostLines, bytes + line.count <= Self.mostBytes else {
        leftOut += line.count
        continue
      }
      lines += 1
      bytes += line.count
      shown.append(String(decoding: line, as: UTF8.self).madeVisible)
    }
    return shown
  }

  /// Begins anew, with the next exhibit. Gives a line for the log where some were left out.
  package mutating func reset() -> String? {
    defer { self = Self() }
    return leftOut == 0 ? nil : "(\(leftOut) more bytes of its messages are left out)"
  }
}
