import SwiftASN1

/// `AlgorithmIdentifier` (RFC 5280, section 4.1.1.2), as far as C2PA's profile asks.
struct AlgorithmIdentifier: Hashable, Sendable {
  enum Curve: Hashable, Sendable { case prime256v1, secp384r1, secp521r1, other }

  var oid: ASN1ObjectIdentifier
  /// The parameters' children or the parameter itself; empty without any.
  private var parameters: ASN1Node?

  init(_ node: ASN1Node) throws {
    let nodes = try DERNodes.sequence(node)
    guard let first = nodes.first else {
      throw ASN1Error.invalidASN1Object(reason: "an empty AlgorithmIdentifier")
    }
    oid = try ASN1ObjectIdentifier(derEncoded: first)
    parameters = nodes.count > 1 ? nodes[1] : nil
  }

  /// The named curve of an elliptic-curve key.
  var curve: Curve {
    guard let parameters, let name = try? ASN1ObjectIdentifier(derEncoded: parameters) else {
      return .other
    }
    switch name {
    case .NamedCurves.secp256r1: return .prime256v1
    case .NamedCurves.secp384r1: return .secp384r1
    case .NamedCurves.secp521r1: return .secp521r1
    default: return .other
    }
  }

  /// The hash of a digest algorithm.
  var hash: HashAlgorithm? {
    switch oid {
    case .sha256: .sha256
    case .sha384: .sha384
    case .sha512: .sha512
    default: nil
    }
  }

  /// What a signature algorithm stands for; `nil` where C2PA's profile does not allow it.
  ///
  /// - Parameter digest: the digest that CMS names beside a key's own algorithm.
  func scheme(digest: HashAlgorithm? = nil) -> SignatureScheme? {
    switch oid {
    case .ecdsaWithSHA256: .ecdsa(.sha256)
    case .ecdsaWithSHA384: .ecdsa(.sha384)
    case .ecdsaWithSHA512: .ecdsa(.sha512)
    case .sha256WithRSA: .rsaPKCS1(.sha256)
    case .sha384WithRSA: .rsaPKCS1(.sha384)
    case .sha512WithRSA: .rsaPKCS1(.sha512)
    case .rsassaPSS: pssHash.map { .rsaPSS($0) }
    case .ed25519: .ed25519
    case .rsaEncryption: digest.map { .rsaPKCS1($0) }
    case .ecPublicKey: digest.map { .ecdsa($0) }
    default: nil
    }
  }

  /// The hash in `RSASSA-PSS-params` (RFC 8017, A.2.3): it has to be written, and MGF1 has to
  /// use the same (C2PA, "Certificate Profiles").
  private var pssHash: HashAlgorithm? {
    guard let parameters, let nodes = try? DERNodes.sequence(parameters) else { return nil }
    func explicit(_ tag: UInt) -> ASN1Node? {
      nodes.first {
        $0.identifier == ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
      }
      .flatMap { DERNodes.children($0).first }
    }
    guard let hashNode = explicit(0), let maskNode = explicit(1),
      let hash = try? AlgorithmIdentifier(hashNode).hash,
      let mask = try? DERNodes.sequence(maskNode), mask.count == 2,
      let maskHash = try? AlgorithmIdentifier(mask[1]).hash, maskHash == hash
    else { return nil }
    return hash
  }
}

/// `SubjectPublicKeyInfo`.
struct SubjectPublicKey: Hashable, Sendable {
  var algorithm: AlgorithmIdentifier
  /// The contents of the bit string.
  var key: [UInt8]

  init(_ node: ASN1Node) throws {
    let nodes = try DERNodes.sequence(node)
    guard nodes.count == 2 else {
      throw ASN1Error.invalidASN1Object(reason: "a SubjectPublicKeyInfo of \(nodes.count) parts")
    }
    algorithm = try AlgorithmIdentifier(nodes[0])
    key = Array(try ASN1BitString(derEncoded: nodes[1]).bytes)
  }
}

/// Nodes by position, for structures that are read in part.
enum DERNodes {
  static func sequence(_ node: ASN1Node) throws -> [ASN1Node] {
    guard node.identifier == .sequence, case .constructed(let children) = node.content else {
      throw ASN1Error.unexpectedFieldType(node.identifier)
    }
    return Array(children)
  }

  /// The parts of any constructed node; none of a primitive one.
  static func children(_ node: ASN1Node) -> [ASN1Node] {
    if case .constructed(let children) = node.content { Array(children) } else { [] }
  }

  static func context(_ tag: UInt) -> ASN1Identifier {
    ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific)
  }
}

extension ASN1ObjectIdentifier {
  static let ecPublicKey: Self = [1, 2, 840, 10045, 2, 1]
  static let rsaEncryption: Self = [1, 2, 840, 113549, 1, 1, 1]
  static let rsassaPSS: Self = [1, 2, 840, 113549, 1, 1, 10]
  static let ed25519: Self = [1, 3, 101, 112]
  static let ecdsaWithSHA256: Self = [1, 2, 840, 10045, 4, 3, 2]
  static let ecdsaWithSHA384: Self = [1, 2, 840, 10045, 4, 3, 3]
  static let ecdsaWithSHA512: Self = [1, 2, 840, 10045, 4, 3, 4]
  static let sha256WithRSA: Self = [1, 2, 840, 113549, 1, 1, 11]
  static let sha384WithRSA: Self = [1, 2, 840, 113549, 1, 1, 12]
  static let sha512WithRSA: Self = [1, 2, 840, 113549, 1, 1, 13]
  static let sha256: Self = [2, 16, 840, 1, 101, 3, 4, 2, 1]
  static let sha384: Self = [2, 16, 840, 1, 101, 3, 4, 2, 2]
  static let sha512: Self = [2, 16, 840, 1, 101, 3, 4, 2, 3]
}
