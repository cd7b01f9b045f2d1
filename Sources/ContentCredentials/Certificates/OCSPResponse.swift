import SwiftASN1
import X509

/// An OCSP response (RFC 6960, section 4.2.1) of the basic type: what somebody answered when asked
/// whether certificates were revoked. Nothing of it is verified here.
struct OCSPResponse: Sendable {
  /// `CertStatus`.
  enum Status: Hashable, Sendable {
    case good
    /// - Parameter at: seconds since 1970.
    case revoked(at: Int64, RevocationReason?)
    /// Whoever answers does not know the certificate.
    case unknown
  }

  /// `SingleResponse`: the answer about one certificate. Times are seconds since 1970.
  struct Answer: Sendable {
    var certificate: CertificateIdentifier
    var status: Status
    /// When the status is known to have been right.
    var thisUpdate: Int64
    /// Until when there is a newer answer; `nil` where one can be had at any time.
    var nextUpdate: Int64?
  }

  /// `ResponderID`: who says that he answered.
  enum Responder: Sendable {
    case name(DistinguishedName)
    /// SHA-1 of the public key.
    case key([UInt8])
  }

  /// What the signature is over.
  var signed: [UInt8]
  var signatureAlgorithm: AlgorithmIdentifier
  var signature: [UInt8]
  var responder: Responder
  /// When it was signed, in seconds since 1970.
  var producedAt: Int64
  var answers: [Answer]
  /// The certificates that came with it.
  var certificates: [SigningCertificate]

