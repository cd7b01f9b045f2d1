import ContentCredentials
import Crypto
import CryptoExtras
import Foundation
import SwiftASN1
import X509

/// A signer of our own: a certification authority, and a certificate it issued.
struct Signer {
  enum Algorithm: String, CaseIterable {
    case es256, es384, es512, ps256, ps384, ps512, ed25519

    var cose: Int {
      switch self {
      case .es256: -7
      case .es384: -35
      case .es512: -36
      case .ps256: -37
      case .ps384: -38
      case .ps512: -39
      case .ed25519: -8
      }
    }
  }

  enum Key {
    case p256(P256.Signing.PrivateKey)
    case p384(P384.Signing.PrivateKey)
    case p521(P521.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)
  }

  /// What the certificate is to look like.
  struct Shape {
    var usages: [ExtendedKeyUsage.Usage] = [.emailProtection]
    var isAuthority = false
    var keyUsage = KeyUsage(digitalSignature: true)
    /// Seconds since 1970.
    var notBefore: Double = 1_700_000_000
    var notAfter: Double = 1_900_000_000
    var namesAuthorityKey = true
  }

  let algorithm: Algorithm
  let key: Key
  /// The signer's certificate, then the one between it and the authority.
  let chain: [[UInt8]]
  /// The authority's certificate as a trust list.
  let trustList: String
  let leafPEM: String
  /// The key of the certificate between, which answers for the signer's.
  let issuerKey: P256.Signing.PrivateKey
  /// Unprotected headers of its signatures.
  var unprotected: CBORValue = [:]

  init(_ algorithm: Algorithm = .es256, shape: Shape = Shape()) throws {
    self.algorithm = algorithm
    key =
      switch algorithm {
      case .es256: .p256(P256.Signing.PrivateKey())
      case .es384: .p384(P384.Signing.PrivateKey())
      case .es512: .p521(P521.Signing.PrivateKey())
      case .ps256, .ps384, .ps512: .rsa(try Self.rsa.get())
      case .ed25519: .ed25519(Curve25519.Signing.PrivateKey())
      }
    let rootKey = Certificate.PrivateKey(P384.Signing.PrivateKey())
    issuerKey = P256.Signing.PrivateKey()
    let middleKey = Certificate.PrivateKey(issuerKey)
    let rootName = try Self.name("Test Root")
    let middleName = try Self.name("Test Intermediate")
    let root = try Self.issue(
      rootKey.publicKey, subject: rootName, by: rootName, rootKey, .authority)
    let middle = try Self.issue(
      middleKey.publicKey, subject: middleName, by: rootName, rootKey, .authority)
    let leaf = try Self.issue(
      Self.publicKey(key), subject: try Self.name("Test Signer"), by: middleName, middleKey, shape)
    chain = try [leaf, middle].map { try Self.der($0) }
    trustList = try root.serializeAsPEM().pemString
    leafPEM = try leaf.serializeAsPEM().pemString
  }

  /// A certificate for another key, from the same issuer as the signer's own.
  func issue(_ key: P256.Signing.PrivateKey, _ shape: Shape) throws -> [UInt8] {
    try Self.der(
      try Self.issue(
        Certificate.PublicKey(key.publicKey), subject: try Self.name("Test Responder"),
        by: try Self.name("Test Intermediate"), Certificate.PrivateKey(issuerKey), shape))
  }

  /// Made once: RSA keys take their time.
  private static let rsa = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

  private static func name(_ name: String) throws -> DistinguishedName {
    try DistinguishedName {
      OrganizationName("forensicd tests")
      CommonName(name)
    }
  }

  private static func publicKey(_ key: Key) -> Certificate.PublicKey {
    switch key {
    case .p256(let key): Certificate.PublicKey(key.publicKey)
    case .p384(let key): Certificate.PublicKey(key.publicKey)
    case .p521(let key): Certificate.PublicKey(key.publicKey)
    case .rsa(let key): Certificate.PublicKey(key.publicKey)
    case .ed25519(let key): Certificate.PublicKey(key.publicKey)
    }
  }

