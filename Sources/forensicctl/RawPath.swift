import ArgumentParser
import ForensicCore

/// A path from the command line as the bytes the shell passed: argument parsing repairs what is
/// not UTF-8, and a repaired name names no file.
struct RawPath: Hashable, Sendable {
  /// The bytes, without the closing NUL.
  let bytes: [UInt8]

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The part after the last `/`.
  var fileName: FileName {
    FileName(bytes: bytes.split(separator: UInt8(ascii: "/")).last ?? bytes[...])
  }

  /// Refuses a path that is not UTF-8 where only text is taken: its repaired form is another place.
  static func requireText(_ text: String) throws {
    guard all([text]).allSatisfy({ $0.bytes == Array(text.utf8) }) else {
      throw ValidationError("\(text.madeVisible): a name that is not UTF-8 cannot be used here")
    }
  }

  /// The raw form of parsed arguments: each text is matched with the next raw argument, or value
  /// after `--option=`, that reads like it.
  static func all(_ texts: [String]) -> [RawPath] {
    var raw = [String: [[UInt8]]]()
    for index in 0..<Int(CommandLine.argc) {
      guard let argument = CommandLine.unsafeArgv[index] else { continue }
      let bytes = String.rawBytes(of: argument)
      raw[String(decoding: bytes, as: UTF8.self), default: []].append(bytes)
      guard bytes.starts(with: "--".utf8), let sign = bytes.firstIndex(of: UInt8(ascii: "="))
      else { continue }
      let value = Array(bytes[(sign + 1)...])
      raw[String(decoding: value, as: UTF8.self), default: []].append(value)
    }
    return texts.map { text in
      guard var candidates = raw[text], !candidates.isEmpty else {
        return RawPath(bytes: Array(text.utf8))
      }
      let first = candidates.removeFirst()
      raw[text] = candidates
      return RawPath(bytes: first)
    }
  }
}

extension String {
  /// The bytes of a C string, without the closing NUL.
  fileprivate static func rawBytes(of pointer: UnsafePointer<CChar>) -> [UInt8] {
    var bytes = [UInt8]()
    var next = pointer
    while next.pointee != 0 {
      bytes.append(UInt8(bitPattern: next.pointee))
      next += 1
    }
    return bytes
  }
}
