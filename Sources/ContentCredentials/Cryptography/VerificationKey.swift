import Crypto
import CryptoExtras
import FoundationEssentials
import SwiftASN1

/// A public key as a certificate holds it.
enum VerificationKey: Sendable {
  case p256(P256.Signing.PublicKey)
  case p384(P384.Signing.PublicKey)
  case p521(P521.Signing.PublicKey)
  case rsa(_RSA.Signing.PublicKey)
  case ed25519(Curve25519.Signing.PublicKey)

  /// How an ECDSA signature is written: COSE's `r ‖ s`, or ASN.1 in certificates and time stamps.
  enum Encoding: Sendable { case raw, der }

  /// Bits of an RSA modulus that are still verified; more only cost time.
  private static let mostBits = 16_384

  /// Reads a `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7). Keys on other curves, and RSA
  /// moduli of less than 2048 bits, give `nil`.
  init?(_ info: SubjectPublicKey) {
    switch info.algorithm.oid {
    case .ecPublicKey:
      switch info.algorithm.curve {
      case .prime256v1:
        guard let key = try? P256.Signing.PublicKey(x963Representation: info.key) else {
          return nil
        }
        self = .p256(key)
      case .secp384r1:
        guard let key = try? P384.Signing.PublicKey(x963Representation: info.key) else {
          return nil
        }
        self = .p384(key)
      case .secp521r1:
        guard let key = try? P521.Signing.PublicKey(x963Representation: info.key) else {
          return nil
        }
        self = .p521(key)
      default: return nil
      }
    case .rsaEncryption, .rsassaPSS:
      guard let key = try? _RSA.Signing.PublicKey(derRepresentation: info.key),
        (2048...Self.mostBits).contains(key.keySizeInBits)
      else { return nil }
      self = .rsa(key)
    case .ed25519:
      guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: info.key) else {
        return nil
      }
      self = .ed25519(key)
    default: return nil
    }
  }

  /// What a person calls it: `P-256`, `RSA 4096`.
  var name: String {
    switch self {
    case .p256: "P-256"
    case .p384: "P-384"
    case .p521: "P-521"
    case .rsa(let key): "RSA \(key.keySizeInBits)"
    case .ed25519: "Ed25519"
    }
  }

  /// Whether the holder of the private key signed these bytes in this way.
  func isValid(
    _ signature: [UInt8], for message: [UInt8], scheme: SignatureScheme, encoding: Encoding
  ) -> Bool {
    switch scheme {
    case .ecdsa(.sha256): isValid(signature, SHA256.hash(data: message), scheme, encoding)
    case .ecdsa(.sha384): isValid(signature, SHA384.hash(data: message), scheme, encoding)
    case .ecdsa(.sha512): isValid(signature, SHA512.hash(data: message), scheme, encoding)
    case .rsaPSS(.sha256), .rsaPKCS1(.sha256):
      isValid(signature, SHA256.hash(data: message), scheme, encoding)
    case .rsaPSS(.sha384), .rsaPKCS1(.sha384):
      isValid(signature, SHA384.hash(data: message), scheme, encoding)
    case .rsaPSS(.sha512), .rsaPKCS1(.sha512):
      isValid(signature, SHA512.hash(data: message), scheme, encoding)
    case .ed25519:
      if case .ed25519(let key) = self {
        key.isValidSignature(signature, for: message)
      } else {
        false
      }
    }
  }

  private func isValid<Hash: Digest>(
    _ signature: [UInt8], _ digest: Hash, _ scheme: SignatureScheme, _ encoding: Encoding
  ) -> Bool {
    switch (self, scheme) {
    case (.p256(let key), .ecdsa):
      (encoding == .raw
        ? try? P256.Signing.ECDSASignature(rawRepresentation: signature)
        : try? P256.Signing.ECDSASignature(derRepresentation: signature))
        .map { key.isValidSignature($0, for: digest) } ?? false
    case (.p384(let key), .ecdsa):
      (encoding == .raw
        ? try? P384.Signing.ECDSASignature(rawRepresentation: signature)
        : try? P384.Signing.ECDSASignature(derRepresentation: signature))
        .map { key.isValidSignature($0, for: digest) } ?? false
    case (.p521(let key), .ecdsa):
      (encoding == .raw
        ? try? P521.Signing.ECDSASignature(rawRepresentation: signature)
        : try? P521.Signing.ECDSASignature(derRepresentation: signature))
        .map { key.isValidSignature($0, for: digest) } ?? false
    case (.rsa(let key), .rsaPSS):
      key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: digest, padding: .PSS)
    case (.rsa(let key), .rsaPKCS1):
      key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: digest,
        padding: .insecurePKCS1v1_5)
    default: false
    }
  }
}