  private static func issue(
    _ key: Certificate.PublicKey, subject: DistinguishedName, by issuer: DistinguishedName,
    _ issuerKey: Certificate.PrivateKey, _ shape: Shape
  ) throws -> Certificate {
    func identifier(_ key: Certificate.PublicKey) -> ArraySlice<UInt8> {
      ArraySlice(Insecure.SHA1.hash(data: Data(key.subjectPublicKeyInfoBytes)))
    }
    var extensions = try Certificate.Extensions {
      Critical(
        shape.isAuthority
          ? BasicConstraints.isCertificateAuthority(maxPathLength: nil)
          : BasicConstraints.notCertificateAuthority)
      Critical(shape.keyUsage)
      SubjectKeyIdentifier(keyIdentifier: identifier(key))
    }
    if !shape.usages.isEmpty {
      try extensions.append(
        try Certificate.Extension(try ExtendedKeyUsage(shape.usages), critical: false))
    }
    if shape.namesAuthorityKey {
      try extensions.append(
        try Certificate.Extension(
          AuthorityKeyIdentifier(keyIdentifier: identifier(issuerKey.publicKey)), critical: false))
    }
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key,
      notValidBefore: Date(timeIntervalSince1970: shape.notBefore),
      notValidAfter: Date(timeIntervalSince1970: shape.notAfter), issuer: issuer,
      subject: subject, extensions: extensions, issuerPrivateKey: issuerKey)
  }

  private static func der(_ certificate: Certificate) throws -> [UInt8] {
    var serializer = DER.Serializer()
    try serializer.serialize(certificate)
    return serializer.serializedBytes
  }

  func sign(_ message: [UInt8]) throws -> [UInt8] {
    switch key {
    case .p256(let key): return Array(try key.signature(for: message).rawRepresentation)
    case .p384(let key): return Array(try key.signature(for: message).rawRepresentation)
    case .p521(let key): return Array(try key.signature(for: message).rawRepresentation)
    case .ed25519(let key): return Array(try key.signature(for: message))
    case .rsa(let key):
      switch algorithm {
      case .ps384:
        return Array(
          try key.signature(for: SHA384.hash(data: message), padding: .PSS).rawRepresentation)
      case .ps512:
        return Array(
          try key.signature(for: SHA512.hash(data: message), padding: .PSS).rawRepresentation)
      default:
        return Array(
          try key.signature(for: SHA256.hash(data: message), padding: .PSS).rawRepresentation)
      }
    }
  }

  /// A tagged `COSE_Sign1` over a claim, the claim itself left out; with a time stamp over the
  /// signature (`sigTst2`) where there is an authority.
  func cose(_ claim: [UInt8], stampedBy authority: TimeStampWriting? = nil) throws -> [UInt8] {
    let protected = CBORWriting.bytes([
      1: CBORValue(integerLiteral: algorithm.cose), 33: .array(chain.map { .bytes($0) }),
    ])
    let structure: CBORValue = [
      "Signature1", .bytes(protected), .bytes([]), .bytes(claim),
    ]
    // Sig_structure has to be in the shortest encoding, which is what the reader computes.
    let signature = try sign(Shortest.bytes(structure))
    let stamped: CBORValue = [
      "CounterSignature", .bytes(protected), .bytes([]),
      .bytes(Shortest.bytes(.bytes(signature))),
    ]
    let headers: CBORValue =
      if let authority {
        [
          "sigTst2": [
            "tstTokens": [["val": .bytes(try authority.token(Shortest.bytes(stamped)))]]
          ]
        ]
      } else { unprotected }
    return CBORWriting.bytes(
      .tagged(18, [.bytes(protected), headers, .null, .bytes(signature)]))
  }
}

extension Signer.Shape {
  static let authority = Signer.Shape(
    usages: [], isAuthority: true, keyUsage: KeyUsage(keyCertSign: true))
}

/// CBOR with the shortest heads (RFC 8949, section 4.2.1), as COSE wants what is signed.
enum Shortest {
  static func bytes(_ value: CBORValue) -> [UInt8] {
    switch value {
    case .bytes(let bytes): head(2, bytes.count) + bytes
    case .text(let text): head(3, text.utf8.count) + Array(text.utf8)
    case .array(let items): head(4, items.count) + items.flatMap { Self.bytes($0) }
    case .map(let entries):
      head(5, entries.count)
        + entries.flatMap { Self.bytes($0.key) + Self.bytes($0.value) }
    default: preconditionFailure("not needed")
    }
  }

  private static func head(_ major: UInt8, _ count: Int) -> [UInt8] {
    switch count {
    case ..<24: [major << 5 | UInt8(count)]
    case ..<256: [major << 5 | 24, UInt8(count)]
    case ..<65_536: [major << 5 | 25, UInt8(count >> 8), UInt8(count & 255)]
    default: [major << 5 | 26] + PNGFile.big(count)
    }
  }
}
