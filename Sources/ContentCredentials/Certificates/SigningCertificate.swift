import SwiftASN1
import X509

/// An X.509 certificate (RFC 5280) with the bytes that its issuer signed.
///
/// X509's own `Certificate` refuses keys and signatures of RSASSA-PSS, which C2PA allows and
/// early signers used; so the frame is read here, and names and extensions by X509.
struct SigningCertificate: Sendable {
  var der: [UInt8]
  /// What the signature is over.
  var signed: [UInt8]
  var version: Int
  var serial: [UInt8]
  var issuer: DistinguishedName
  var subject: DistinguishedName
  /// Validity, in seconds since 1970, both ends included.
  var notBefore: Int64
  var notAfter: Int64
  var publicKey: SubjectPublicKey
  var hasUniqueIdentifiers: Bool
  var extensions: Certificate.Extensions
  var signatureAlgorithm: AlgorithmIdentifier
  var signature: [UInt8]
  var key: VerificationKey?

  /// Extensions that are understood; any other one that is critical refuses the certificate.
  private static let understood: Set<ASN1ObjectIdentifier> = [
    .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage,
    .X509ExtensionID.extendedKeyUsage, .X509ExtensionID.subjectAlternativeName,
    .X509ExtensionID.authorityKeyIdentifier, .X509ExtensionID.subjectKeyIdentifier,
    // Certificate policies, policy constraints: no policy is asked for, so any is fine.
    [2, 5, 29, 32], [2, 5, 29, 36], [2, 5, 29, 54],
    // CRL distribution points and access to the authority: nothing is fetched.
    [2, 5, 29, 31], [1, 3, 6, 1, 5, 5, 7, 1, 1],
  ]

  /// - Throws: what SwiftASN1 finds wrong with the bytes.
  init(der: [UInt8]) throws {
    self.der = der
    let outer = try DERNodes.sequence(try DER.parse(der))
    guard outer.count == 3 else {
      throw ASN1Error.invalidASN1Object(reason: "a certificate of \(outer.count) parts")
    }
    signed = Array(outer[0].encodedBytes)
    signatureAlgorithm = try AlgorithmIdentifier(outer[1])
    signature = Array(try ASN1BitString(derEncoded: outer[2]).bytes)

    var nodes = try DERNodes.sequence(outer[0])[...]
    if let first = nodes.first, first.identifier == DERNodes.context(0) {
      version = try DERNodes.children(first).first.map { try Int(derEncoded: $0) } ?? 0
      nodes.removeFirst()
    } else {
      version = 0
    }
    guard nodes.count >= 6 else {
      throw ASN1Error.invalidASN1Object(reason: "a certificate is cut off")
    }
    let fields = Array(nodes)
    serial = Array(try ArraySlice<UInt8>(derEncoded: fields[0]))
    issuer = try DistinguishedName(derEncoded: fields[2])
    let validity = try DERNodes.sequence(fields[3])
    guard validity.count == 2 else {
      throw ASN1Error.invalidASN1Object(reason: "a validity of \(validity.count) parts")
    }
    notBefore = try ASN1Instant(validity[0]).seconds
    notAfter = try ASN1Instant(validity[1]).seconds
    subject = try DistinguishedName(derEncoded: fields[4])
    publicKey = try SubjectPublicKey(fields[5])
    key = VerificationKey(publicKey)
    hasUniqueIdentifiers = fields[6...].contains {
      $0.identifier == DERNodes.context(1) || $0.identifier == DERNodes.context(2)
    }
    let list = fields[6...].first { $0.identifier == DERNodes.context(3) }
      .flatMap { DERNodes.children($0).first }
    extensions = try Certificate.Extensions(
      try list.map { try DERNodes.sequence($0).map { try Certificate.Extension(derEncoded: $0) } }
        ?? [])
  }

  func isValid(at seconds: Int64) -> Bool { notBefore <= seconds && seconds <= notAfter }

  /// Whether the basic constraints make it a certification authority, and how many further ones
  /// may follow below it.
  var authority: (is: Bool, pathLength: Int?) {
    switch try? extensions.basicConstraints {
    case .isCertificateAuthority(let length): (true, length)
    default: (false, nil)
    }
  }

  var hasUnknownCriticalExtension: Bool {
    extensions.contains { $0.critical && !Self.understood.contains($0.oid) }
  }

  /// Whether the key of `issuer` signed this certificate.
  func isSigned(by issuer: SigningCertificate) -> Bool {
    guard let key = issuer.key, let scheme = signatureAlgorithm.scheme() else { return false }
    return key.isValid(signature, for: signed, scheme: scheme, encoding: .der)
  }

  var isSelfIssued: Bool { issuer == subject }
}

extension DistinguishedName {
  /// The last value of an attribute, which is the most specific one.
  func attribute(_ type: ASN1ObjectIdentifier) -> String? {
    var found: String?
    for name in self {
      for attribute in name where attribute.type == type {
        found = String(attribute.value) ?? attribute.value.description
      }
    }
    return found
  }

  var commonName: String? { attribute(.RDNAttributeType.commonName) }

  var organization: String? { attribute(.RDNAttributeType.organizationName) }

  /// What to call whoever is meant: the common name or, without one, the organisation.
  var displayName: String? { commonName ?? organization }
}
