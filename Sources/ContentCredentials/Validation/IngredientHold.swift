/// How firmly an ingredient assertion holds the manifest it names: what of that manifest cannot be
/// exchanged without the assertion's hashes failing.
enum IngredientHold: Int, Comparable, Sendable {
  /// The signature alone, which holds the claim as long as it is valid (what is left of version 3
  /// ingredients whose manifests were redacted).
  case signature
  /// The claim alone, as before edition 1.3 of the standard.
  case claim
  /// Every byte.
  case whole

  static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

  /// Whether a failure that the taker-in had recorded is still the one that it saw. It is not
  /// where the failing bytes are the very ones that nothing holds: those may be anybody's.
  func covers(_ code: StatusCode) -> Bool {
    switch code {
    case .ingredientManifestMismatch, .ingredientSignatureMismatch, .ingredientSignatureMissing:
      false
    case .hashedURIMismatch, .referenceMismatch, .assertionUndeclared, .notRedacted,
      .algorithmUnsupported, .generalError:
      self == .whole
    case .claimSignatureMismatch, .claimSignatureMissing, .claimCBORInvalid, .claimMissing:
      self != .signature
    case .signingCredentialUntrusted, .signingCredentialExpired, .signingCredentialInvalid,
      .ocspRevoked:
      // A claim that anybody may sign anew is held without its signer.
      self != .claim
    default: true
    }
  }
}

/// One manifest taken in by another, in an assertion that the taker's own claim vouches for.
struct LineageLink: Sendable {
  var ingredient: IngredientAssertion
  /// The label of the manifest taken in, which is in the store.
  var target: String
  var hold: IngredientHold
}
