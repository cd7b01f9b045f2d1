import CArchive
import CLinux
import Glibc

/// The life of one unpacker: receive the archive's descriptor, shut the doors, send every regular
/// member, end. What it sends is read by `ContainerReader`:
///
///     kind (1 byte), length (4 bytes, little-endian), payload
///     E  entry: size (8, -1 unknown), modified (8, seconds), flags (1: encrypted), name
///     D  bytes of the entry          X  the entry's end
///     S  the entry cannot be read: code, blank, reason
///     F  the archive cannot be read on: code, blank, reason          Z  the archive's end
enum Unpacker {
  private static let socket: Int32 = 3
  /// Private memory: what the largest dictionaries of xz and zstd take, and the work around them.
  private static let memory: UInt64 = 384 << 20
  private static let chunk = 1 << 16

  /// Returns the exit status.
  static func run(_ options: UnpackerOptions) -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    setlocale(LC_CTYPE, "C.UTF-8")
    guard clinux_die_with_parent(options.parent) == 0 else { return EXIT_FAILURE }
    var byte: UInt8 = 0
    var archive: Int32 = -1
    guard clinux_receive_descriptor(socket, &byte, 1, &archive) == 1, archive >= 0 else {
      return EXIT_FAILURE
    }
    guard confine(options) else {
      _ = fail("container.unconfined", "the unpacker cannot be confined")
      return EXIT_FAILURE
    }
    return send(archive, options) ? EXIT_SUCCESS : EXIT_FAILURE
  }

  /// All or nothing: an unpacker that is not confined reads nothing.
  private static func confine(_ options: UnpackerOptions) -> Bool {
    // A minute, and what 50 MB a second take.
    let seconds = 60 + options.total / 50_000_000
    return clinux_give_up_privileges() == 0
      && clinux_limit_cpu_time(getpid(), UInt64(seconds)) == 0
      && clinux_limit_resources(memory, 8 << 30, 16) == 0
      && clinux_landlock() >= 0 && clinux_seccomp() == 0
  }

  private static func send(_ descriptor: Int32, _ options: UnpackerOptions) -> Bool {
    guard let archive = ca_open(descriptor) else {
      return fail("container.unknown", "it is no ZIP or TAR file that can be read")
    }
    defer { ca_close(archive) }
    var entry = ca_entry()
    var count = 0
    var total = 0
    var buffer = [UInt8](repeating: 0, count: chunk)
    while true {
      let found = ca_next(archive, &entry)
      if found == 0 { return frame("Z", []) }
      if found < 0 { return fail("container.malformed", String(cString: ca_reason(archive))) }
      count += 1
      guard count <= options.entries else {
        return fail("container.entries", "it has more than \(options.entries) entries")
      }
      // A declared size is believed only against its owner.
      guard entry.size <= options.total else {
        return fail("container.size", tooLarge(options.total))
      }
      guard entry.is_regular != 0 else { continue }
      guard frame("E", header(entry)) else { return false }
      if entry.is_encrypted != 0 {
        guard skip("container.encrypted", "it is encrypted") else { return false }
        continue
      }
      var size = 0
      reading: while true {
        let got = ca_read(archive, &buffer, buffer.count)
        if got == 0 {
          guard frame("X", []) else { return false }
          break reading
        }
        if got < 0 {
          guard skip("container.malformed", String(cString: ca_reason(archive))) else {
            return false
          }
          break reading
        }
        size += got
        total += got
        guard total <= options.total else {
          return fail("container.size", tooLarge(options.total))
        }
        guard size <= options.member else {
          guard skip("limit.file-size", "it has more than \(options.member) bytes") else {
            return false
          }
          break reading
        }
        guard frame("D", buffer[..<got]) else { return false }
      }
    }
  }

  private static func tooLarge(_ limit: Int) -> String {
    "unpacked it has more than \(limit) bytes, too many for its size"
  }

  private static func header(_ entry: ca_entry) -> [UInt8] {
    var bytes = [UInt8]()
    withUnsafeBytes(of: entry.size.littleEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: entry.modified.littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(entry.is_encrypted != 0 ? 1 : 0)
    if let name = entry.name {
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: name, count: entry.name_length))
    }
    return bytes
  }

  private static func skip(_ code: String, _ reason: String) -> Bool {
    frame("S", Array("\(code) \(reason)".utf8))
  }

  /// Always false.
  private static func fail(_ code: String, _ reason: String) -> Bool {
    _ = frame("F", Array("\(code) \(reason)".utf8))
    return false
  }

  private static func frame(_ kind: Unicode.Scalar, _ payload: some Collection<UInt8>) -> Bool {
    var bytes = [UInt8(ascii: kind)]
    withUnsafeBytes(of: UInt32(payload.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: payload)
    return bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let count = write(socket, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        offset += count
      }
      return true
    }
  }
}
