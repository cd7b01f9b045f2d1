/// A reference with the hash of what it leads to (C2PA, `hashed_uri`).
struct HashedURI: Hashable, Sendable {
  var url: String
  var hash: [UInt8]?
  /// The algorithm, where the reference itself names one.
  var algorithm: String?

  /// `nil` for anything but a map with a `url`.
  init?(_ value: CBORValue?) {
    guard let value, let url = value["url"]?.text else { return nil }
    self.url = url
    hash = value["hash"]?.bytes
    algorithm = value["alg"]?.text
  }

  var uri: JUMBFURI? { JUMBFURI(url) }
}
