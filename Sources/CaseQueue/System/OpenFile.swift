import CLinux
import ForensicCore
import Glibc

/// An open descriptor that is closed when the last reference goes.
package final class OpenFile: Sendable {
  package let descriptor: Int32

  package init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Opens `name` below a directory descriptor. Names are bytes: no encoding is assumed.
  package convenience init(
    at directory: Int32, _ name: [UInt8], flags: Int32, mode: mode_t = 0o640
  ) throws(QueueError) {
    let result = name.withCPath { openat(directory, $0, flags | O_CLOEXEC, mode) }
    guard result >= 0 else {
      throw .system(errno, "cannot open \(FileName(bytes: name).display)")
    }
    self.init(descriptor: result)
  }

  /// Opens a path that the configuration names.
  package convenience init(path: String, flags: Int32, mode: mode_t = 0o640) throws(QueueError) {
    let result = open(path, flags | O_CLOEXEC, mode)
    guard result >= 0 else { throw .system(errno, "cannot open \(path.madeVisible)") }
    self.init(descriptor: result)
  }

  package func facts() throws(QueueError) -> FileFacts {
    try FileFacts(at: descriptor, [])
  }

  /// Writes all of it at the file's current end or offset.
  package func write(_ bytes: [UInt8]) throws(QueueError) {
    let failure = bytes.withUnsafeBytes { put($0) }
    guard failure == 0 else { throw .system(failure, "cannot write") }
  }

  /// Writes all of it; 0, or an errno.
  package func put(_ buffer: UnsafeRawBufferPointer) -> Int32 {
    var done = 0
    while done < buffer.count {
      let part = UnsafeRawBufferPointer(rebasing: buffer[done...])
      let count = Glibc.write(descriptor, part.baseAddress, part.count)
      if count < 0 && errno != EINTR { return errno }
      done += max(0, count)
    }
    return 0
  }

  /// Reads the whole file from its first byte, `limit` bytes at most.
  package func readAll(limit: Int = 256 << 20) throws(QueueError) -> [UInt8] {
    let size = max(0, min(limit, try facts().size))
    var bytes = [UInt8]()
    bytes.reserveCapacity(size)
    var chunk = [UInt8](repeating: 0, count: max(4096, min(size, 1 << 20)))
    while bytes.count < limit {
      let offset = bytes.count
      let count = chunk.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, offset)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(errno, "cannot read")
      }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<min(count, limit - bytes.count)])
    }
    return bytes
  }

  /// Sets the times of last access and modification, nanoseconds since 1970, where the file system
  /// can hold them.
  package func setModified(_ nanoseconds: Int64) {
    let second: Int64 = 1_000_000_000
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: second)
    let time =
      rest < 0
      ? timespec(tv_sec: Int(whole - 1), tv_nsec: Int(rest + second))
      : timespec(tv_sec: Int(whole), tv_nsec: Int(rest))
    _ = futimens(descriptor, [time, time])
  }

  /// `fsync(2)`: file or directory, contents and metadata.
  package func sync() throws(QueueError) {
    guard fsync(descriptor) == 0 else { throw .system(errno, "cannot flush to disk") }
  }
}

extension Array where Element == UInt8 {
  /// The bytes as a NUL-terminated C string for the time of a call.
  package func withCPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
      for (index, byte) in enumerated() { buffer[index] = CChar(bitPattern: byte) }
      buffer[count] = 0
      guard let base = buffer.baseAddress else { return body("") }
      return body(base)
    }
  }

  /// This path with a component appended, `/` between where there is something before it.
  package func appending(component: [UInt8]) -> [UInt8] {
    isEmpty ? component : self + [UInt8(ascii: "/")] + component
  }
}
