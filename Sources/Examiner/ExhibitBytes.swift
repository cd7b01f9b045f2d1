import ForensicCore
import Glibc

/// A file read whole into memory of its own.
///
/// Read, not mapped: a mapping of a file that somebody shortens kills its reader, and one of a
/// file that somebody rewrites changes under the parser's checks.
struct ExhibitBytes: ~Copyable {
  private let base: UnsafeMutableRawPointer
  private let count: Int

  /// - Parameter size: the length that was found when the file was received.
  init(descriptor: Int32, size: Int, maximum: Int) throws(ExaminationFailure) {
    guard size >= 0, size <= maximum else {
      throw ExaminationFailure(
        code: "limit.size",
        message: "The file has \(size) bytes; at most \(maximum) are examined.",
        mend: "Raise the limit on file size if the memory limit allows for it.")
    }
    // One byte more than expected, to notice a file that has grown.
    guard let memory = malloc(size + 1) else {
      throw ExaminationFailure(
        code: "limit.memory", message: "There is no memory for the \(size) bytes of the file.",
        mend: "Raise the memory limit.", transient: true)
    }
    var filled = 0
    while filled <= size {
      let got = pread(descriptor, memory + filled, size + 1 - filled, off_t(filled))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        let reason = String(cString: strerror(errno))
        free(memory)
        throw ExaminationFailure(
          code: "file.unreadable", message: "The file cannot be read: \(reason).",
          transient: true)
      }
      if got == 0 { break }
      filled += got
    }
    guard filled == size else {
      free(memory)
      throw ExaminationFailure(
        code: "file.changed",
        message: "The file no longer has the \(size) bytes that it had when it was received.",
        transient: true)
    }
    base = memory
    count = size
  }

  deinit { free(base) }

  borrowing func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    body(UnsafeRawBufferPointer(start: base, count: count))
  }
}
