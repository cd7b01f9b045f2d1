import SwiftASN1
import X509

/// C2PA's certificate profile for those who sign ("Certificate Profiles"): why a certificate may
/// not sign, or `nil` where it may.
enum CertificateProfile {
  /// What a certificate signs.
  enum Purpose: Sendable {
    case claim
    case timeStamp
    /// Answers of OCSP.
    case revocation
  }

  /// EKU values that are accepted for claims: those of the standard, with the ones of its trust
  /// lists and of earlier editions.
  static let claimUsages: Set<ASN1ObjectIdentifier> = [
    [1, 3, 6, 1, 5, 5, 7, 3, 4],  // id-kp-emailProtection
    [1, 3, 6, 1, 5, 5, 7, 3, 36],  // id-kp-documentSigning
    [1, 3, 6, 1, 4, 1, 311, 76, 59, 1, 9],  // Microsoft's C2PA signing
    [1, 3, 6, 1, 4, 1, 62558, 2, 1],  // c2pa-kp-claimSigning
  ]
  private static let timeStamping: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 8]
  private static let ocspSigning: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 9]
  private static let any: ASN1ObjectIdentifier = [2, 5, 29, 37, 0]

  static func fault(of certificate: SigningCertificate, for purpose: Purpose) -> String? {
    if certificate.version != 2 { return "it is not an X.509 version 3 certificate" }
    if certificate.signatureAlgorithm.scheme() == nil {
      return "its own signature uses an algorithm that is not allowed"
    }
    if certificate.key == nil { return "its key is too short or of a kind that is not allowed" }
    if certificate.hasUniqueIdentifiers { return "it has unique identifiers" }
    if certificate.authority.is { return "it is the certificate of an authority" }
    if certificate.hasUnknownCriticalExtension {
      return "it has a critical extension that is not understood"
    }
    if !certificate.isSelfIssued,
      certificate.extensions[oid: .X509ExtensionID.authorityKeyIdentifier] == nil
    {
      return "it names no authority key"
    }
    return keyUsageFault(certificate) ?? extendedUsageFault(certificate, purpose)
  }

  private static func keyUsageFault(_ certificate: SigningCertificate) -> String? {
    guard let usage = try? certificate.extensions.keyUsage else { return "it has no key usage" }
    if !usage.digitalSignature, !usage.nonRepudiation { return "its key may not sign" }
    if usage.keyCertSign { return "its key may sign certificates" }
    return nil
  }

  private static func extendedUsageFault(
    _ certificate: SigningCertificate, _ purpose: Purpose
  ) -> String? {
    guard let usages = usages(of: certificate), !usages.isEmpty else {
      return "it has no extended key usage"
    }
    if usages.contains(any) { return "it may be used for anything" }
    switch purpose {
    case .claim:
      if usages.isDisjoint(with: claimUsages) {
        return "its extended key usage does not allow signing claims"
      }
      if usages.contains(timeStamping) || usages.contains(ocspSigning) {
        return "it is for time stamps or revocation answers as well"
      }
    case .timeStamp:
      if usages != [timeStamping] { return "its extended key usage is not time stamping alone" }
    case .revocation:
      if !usages.contains(ocspSigning) {
        return "its extended key usage does not allow signing answers of OCSP"
      }
    }
    return nil
  }

  private static func usages(of certificate: SigningCertificate) -> Set<ASN1ObjectIdentifier>? {
    guard let found = certificate.extensions[oid: .X509ExtensionID.extendedKeyUsage],
      let nodes = try? DERNodes.sequence(try DER.parse(found.value))
    else { return nil }
    return Set(nodes.compactMap { try? ASN1ObjectIdentifier(derEncoded: $0) })
  }
}
