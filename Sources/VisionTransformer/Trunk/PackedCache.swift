import CDNNL
import CTransformerKernels
import Glibc

/// A folder of packed weights, one file for each set of weights, arithmetic, processor and
/// library version.
///
/// A file is written beside its place, synchronised and renamed, so readers see all of it or none.
/// It begins with a header that states everything its contents depend on; a file whose header
/// is not, byte for byte, the one that would be written now is not used. The values behind the
/// header are only ever numbers: a damaged file can change scores, not where memory is read,
/// and `verify()` compares the digest that was taken when it was written.
struct PackedCache: Sendable {
  static let magic: [UInt8] = Array("forensicd trunk 1\n".utf8)
  /// Where the payload's digest stands, after everything else in the header.
  static let digestOffset = PackedLayout.headerBytes - 8

  let folder: String

  /// The header of a packed file, but for the digest of what follows.
  static func header(
    identity: String, _ layout: PackedLayout, products: [PackedLayout.Linear: MatrixProduct]
  ) -> [UInt8] {
    var bytes = magic
    let geometry = layout.geometry
    let text = [
      "source \(identity)", "arithmetic \(layout.arithmetic.rawValue)",
      "oneDNN \(String(cString: cdnnl_version())) isa \(cdnnl_isa())",
      "width \(geometry.width) heads \(geometry.heads) hidden \(geometry.expanded) "
        + "\(geometry.hidden) layers \(geometry.layers)",
      "bytes \(layout.byteCount)", "",
    ].joined(separator: "\n")
    bytes += Array(text.utf8.prefix(2048))
    for linear in PackedLayout.Linear.allCases { bytes += products[linear]?.layout ?? [] }
    bytes += [UInt8](repeating: 0, count: max(0, digestOffset - bytes.count))
    return bytes
  }

  static func name(of header: [UInt8]) -> String {
    let digest = header.withUnsafeBytes { ct_digest($0.baseAddress, $0.count) }
    let text = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text + ".packed"
  }

  /// Maps a packed file, or returns `nil` where there is none that fits.
  func open(_ layout: PackedLayout, header: [UInt8]) -> PackedWeights? {
    let path = folder + "/" + Self.name(of: header)
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    // A file that someone else may write could be cut short under the mapping.
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid() || status.st_uid == 0, status.st_mode & 0o022 == 0,
      Int(status.st_size) == layout.byteCount,
      let memory = mmap(nil, layout.byteCount, PROT_READ, MAP_SHARED, file, 0),
      memory != MAP_FAILED
    else { return nil }
    let weights = PackedWeights(layout: layout, base: memory, shared: true)
    guard header.count == Self.digestOffset else { return nil }
    let found = UnsafeRawBufferPointer(start: memory, count: header.count)
    return found.elementsEqual(header) ? weights : nil
  }

  /// Packs into a new file and maps it, or returns `nil` where the folder cannot be written.
  func write(
    _ layout: PackedLayout, header: [UInt8], from source: some WeightSource,
    products: [PackedLayout.Linear: MatrixProduct]
  ) throws(TrunkError) -> PackedWeights? {
    let path = folder + "/" + Self.name(of: header)
    var temporary = Array((path + ".XXXXXX").utf8CString)
    let file = mkstemp(&temporary)
    guard file >= 0 else { return nil }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    var keep = false
    defer {
      close(file)
      if !keep { unlink(temporary) }
    }
    guard posix_fallocate(file, 0, off_t(layout.byteCount)) == 0 else { return nil }
    let memory = mmap(nil, layout.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    defer { munmap(memory, layout.byteCount) }
    for block in 0..<layout.geometry.layers {
      try PackedWeights.fill(
        block, of: layout, from: source, products: products, at: memory, offset: 0)
    }
    header.withUnsafeBytes { bytes in
      guard let from = bytes.baseAddress else { return }
      memcpy(memory, from, bytes.count)
    }
    let digest = ct_digest(
      memory + PackedLayout.headerBytes, layout.byteCount - PackedLayout.headerBytes)
    memory.storeBytes(of: digest.littleEndian, toByteOffset: Self.digestOffset, as: UInt64.self)
    guard msync(memory, layout.byteCount, MS_SYNC) == 0, fsync(file) == 0, fchmod(file, 0o644) == 0,
      rename(temporary, path) == 0
    else { return nil }
    keep = true
    let directory = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory >= 0 {
      fsync(directory)
      close(directory)
    }
    return open(layout, header: header)
  }
}

extension PackedWeights {
  /// Whether a mapped file's values are those that were written. Reads all of it.
  func verify() -> Bool {
    guard shared else { return true }
    let stored = base.load(fromByteOffset: PackedCache.digestOffset, as: UInt64.self)
    return UInt64(littleEndian: stored)
      == ct_digest(
        base + PackedLayout.headerBytes, layout.byteCount - PackedLayout.headerBytes)
  }
}
