import CaseQueue
import ForensicCore
import Glibc

import struct Crypto.SHA256

/// SHA-256 of small byte strings: settings, texts.
public enum ContentDigest {
  /// The digest of bytes in memory.
  public static func of(_ bytes: [UInt8]) -> SHA256Digest {
    guard let digest = SHA256Digest(bytes: SHA256.hash(data: bytes)) else {
      preconditionFailure("a SHA-256 digest has 32 bytes")
    }
    return digest
  }
}

/// A file named on the command line, open and hashed.
public final class ExhibitFile: Sendable {
  private let file: OpenFile
  public var descriptor: Int32 { file.descriptor }
  public let size: Int
  public let digest: SHA256Digest
  /// When it was last written, as the file system says.
  public let modified: Timestamp

  /// Opens and hashes a regular file. Nothing else is ever opened for long: a FIFO would hang.
  /// - Parameters:
  ///   - path: its bytes, without a closing NUL.
  ///   - limit: bytes; a longer file is refused unread.
  ///   - goesOn: called after every megabyte with the bytes that are done; false gives it up.
  public convenience init(
    path: [UInt8], limit: Int = .max, goesOn: (Int) -> Bool = { _ in true }
  ) throws(ExaminationFailure) {
    let name = String(decoding: path, as: UTF8.self).madeVisible
    let opened = open(
      path.map { CChar(bitPattern: $0) } + [0], O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard opened >= 0 else { throw Self.unreadable(name, String(cString: strerror(errno))) }
    try self.init(descriptor: opened, name: name, limit: limit, goesOn: goesOn)
  }

  /// Hashes a regular file that is open already; takes the descriptor over, and closes it also
  /// where this fails.
  /// - Parameters:
  ///   - name: what an error calls it.
  ///   - limit: bytes; a longer file is refused unread.
  ///   - goesOn: called after every megabyte with the bytes that are done; false gives it up.
  public init(
    descriptor opened: Int32, name: String = "it", limit: Int = .max,
    goesOn: (Int) -> Bool = { _ in true }
  ) throws(ExaminationFailure) {
    file = OpenFile(descriptor: opened)
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw Self.unreadable(name, "it is not a regular file")
      }
      throw Self.unreadable(
        name, "it is a folder",
        mend: "Name the files in it, or give the folder to forensicctl audit.")
    }
    size = Int(status.st_size)
    guard size <= limit else { throw .tooLarge(size, limit: limit) }
    modified = Timestamp(
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    // Of a file that grows faster than it is read there would be no end.
    let result: FileHasher.Result?
    do {
      result = try FileHasher.hash(first: size, of: file, goesOn: goesOn)
    } catch {
      throw Self.unreadable(
        name, error.systemError.map { String(cString: strerror($0)) } ?? error.message)
    }
    guard let result else { throw Self.unreadable(name, String(cString: strerror(ECANCELED))) }
    digest = result.digest
  }

  private static func unreadable(
    _ name: String, _ reason: String, mend: String = "Check the path and that you may read it."
  ) -> ExaminationFailure {
    ExaminationFailure(
      code: "file.unreadable", message: "cannot read \(name): \(reason)", mend: mend)
  }
}

extension ExaminationFailure {
  static let tooLargeCode = "limit.file-size"

  /// The file is longer than the configuration lets an examiner read.
  public static func tooLarge(_ size: Int, limit: Int) -> ExaminationFailure {
    ExaminationFailure(
      code: tooLargeCode,
      message: "the file has \(size) bytes; the limit is \(limit)",
      mend: "Raise queue.maximum_file_size.")
  }
}