  private static let basic: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 48, 1, 1]
  /// Answers and certificates beyond these are not read; real responses have one answer and at most
  /// a short chain.
  private static let mostAnswers = 64
  private static let mostCertificates = 8

  /// - Throws: what SwiftASN1 finds wrong with the bytes, and for a response that is no answer.
  init(_ der: [UInt8]) throws {
    let outer = try DERNodes.sequence(try DER.parse(der))
    guard let status = outer.first, try DERNodes.enumerated(status) == 0 else {
      throw ASN1Error.invalidASN1Object(reason: "the responder gave no answer")
    }
    let bytes = outer.dropFirst().first { $0.identifier == DERNodes.context(0) }
    guard let inner = try bytes.flatMap({ DERNodes.children($0).first }).map(DERNodes.sequence),
      inner.count == 2, try ASN1ObjectIdentifier(derEncoded: inner[0]) == Self.basic
    else { throw ASN1Error.invalidASN1Object(reason: "no basic OCSP response") }

    let parts = try DERNodes.sequence(
      try DER.parse(try ASN1OctetString(derEncoded: inner[1]).bytes))
    guard (3...4).contains(parts.count) else {
      throw ASN1Error.invalidASN1Object(reason: "a BasicOCSPResponse of \(parts.count) parts")
    }
    signed = Array(parts[0].encodedBytes)
    signatureAlgorithm = try AlgorithmIdentifier(parts[1])
    signature = Array(try ASN1BitString(derEncoded: parts[2]).bytes)
    let stored =
      parts.count == 4 && parts[3].identifier == DERNodes.context(0)
      ? try DERNodes.children(parts[3]).first.map(DERNodes.sequence) ?? [] : []
    certificates = stored.prefix(Self.mostCertificates).compactMap {
      try? SigningCertificate(der: Array($0.encodedBytes))
    }

    // ResponseData
    var fields = try DERNodes.sequence(parts[0])[...]
    if fields.first?.identifier == DERNodes.context(0) { fields.removeFirst() }
    guard (3...4).contains(fields.count) else {
      throw ASN1Error.invalidASN1Object(reason: "a ResponseData of \(fields.count) parts")
    }
    let data = Array(fields)
    responder = try Self.responder(data[0])
    producedAt = ASN1Instant(try GeneralizedTime(derEncoded: data[1])).seconds
    answers = try DERNodes.sequence(data[2]).prefix(Self.mostAnswers).map(Self.answer)
    try Self.refuseCritical(data[3...])
  }

  private static func responder(_ node: ASN1Node) throws -> Responder {
    guard let inner = DERNodes.children(node).first else {
      throw ASN1Error.invalidASN1Object(reason: "no ResponderID")
    }
    switch node.identifier {
    case DERNodes.context(1): return .name(try DistinguishedName(derEncoded: inner))
    case DERNodes.context(2): return .key(Array(try ASN1OctetString(derEncoded: inner).bytes))
    default: throw ASN1Error.unexpectedFieldType(node.identifier)
    }
  }

  private static func answer(_ node: ASN1Node) throws -> Answer {
    let parts = try DERNodes.sequence(node)
    guard (3...5).contains(parts.count) else {
      throw ASN1Error.invalidASN1Object(reason: "a SingleResponse of \(parts.count) parts")
    }
    let next = try parts[3...].first { $0.identifier == DERNodes.context(0) }
      .flatMap { DERNodes.children($0).first }
      .map { ASN1Instant(try GeneralizedTime(derEncoded: $0)).seconds }
    try refuseCritical(parts[3...])
    return Answer(
      certificate: try CertificateIdentifier(parts[0]), status: try status(parts[1]),
      thisUpdate: ASN1Instant(try GeneralizedTime(derEncoded: parts[2])).seconds, nextUpdate: next)
  }

  private static func status(_ node: ASN1Node) throws -> Status {
    switch node.identifier {
    case DERNodes.context(0): return .good
    case DERNodes.context(1):
      let parts = DERNodes.children(node)
      guard let time = parts.first else {
        throw ASN1Error.invalidASN1Object(reason: "a revocation without a time")
      }
      let reason = try parts.dropFirst().first { $0.identifier == DERNodes.context(0) }
        .flatMap { DERNodes.children($0).first }.map(DERNodes.enumerated)
      return .revoked(
        at: ASN1Instant(try GeneralizedTime(derEncoded: time)).seconds,
        reason.map(RevocationReason.init))
    case DERNodes.context(2): return .unknown
    default: throw ASN1Error.unexpectedFieldType(node.identifier)
    }
  }

  /// Extensions are not read; a critical one forbids to go on without (RFC 6960, section 4.4).
  private static func refuseCritical(_ nodes: ArraySlice<ASN1Node>) throws {
    for list in nodes where list.identifier == DERNodes.context(1) {
      for node in try DERNodes.children(list).first.map(DERNodes.sequence) ?? []
      where try Certificate.Extension(derEncoded: node).critical {
        throw ASN1Error.invalidASN1Object(reason: "a critical extension that is not understood")
      }
    }
  }
}

/// `CRLReason` (RFC 5280, section 5.3.1).
package struct RevocationReason: Hashable, Sendable {
  package var code: UInt8

  package init(_ code: UInt8) { self.code = code }

  /// The certificate was only suspended, which can be lifted again.
  static let hold = Self(6)
  /// A suspension was lifted: the certificate is as good as any.
  static let removeFromCRL = Self(8)

  /// What a person calls it; `nil` where it says nothing.
  var name: String? {
    switch code {
    case 1: "its key was compromised"
    case 2: "its authority's key was compromised"
    case 3: "its holder's affiliation changed"
    case 4: "it was replaced"
    case 5: "it was no longer needed"
    case 6: "it was put on hold"
    case 8: "a hold was lifted"
    case 9: "a privilege was withdrawn"
    case 10: "an attribute authority's key was compromised"
    default: nil
    }
  }
}

extension DERNodes {
  /// An `ENUMERATED` of one byte, which all of OCSP's are.
  static func enumerated(_ node: ASN1Node) throws -> UInt8 {
    guard node.identifier == .enumerated, case .primitive(let bytes) = node.content,
      bytes.count == 1, let value = bytes.first, value < 128
    else { throw ASN1Error.unexpectedFieldType(node.identifier) }
    return value
  }
}
