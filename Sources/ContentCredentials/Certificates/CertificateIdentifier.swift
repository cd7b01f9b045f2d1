import Crypto
import SwiftASN1

/// `CertID` (RFC 6960, section 4.1.1): which certificate an answer of OCSP is about.
struct CertificateIdentifier: Sendable {
  var algorithm: AlgorithmIdentifier
  var issuerNameHash: [UInt8]
  var issuerKeyHash: [UInt8]
  var serial: [UInt8]

  init(_ node: ASN1Node) throws {
    let parts = try DERNodes.sequence(node)
    guard parts.count == 4 else {
      throw ASN1Error.invalidASN1Object(reason: "a CertID of \(parts.count) parts")
    }
    algorithm = try AlgorithmIdentifier(parts[0])
    issuerNameHash = Array(try ASN1OctetString(derEncoded: parts[1]).bytes)
    issuerKeyHash = Array(try ASN1OctetString(derEncoded: parts[2]).bytes)
    serial = Array(try ArraySlice<UInt8>(derEncoded: parts[3]))
  }

  /// Whether `certificate`, which `issuer` issued, is the one that is meant.
  func means(_ certificate: SigningCertificate, by issuer: SigningCertificate) -> Bool {
    guard serial == certificate.serial, let name = issuer.encodedSubject else { return false }
    return issuerNameHash == hash(name) && issuerKeyHash == hash(issuer.publicKey.key)
  }

  /// SHA-1 is what nearly every responder uses: here it only tells certificates apart, and what it
  /// says is signed. `nil` for a hash that is not known.
  private func hash(_ bytes: [UInt8]) -> [UInt8]? {
    algorithm.oid == .sha1
      ? Array(Insecure.SHA1.hash(data: bytes)) : algorithm.hash?.hash(bytes)
  }
}

extension ASN1ObjectIdentifier {
  static let sha1: Self = [1, 3, 14, 3, 2, 26]
}

extension SigningCertificate {
  /// The subject as it is encoded in the certificate, which is what hashes of it are over.
  var encodedSubject: [UInt8]? {
    guard let outer = try? DERNodes.sequence(try DER.parse(der)), let first = outer.first,
      let fields = try? DERNodes.sequence(first)
    else { return nil }
    let place = fields.first?.identifier == DERNodes.context(0) ? 5 : 4
    return fields.count > place ? Array(fields[place].encodedBytes) : nil
  }
}
