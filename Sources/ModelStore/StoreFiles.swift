import Crypto
import ForensicCore
import Glibc

/// The file operations of the store.
enum StoreFiles {
  static func failure(_ action: String, _ path: String) -> ModelStoreError {
    .system(action: action, path: path, code: errno)
  }

  /// The whole of a small regular file.
  static func read(_ path: String, limit: Int) throws(ModelStoreError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    var content = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while content.count <= limit {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return content }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("read", path) }
      content += buffer[..<count]
    }
    throw .system(action: "read", path: path, code: EFBIG)
  }

  /// Writes a small file and flushes it.
  static func write(_ content: [UInt8], to path: String) throws(ModelStoreError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("write", path) }
    defer { close(descriptor) }
    try write(content[...], to: descriptor, path)
    guard fsync(descriptor) == 0 else { throw failure("flush", path) }
  }

  private static func write(
    _ content: ArraySlice<UInt8>, to descriptor: Int32, _ path: String
  ) throws(ModelStoreError) {
    var rest = content
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write", path) }
      rest = rest.dropFirst(count)
    }
  }

  /// Copies a regular file and flushes the copy.
  /// - Parameter progress: told the number of bytes of each piece.
  /// - Returns: the digest of what was written, and its length.
  static func copy(
    _ source: String, to target: String, progress: (Int) -> Void
  ) throws(ModelStoreError) -> (sha256: ForensicCore.SHA256Digest, size: Int) {
    let input = try openRegular(source)
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard output >= 0 else { throw failure("create", target) }
    defer { close(output) }
    let result = try pieces(of: input, source) { piece throws(ModelStoreError) in
      try write(piece, to: output, target)
      progress(piece.count)
    }
    guard fsync(output) == 0 else { throw failure("flush", target) }
    return result
  }

  /// The digest and length of a regular file.
  static func digest(
    _ path: String, progress: (Int) -> Void
  ) throws(ModelStoreError) -> (sha256: ForensicCore.SHA256Digest, size: Int) {
    let input = try openRegular(path)
    defer { close(input) }
    return try pieces(of: input, path) { piece throws(ModelStoreError) in progress(piece.count) }
  }

  private static func openRegular(_ path: String) throws(ModelStoreError) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure("read", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unsupported(path: path, detail: "is not a regular file")
    }
    return descriptor
  }

  private static func pieces(
    of input: Int32, _ path: String, _ body: (ArraySlice<UInt8>) throws(ModelStoreError) -> Void
  ) throws(ModelStoreError) -> (sha256: ForensicCore.SHA256Digest, size: Int) {
    var hash = SHA256()
    var size = 0
    var buffer = [UInt8](repeating: 0, count: 4 << 20)
    while true {
      let count = Glibc.read(input, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      if count == 0 { break }
      buffer.withUnsafeBytes { hash.update(bufferPointer: .init(rebasing: $0[..<count])) }
      try body(buffer[..<count])
      size += count
    }
    return (digest(hash.finalize()), size)
  }

  /// Over each file, sorted by name: its name, a NUL and the 32 bytes of its digest.
  static func digest(of files: [ModelRecord.File]) -> ForensicCore.SHA256Digest {
    var hash = SHA256()
    for file in files { hash.update(data: Array(file.name.utf8) + [0] + file.sha256.bytes) }
    return digest(hash.finalize())
  }

  private static func digest(_ bytes: some Sequence<UInt8>) -> ForensicCore.SHA256Digest {
    guard let digest = ForensicCore.SHA256Digest(bytes: bytes) else {
      preconditionFailure("a SHA-256 digest has 32 bytes")
    }
    return digest
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(ModelStoreError) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw failure("create", path)
    }
    try makeFolder(String(path[..<slash]))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("create", path) }
  }

  /// Waits until nobody else installs or removes in the folder. The lock goes with the descriptor.
  static func lock(_ path: String) throws(ModelStoreError) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("lock", path) }
    while flock(descriptor, LOCK_EX) != 0 {
      if errno == EINTR { continue }
      let failure = failure("lock", path)
      close(descriptor)
      throw failure
    }
    return descriptor
  }

  static func flushFolder(_ path: String) throws(ModelStoreError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("flush", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("flush", path) }
  }

  /// The names in a folder, sorted; nothing where there is none.
  static func names(in path: String) throws(ModelStoreError) -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw failure("read", path)
    }
    defer { closedir(folder) }
    var names = [String]()
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes a folder of files, as far as it goes.
  static func removeFolder(_ path: String) throws(ModelStoreError) {
    for name in try names(in: path) {
      guard unlink("\(path)/\(name)") == 0 || errno == ENOENT else {
        throw failure("remove", "\(path)/\(name)")
      }
    }
    guard rmdir(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
  }

  static func size(_ path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}
