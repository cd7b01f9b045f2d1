/// One action of an actions assertion: versions 1 and 2.
struct ActionEntry: Sendable {
  var name: String
  var value: CBORValue
  /// References to ingredient assertions: `ingredient` of version 1, `ingredients` of version 2;
  /// `nil` where neither is there.
  var ingredients: [CBORValue]?

  init(_ value: CBORValue) {
    self.value = value
    name = value["action"]?.text ?? ""
    let parameters = value["parameters"]
    ingredients = parameters?["ingredients"]?.array ?? parameters?["ingredient"].map { [$0] }
  }

  var redacted: String? { value["parameters"]?["redacted"]?.text }

  /// The labels of the ingredient assertions it refers to, with the manifest they are in.
  var targets: [JUMBFURI] { (ingredients ?? []).compactMap { HashedURI($0)?.uri } }

  /// A name, or a `generator-info-map` of version 2.
  var softwareAgent: String? {
    let agent = value["softwareAgent"]
    return agent?.text ?? Claim.name(agent)
  }

  static func list(_ assertion: Assertion) -> [ActionEntry]? {
    assertion.value?["actions"]?.array?.map(ActionEntry.init)
  }
}
