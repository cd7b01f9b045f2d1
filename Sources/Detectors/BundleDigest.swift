import Crypto
import ForensicCore

/// SHA-256, as bundles need it.
public enum BundleDigest {
  /// The digest of some bytes.
  public static func of(_ bytes: [UInt8]) -> ForensicCore.SHA256Digest {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return wrap(Array(hash.finalize()))
  }

  /// The digest of a bundle: over each file, sorted by name, its name, a NUL and the 32 bytes of
  /// the digest of its content.
  public static func of(files: [String: ForensicCore.SHA256Digest]) -> ForensicCore.SHA256Digest {
    var hash = SHA256()
    for (name, content) in files.sorted(by: { $0.key < $1.key }) {
      hash.update(data: Array(name.utf8) + [0] + content.bytes)
    }
    return wrap(Array(hash.finalize()))
  }

  private static func wrap(_ bytes: [UInt8]) -> ForensicCore.SHA256Digest {
    guard let digest = ForensicCore.SHA256Digest(bytes: bytes) else {
      preconditionFailure("a SHA-256 digest has 32 bytes")
    }
    return digest
  }
}
