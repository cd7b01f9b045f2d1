import Glibc

/// The bytes of a file, mapped read-only into memory until the last user lets go.
///
/// The mapping is never written, so it may be shared between threads; the kernel shares its pages
/// between processes. Nobody may shorten the file while it is mapped: a page that no longer has a
/// file behind it ends the process (`SIGBUS`). Model stores therefore replace files by rename.
package final class Mapping: @unchecked Sendable {
  // Unchecked because a raw pointer is not Sendable; the memory behind it is constant.
  package let bytes: UnsafeRawBufferPointer
  private let mapped: Bool

  /// Maps the regular file at `path`.
  package convenience init(path: String) throws(SafetensorsError) {
    // A pipe of that name must not make anyone wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path, "cannot be opened") }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor, name: path)
  }

  /// Maps the regular file behind an open descriptor, which stays the caller's.
  package init(descriptor: Int32, name: String) throws(SafetensorsError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(name, "cannot be examined") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SafetensorsError(.unreadable, subject: name, detail: "is not a regular file")
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      throw SafetensorsError(.truncated, subject: name, detail: "is empty")
    }
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else { throw Self.failure(name, "cannot be mapped") }
    bytes = UnsafeRawBufferPointer(start: address, count: size)
    mapped = true
  }

  /// Holds a copy of bytes that are in memory already, aligned as a mapped file would be.
  package init(copying source: some Collection<UInt8>) {
    let copy = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(source.count, 1), alignment: 64)
    copy.copyBytes(from: source)
    bytes = UnsafeRawBufferPointer(rebasing: copy[..<source.count])
    mapped = false
  }

  deinit {
    guard let address = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return }
    if mapped { munmap(address, bytes.count) } else { address.deallocate() }
  }

  private static func failure(_ name: String, _ what: String) -> SafetensorsError {
    SafetensorsError(
      .unreadable, subject: name, detail: "\(what): \(String(cString: strerror(errno)))")
  }
}
