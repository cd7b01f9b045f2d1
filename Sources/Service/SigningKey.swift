import Crypto
import ForensicCore
import Foundation
import Glibc

/// An Ed25519 key (RFC 8032) that signs reports, in the PEM files that OpenSSL reads and writes
/// (PKCS #8, RFC 8410).
public struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// DER of everything before the 32 bytes of the key (RFC 8410, section 10.3).
  fileprivate static let prefix: [UInt8] = [
    0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]

  /// A new key from the system's random numbers.
  public init() { key = Curve25519.Signing.PrivateKey() }

  /// Reads a key that only its owner can read.
  ///
  /// - Throws: `ConfigurationError` naming the file and the mend: it is not there, others may read
  ///   it, or it holds no such key.
  public init(path: String) throws(ConfigurationError) {
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      throw ConfigurationError(
        file: path, problem: SystemError(action: "read", path: path).description,
        mend: "Make a key with forensicctl key generate \(path)")
    }
    guard facts.st_mode & 0o077 == 0 else {
      throw ConfigurationError(
        file: path, problem: "others than its owner may read or change this signing key",
        mend: "chmod 600 \(path); if anybody may have read it, make a new one.")
    }
    let text: [UInt8]
    do {
      text = try FileSystem.read(path: path, limit: 1 << 16)
    } catch {
      throw ConfigurationError(file: path, problem: error.description)
    }
    guard let body = PEM.body(of: text, label: "PRIVATE KEY", prefix: Self.prefix),
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: body)
    else {
      throw ConfigurationError(
        file: path, problem: "this is no Ed25519 key in PKCS #8",
        mend: "Make one with forensicctl key generate FILE, or openssl genpkey -algorithm ed25519.")
    }
    self.key = key
  }

  /// The half that anybody may have.
  public var verifier: VerifyingKey { VerifyingKey(key.publicKey) }

  public var pem: [UInt8] {
    PEM.text(Self.prefix + Array(key.rawRepresentation), label: "PRIVATE KEY")
  }

  /// 64 bytes over exactly these bytes.
  public func signature(of bytes: [UInt8]) throws -> [UInt8] {
    Array(try key.signature(for: bytes))
  }

  /// Writes the key, for its owner only, and its public half beside it as `PATH.pub`. Replaces
  /// nothing: a key that is lost cannot be had again.
  public func write(path: String) throws(SystemError) {
    try Self.create(path, pem, mode: 0o600)
    do {
      try Self.create(path + ".pub", verifier.pem, mode: 0o644)
    } catch {
      unlink(path)
      throw error
    }
  }

  private static func create(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(SystemError) {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let descriptor = open(path, flags, mode)
    guard descriptor >= 0 else {
      let mend = errno == EEXIST ? "A key is never written over: name another file." : nil
      throw SystemError(action: "create", path: path, mend: mend)
    }
    // The file is short: one call writes it or fails.
    let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    let isSafe = isWritten && fsync(descriptor) == 0
    let code = errno
    close(descriptor)
    guard isSafe else {
      unlink(path)
      throw SystemError(action: "write", path: path, code: code)
    }
  }
}

/// The public half of a signing key (SubjectPublicKeyInfo, RFC 8410).
public struct VerifyingKey: Sendable {
  private let key: Curve25519.Signing.PublicKey

  private static let prefix: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  fileprivate init(_ key: Curve25519.Signing.PublicKey) { self.key = key }

  /// Reads a public key in PEM.
  public init(path: String) throws(ConfigurationError) {
    let text: [UInt8]
    do {
      text = try FileSystem.read(path: path, limit: 1 << 16)
    } catch {
      throw ConfigurationError(file: path, problem: error.description)
    }
    guard let body = PEM.body(of: text, label: "PUBLIC KEY", prefix: Self.prefix),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: body)
    else {
      throw ConfigurationError(
        file: path, problem: "this is no public Ed25519 key in PEM",
        mend: "The public half lies beside the signing key, as FILE.pub.")
    }
    self.key = key
  }

  public var pem: [UInt8] {
    PEM.text(Self.prefix + Array(key.rawRepresentation), label: "PUBLIC KEY")
  }

  /// SHA-256 of the key's DER: what people compare over the telephone.
  public var fingerprint: String {
    SHA256.hash(data: Self.prefix + Array(key.rawRepresentation))
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Whether `signature` was made over exactly these bytes with the other half.
  public func accepts(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
    key.isValidSignature(signature, for: bytes)
  }
}

/// Textual encoding of keys (RFC 7468).
private enum PEM {
  static func text(_ der: [UInt8], label: String) -> [UInt8] {
    let body = Data(der).base64EncodedString(options: [
      .lineLength64Characters, .endLineWithLineFeed,
    ])
    return Array("-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n".utf8)
  }

  /// The 32 bytes of the key, where the DER is `prefix` and them.
  static func body(of text: [UInt8], label: String, prefix: [UInt8]) -> [UInt8]? {
    let lines = String(decoding: text, as: UTF8.self).split { $0.isNewline }
    guard let first = lines.firstIndex(of: "-----BEGIN \(label)-----"),
      let last = lines[first...].firstIndex(of: "-----END \(label)-----"),
      let der = Data(base64Encoded: lines[(first + 1)..<last].joined()),
      der.count == prefix.count + 32, der.starts(with: prefix)
    else { return nil }
    return Array(der.suffix(32))
  }
}
