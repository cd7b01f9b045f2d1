import SwiftASN1
import X509

/// An RFC 3161 time-stamp token: CMS `SignedData` (RFC 5652) around a `TSTInfo`.
struct TimeStampToken: Sendable {
  /// What one signer signed, and how.
  struct Signer: Sendable {
    var digest: HashAlgorithm?
    var signatureAlgorithm: AlgorithmIdentifier
    var signature: [UInt8]
    /// The signed attributes as they are hashed: a `SET OF`, not the `[0]` they are stored as.
    var signedAttributes: [UInt8]?
    /// The same in DER's order of a `SET OF`, which is what has to be signed (RFC 5652, section
    /// 5.4), however they are stored.
    var orderedAttributes: [UInt8]?
    /// The `messageDigest` attribute (RFC 5652, section 11.2).
    var messageDigest: [UInt8]?
    /// The place of its certificate among `certificates`; `nil` where it is not there.
    var certificate: Int?
  }

  /// The encoded `TSTInfo`: what the signature is about.
  var content: [UInt8]
  var imprintHash: HashAlgorithm?
  var imprint: [UInt8]
  /// `genTime` in seconds since 1970.
  var time: Int64
  var certificates: [SigningCertificate]
  var signers: [Signer]

  private static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 2]
  private static let tstInfo: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 1, 4]
  private static let messageDigest: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 4]

  /// Reads a `TimeStampResp` (which has to be granted) or a bare `TimeStampToken`: `sigTst` holds
  /// the one, `sigTst2` the other, and writers have mixed them up.
  init(_ bytes: [UInt8]) throws {
    var node = try BER.parse(bytes)
    var nodes = DERNodes.children(node)
    if let first = nodes.first, first.identifier == .sequence {
      guard let status = DERNodes.children(first).first,
        (0...1).contains(try Int(derEncoded: status)), nodes.count > 1
      else { throw ASN1Error.invalidASN1Object(reason: "the time stamp was not granted") }
      node = nodes[1]
      nodes = DERNodes.children(node)
    }
    guard nodes.count == 2, try ASN1ObjectIdentifier(berEncoded: nodes[0]) == Self.signedData,
      let data = DERNodes.children(nodes[1]).first
    else { throw ASN1Error.invalidASN1Object(reason: "no SignedData") }

    let parts = DERNodes.children(data)
    guard parts.count >= 4 else { throw ASN1Error.invalidASN1Object(reason: "SignedData is cut") }
    let encapsulated = DERNodes.children(parts[2])
    guard encapsulated.count == 2,
      try ASN1ObjectIdentifier(berEncoded: encapsulated[0]) == Self.tstInfo,
      let octets = DERNodes.children(encapsulated[1]).first
    else { throw ASN1Error.invalidASN1Object(reason: "no TSTInfo") }
    content = Array(try ASN1OctetString(berEncoded: octets).bytes)

    let info = try DERNodes.sequence(try DER.parse(content))
    guard info.count >= 5 else { throw ASN1Error.invalidASN1Object(reason: "TSTInfo is cut") }
    let message = try DERNodes.sequence(info[2])
    guard message.count == 2 else { throw ASN1Error.invalidASN1Object(reason: "no imprint") }
    imprintHash = try AlgorithmIdentifier(message[0]).hash
    imprint = Array(try ASN1OctetString(derEncoded: message[1]).bytes)
    time = ASN1Instant(try GeneralizedTime(derEncoded: info[4])).seconds

    let stored =
      parts.first { $0.identifier == DERNodes.context(0) }
      .map { DERNodes.children($0) } ?? []
    let read = stored.prefix(32).compactMap {
      try? SigningCertificate(der: Array($0.encodedBytes))
    }
    certificates = read
    guard let set = parts.last, set.identifier == .set else {
      throw ASN1Error.invalidASN1Object(reason: "no signer")
    }
    signers = try DERNodes.children(set).prefix(8).map { try Self.signer($0, read) }
  }

  /// `SignerInfo` (RFC 5652, section 5.3).
  private static func signer(
    _ node: ASN1Node, _ certificates: [SigningCertificate]
  ) throws -> Signer {
    let parts = DERNodes.children(node)
    guard parts.count >= 5 else { throw ASN1Error.invalidASN1Object(reason: "SignerInfo is cut") }
    var rest = parts[3...]
    var attributes: [UInt8]?
    var ordered: [UInt8]?
    var digest: [UInt8]?
    if let first = rest.first, first.identifier == DERNodes.context(0) {
      // The signature is over a SET OF, whose tag the implicit [0] hides (section 5.4).
      attributes = [0x31] + first.encodedBytes.dropFirst()
      ordered = try DERSet.encoded(DERNodes.children(first).map { Array($0.encodedBytes) })
      for attribute in DERNodes.children(first) {
        let pair = DERNodes.children(attribute)
        guard pair.count == 2, try ASN1ObjectIdentifier(berEncoded: pair[0]) == messageDigest
        else { continue }
        let values = DERNodes.children(pair[1])
        guard values.count == 1, digest == nil else {
          throw ASN1Error.invalidASN1Object(reason: "more than one message digest")
        }
        digest = Array(try ASN1OctetString(berEncoded: values[0]).bytes)
      }
      rest = rest.dropFirst()
    }
    guard rest.count >= 2, let algorithm = rest.first else {
      throw ASN1Error.invalidASN1Object(reason: "SignerInfo is cut")
    }
    return Signer(
      digest: try AlgorithmIdentifier(parts[2]).hash,
      signatureAlgorithm: try AlgorithmIdentifier(algorithm),
      signature: Array(try ASN1OctetString(berEncoded: rest[rest.startIndex + 1]).bytes),
      signedAttributes: attributes, orderedAttributes: ordered, messageDigest: digest,
      certificate: try place(of: parts[1], among: certificates))
  }

  /// The certificate that a `SignerIdentifier` means: by issuer and serial, or by key identifier.
  private static func place(
    of identifier: ASN1Node, among certificates: [SigningCertificate]
  ) throws -> Int? {
    if identifier.identifier == .sequence {
      let pair = DERNodes.children(identifier)
      guard pair.count == 2 else { return nil }
      let issuer = try DistinguishedName(derEncoded: pair[0])
      let serial = Array(try ArraySlice<UInt8>(derEncoded: pair[1]))
      return certificates.firstIndex { $0.issuer == issuer && $0.serial == serial }
    }
    guard case .primitive(let key) = identifier.content else { return nil }
    return certificates.firstIndex {
      (try? $0.extensions.subjectKeyIdentifier)?.keyIdentifier.elementsEqual(key) ?? false
    }
  }
}
