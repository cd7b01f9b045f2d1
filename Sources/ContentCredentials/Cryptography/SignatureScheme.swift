/// A way of signing: what COSE, X.509 and CMS each write in their own numbers.
enum SignatureScheme: Hashable, Sendable {
  case ecdsa(HashAlgorithm)
  case rsaPSS(HashAlgorithm)
  /// In certificates and time stamps only; the standard allows no claim signed so.
  case rsaPKCS1(HashAlgorithm)
  case ed25519

  /// From COSE's registry (RFC 9053, sections 2.1 and 2.2; RFC 8230, section 2): the algorithms
  /// that the standard allows.
  init?(cose: Int) {
    switch cose {
    case -7: self = .ecdsa(.sha256)
    case -35: self = .ecdsa(.sha384)
    case -36: self = .ecdsa(.sha512)
    case -37: self = .rsaPSS(.sha256)
    case -38: self = .rsaPSS(.sha384)
    case -39: self = .rsaPSS(.sha512)
    case -8: self = .ed25519
    default: return nil
    }
  }

  /// The name in COSE's registry, where it has one: `ES256`, `PS384`, `Ed25519`.
  var name: String {
    switch self {
    case .ecdsa(let hash): "ES" + hash.rawValue.dropFirst(3)
    case .rsaPSS(let hash): "PS" + hash.rawValue.dropFirst(3)
    case .rsaPKCS1(let hash): "RS" + hash.rawValue.dropFirst(3)
    case .ed25519: "Ed25519"
    }
  }
}
