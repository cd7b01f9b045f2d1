import Crypto
import Foundation
import SwiftASN1

/// Writes OCSP responses (RFC 6960, section 4.2.1) for the tests.
struct OCSPWriting {
  enum Status {
    case good
    case revoked(at: Int64, reason: UInt8? = nil)
    case unknown
  }

  enum Hash { case sha1, sha256 }

  /// What is asked about, and the certificate that issued it.
  var certificate: [UInt8]
  var issuer: [UInt8]
  var status: Status
  /// Seconds since 1970.
  var producedAt: Int64
  var thisUpdate: Int64
  var nextUpdate: Int64?
  var hash = Hash.sha1
  /// Another serial number than the certificate's.
  var serial: [UInt8]?
  /// The key that the response names; the signer's own where there is none.
  var responder: P256.Signing.PublicKey?
  /// What the response comes with.
  var certificates: [[UInt8]] = []
  /// `OCSPResponseStatus`.
  var answered: UInt8 = 0
  var hasCriticalExtension = false

  /// A response about `signer` of `day` from one day before to one after.
  init(_ signer: Signer, _ status: Status, day: Int64) {
    certificate = signer.chain[0]
    issuer = signer.chain[1]
    self.status = status
    producedAt = day
    thisUpdate = day - 86_400
    nextUpdate = day + 86_400
  }

  func bytes(_ key: P256.Signing.PrivateKey) throws -> [UInt8] {
    let data = try responseData(responder ?? key.publicKey)
    let signature = Array(try key.signature(for: data).derRepresentation)
    let basic = try Self.write { coder in
      try coder.appendConstructedNode(identifier: .sequence) { coder in
        coder.serializeRawBytes(data)
        try coder.appendConstructedNode(identifier: .sequence) { coder in
          try coder.serialize([1, 2, 840, 10045, 4, 3, 2] as ASN1ObjectIdentifier)
        }
        try coder.serialize(ASN1BitString(bytes: signature[...]))
        if !certificates.isEmpty {
          coder.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) { coder in
            coder.appendConstructedNode(identifier: .sequence) { coder in
              for certificate in certificates { coder.serializeRawBytes(certificate) }
            }
          }
        }
      }
    }
    return try Self.write { coder in
      try coder.appendConstructedNode(identifier: .sequence) { coder in
        coder.appendPrimitiveNode(identifier: .enumerated) { $0.append(answered) }
        guard answered == 0 else { return }
        try coder.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) { coder in
          try coder.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize([1, 3, 6, 1, 5, 5, 7, 48, 1, 1] as ASN1ObjectIdentifier)
            try coder.serialize(ASN1OctetString(contentBytes: basic[...]))
          }
        }
      }
    }
  }

  private func responseData(_ key: P256.Signing.PublicKey) throws -> [UInt8] {
    let name = Insecure.SHA1.hash(data: key.x963Representation)
    return try Self.write { coder in
      try coder.appendConstructedNode(identifier: .sequence) { coder in
        try coder.serialize(explicitlyTaggedWithTagNumber: 2, tagClass: .contextSpecific) {
          try $0.serialize(ASN1OctetString(contentBytes: ArraySlice(name)))
        }
        try coder.serialize(Self.time(producedAt))
        try coder.appendConstructedNode(identifier: .sequence) { coder in
          try coder.appendConstructedNode(identifier: .sequence) { try single(&$0) }
        }
        if hasCriticalExtension {
          try coder.serialize(explicitlyTaggedWithTagNumber: 1, tagClass: .contextSpecific) {
            try $0.appendConstructedNode(identifier: .sequence) { coder in
              try coder.appendConstructedNode(identifier: .sequence) { coder in
                try coder.serialize([1, 2, 3] as ASN1ObjectIdentifier)
                try coder.serialize(true)
                try coder.serialize(ASN1OctetString(contentBytes: [5, 0]))
              }
            }
          }
        }
      }
    }
  }

  private func single(_ coder: inout DER.Serializer) throws {
    let parts = try Self.parts(of: certificate)
    let own = try Self.parts(of: issuer)
    let key = try ASN1BitString(derEncoded: try Self.children(own[6])[1]).bytes
    try coder.appendConstructedNode(identifier: .sequence) { coder in
      try coder.appendConstructedNode(identifier: .sequence) { coder in
        try coder.serialize(
          hash == .sha1
            ? [1, 3, 14, 3, 2, 26] as ASN1ObjectIdentifier : [2, 16, 840, 1, 101, 3, 4, 2, 1])
        try coder.serialize(ASN1Null())
      }
      try coder.serialize(ASN1OctetString(contentBytes: digest(own[5].encodedBytes)))
      try coder.serialize(ASN1OctetString(contentBytes: digest(key)))
      try coder.serialize(serial.map { $0[...] } ?? ArraySlice(derEncoded: parts[1]))
    }
    switch status {
    case .good: coder.appendPrimitiveNode(identifier: Self.context(0)) { _ in }
    case .revoked(let at, let reason):
      try coder.appendConstructedNode(identifier: Self.context(1)) { coder in
        try coder.serialize(Self.time(at))
        if let reason {
          coder.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) {
            $0.appendPrimitiveNode(identifier: .enumerated) { $0.append(reason) }
          }
        }
      }
    case .unknown: coder.appendPrimitiveNode(identifier: Self.context(2)) { _ in }
    }
    try coder.serialize(Self.time(thisUpdate))
    if let nextUpdate {
      try coder.serialize(
        Self.time(nextUpdate), explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific)
    }
  }

  private func digest(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    switch hash {
    case .sha1: ArraySlice(Insecure.SHA1.hash(data: Data(bytes)))
    case .sha256: ArraySlice(SHA256.hash(data: Data(bytes)))
    }
  }

  private static func write(
    _ contents: (inout DER.Serializer) throws -> Void
  ) throws -> [UInt8] {
    var serializer = DER.Serializer()
    try contents(&serializer)
    return serializer.serializedBytes
  }

  private static func context(_ tag: UInt) -> ASN1Identifier {
    ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
  }

  private static func children(_ node: ASN1Node) throws -> [ASN1Node] {
    guard case .constructed(let children) = node.content else {
      throw ASN1Error.unexpectedFieldType(node.identifier)
    }
    return Array(children)
  }

  /// The fields of what is signed in a certificate of version 3: the second is its serial number,
  /// the sixth its subject, the seventh its key.
  private static func parts(of certificate: [UInt8]) throws -> [ASN1Node] {
    try children(try children(try DER.parse(certificate))[0])
  }

  private static func time(_ seconds: Int64) throws -> GeneralizedTime {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second],
      from: Date(timeIntervalSince1970: Double(seconds)))
    return try GeneralizedTime(
      year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0, hours: parts.hour ?? 0,
      minutes: parts.minute ?? 0, seconds: parts.second ?? 0, fractionalSeconds: 0)
  }
}
