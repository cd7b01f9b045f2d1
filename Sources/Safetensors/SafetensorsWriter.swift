import Glibc

/// Writes safetensors files: the same tensors give the same bytes, and the file appears whole or
/// not at all.
public enum SafetensorsWriter {
  /// The bytes of a file. Tensors lie in order of falling element size, then by name, so that
  /// each is aligned; the header is padded with blanks to a multiple of eight bytes.
  public static func encode(
    _ tensors: [String: TensorValue], metadata: [String: String] = [:]
  ) -> [UInt8] {
    let ordered = tensors.sorted {
      ($1.value.type.size, $0.key) < ($0.value.type.size, $1.key)
    }
    var members = [String]()
    if !metadata.isEmpty {
      let entries = metadata.sorted { $0.key < $1.key }
        .map { "\(quote($0.key)):\(quote($0.value))" }
      members.append("\"__metadata__\":{\(entries.joined(separator: ","))}")
    }
    var offset = 0
    for (name, tensor) in ordered {
      let end = offset + tensor.bytes.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quote(name)):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    while !header.count.isMultiple(of: 8) { header.append(0x20) }
    var bytes = [UInt8]()
    bytes.reserveCapacity(8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header)
    for (_, tensor) in ordered { bytes.append(contentsOf: tensor.bytes) }
    return bytes
  }

  /// Writes to a temporary file beside `path`, flushes it to the disk and renames it.
  public static func write(
    _ tensors: [String: TensorValue], metadata: [String: String] = [:], to path: String
  ) throws(SafetensorsError) {
    let temporary = "\(path).\(getpid()).tmp"
    func failure(_ what: String) -> SafetensorsError {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      return SafetensorsError(.unwritable, subject: path, detail: "\(what): \(reason)")
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("cannot be created") }
    let bytes = encode(tensors, metadata: metadata)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        close(descriptor)
        throw failure("cannot be written")
      }
      written += count
    }
    guard fsync(descriptor) == 0 else {
      close(descriptor)
      throw failure("cannot be flushed")
    }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      throw failure("cannot be put in place")
    }
  }

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
