import ForensicCore

/// One manifest of a store, with its parts found and read.
struct Manifest: Sendable {
  var label: String
  var kind: CredentialManifest.Kind
  var box: JUMBFBox
  /// How many claim boxes there are: one, in a manifest that keeps the rules.
  var claimCount: Int
  var claim: Claim?
  /// Why the claim cannot be read.
  var claimProblem: String?
  /// The bytes of the claim: what is signed.
  var claimBytes: ArraySlice<UInt8>
  /// The COSE structure; `nil` without a signature box.
  var signatureBytes: ArraySlice<UInt8>?
  var signatureBox: JUMBFBox?
  private(set) var assertions: [Assertion] = []
  /// Its ingredient assertions that can be read and were not blanked out.
  private(set) var ingredients: [IngredientAssertion] = []
  /// The places of assertions by label, in file order.
  private(set) var places: [String: [Int]] = [:]

  mutating func add(_ assertion: Assertion) {
    places[assertion.label, default: []].append(assertions.count)
    assertions.append(assertion)
    if assertion.isIngredient, let value = assertion.value {
      ingredients.append(IngredientAssertion(assertion, value: value))
    }
  }

  /// The first assertion with exactly this label.
  func assertion(_ label: String) -> Assertion? { places[label]?.first.map { assertions[$0] } }

  var uri: String { JUMBFURI(manifest: label).text }
  var signatureURI: String { JUMBFURI(manifest: label, path: ["c2pa.signature"]).text }
  func assertionURI(_ assertion: String) -> String {
    JUMBFURI(manifest: label, path: ["c2pa.assertions", assertion]).text
  }

  /// The box that a path of labels leads to.
  func box(at path: [String]) -> JUMBFBox? {
    path.reduce(Optional(box)) { $0?.child($1) }
  }

  /// The hash algorithm that applies to a reference (C2PA, "Determining the hashing algorithm").
  func algorithm(for reference: String?) -> HashAlgorithm? {
    (reference ?? claim?.algorithm).flatMap { HashAlgorithm(rawValue: $0) }
  }
}
