/// The claim of a manifest: version 1 (`c2pa.claim`) or 2 (`c2pa.claim.v2`).
struct Claim: Hashable, Sendable {
  /// A reference to an assertion, and which list it stands in.
  struct Reference: Hashable, Sendable {
    var target: HashedURI
    /// Made by the claim generator itself; `nil` in version 1, which has one list.
    var created: Bool?
  }

  /// 1 or 2.
  var version: Int
  var generator: String?
  /// `claim_generator_info` as it stands, for its icons and its name.
  var generatorInfo: [CBORValue]
  var title: String?
  var format: String?
  var instanceID: String?
  /// The reference to the signature box.
  var signature: String?
  var references: [Reference]
  /// References to redacted assertions of ingredients.
  var redactions: [String]
  var algorithm: String?
  /// What a claim of its version must say and this one does not.
  var missing: [String]

  init(_ value: CBORValue, version: Int) {
    self.version = version
    let info = value["claim_generator_info"]
    generatorInfo = info?.array ?? info.map { [$0] } ?? []
    title = value["dc:title"]?.text
    format = value["dc:format"]?.text
    instanceID = value["instanceID"]?.text
    signature = value["signature"]?.text
    redactions = value["redacted_assertions"]?.array?.compactMap(\.text) ?? []
    algorithm = value["alg"]?.text
    if version == 1 {
      references = Self.references(value["assertions"], created: nil)
    } else {
      references =
        Self.references(value["created_assertions"], created: true)
        + Self.references(value["gathered_assertions"], created: false)
    }
    generator = value["claim_generator"]?.text ?? Self.name(generatorInfo.first)
    let required =
      version == 1
      ? ["signature", "assertions", "claim_generator"]
      : ["instanceID", "signature", "created_assertions", "claim_generator_info"]
    missing = required.filter { value[$0] == nil }
    if version == 2, info != nil, (info?["name"]?.text ?? "").isEmpty,
      (generatorInfo.first?["name"]?.text ?? "").isEmpty
    {
      missing.append("claim_generator_info.name")
    }
  }

  private static func references(_ list: CBORValue?, created: Bool?) -> [Reference] {
    (list?.array ?? []).compactMap { item in
      HashedURI(item).map { Reference(target: $0, created: created) }
    }
  }

  /// `name/version` of a `generator-info-map`.
  static func name(_ info: CBORValue?) -> String? {
    guard let name = info?["name"]?.text else { return nil }
    return info?["version"]?.plain.map { "\(name)/\($0)" } ?? name
  }
}
