import Glibc

/// A file could not be read whole.
struct FileReadingError: Error {}

/// The bytes of a regular file of at most `limit` bytes.
func readFile(_ path: String, limit: Int) throws(FileReadingError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileReadingError() }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    throw FileReadingError()
  }
  let size = Int(status.st_size)
  guard size <= limit else { throw FileReadingError() }
  var filled = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    while filled < size {
      guard let start = buffer.baseAddress else { break }
      let got = read(descriptor, start + filled, size - filled)
      if got < 0 && errno == EINTR { continue }
      if got <= 0 { break }
      filled += got
    }
    count = filled
  }
  guard filled == size else { throw FileReadingError() }
  return bytes
}
