extension StoreValidator {
  /// "Ingredient Assertion Validation": that each ingredient's manifest is the one taken in.
  /// The manifest itself is validated on its own.
  mutating func validateIngredients(
    _ manifest: Manifest, _ claim: Claim
  ) throws(CredentialError) {
    for assertion in manifest.assertions where assertion.isIngredient {
      try deadline.check()
      let url = manifest.assertionURI(assertion.label)
      guard assertion.content != .zeros, !isRedacted(assertion, of: manifest) else { continue }
      guard let value = assertion.value else {
        log.add(.ingredientMalformed, manifest: manifest.label, url: url, "it cannot be read")
        continue
      }
      let ingredient = IngredientAssertion(assertion, value: value)
      if ingredient.relationship == nil {
        log.add(.ingredientMalformed, manifest: manifest.label, url: url, "no relationship")
      }
      guard let target = ingredient.manifest else {
        if ingredient.relationship != "inputTo" {
          log.add(.unknownProvenance, manifest: manifest.label, url: url, ingredient.title)
        }
        continue
      }
      if ingredient.version >= 3, !ingredient.hasValidationResults {
        log.add(
          .ingredientMalformed, manifest: manifest.label, url: url, "no validation results")
      }
      validate(ingredient, target, of: manifest)
    }
  }

  private mutating func validate(
    _ ingredient: IngredientAssertion, _ target: HashedURI, of manifest: Manifest
  ) {
    guard let label = target.uri?.manifest, let found = store.manifest(label) else {
      log.add(
        .ingredientManifestMissing, manifest: manifest.label,
        url: target.uri?.manifest ?? target.url, ingredient.title)
      return
    }
    // Versions 1 and 2 have no field for the signature: their one hash has to match all the same.
    if ingredient.version >= 3, redactedManifests.contains(label) {
      validateSignatureHash(ingredient, of: manifest, found)
      return
    }
    guard let algorithm = found.algorithm(for: target.algorithm) else {
      log.add(.algorithmUnsupported, manifest: label, url: target.url)
      return
    }
    if digest(.whole, of: found, algorithm) == target.hash {
      log.add(.ingredientManifestValidated, manifest: label, url: target.url)
    } else if digest(.claim, of: found, algorithm) != target.hash {
      // Before 1.3 the hash was of the claim alone; then there is no code for success.
      log.add(.ingredientManifestMismatch, manifest: label, url: target.url)
    }
  }

  /// "Claim Signature Hash Validation Method", for manifests of which something was redacted.
  private mutating func validateSignatureHash(
    _ ingredient: IngredientAssertion, of manifest: Manifest, _ found: Manifest
  ) {
    guard let target = ingredient.claimSignature, found.signatureBox != nil,
      target.uri?.absolute(in: found.label).manifest == found.label
    else {
      log.add(
        .ingredientSignatureMissing, manifest: found.label,
        url: manifest.assertionURI(ingredient.label))
      return
    }
    guard let algorithm = found.algorithm(for: target.algorithm) else {
      log.add(.algorithmUnsupported, manifest: found.label, url: target.url)
      return
    }
    let matches = digest(.signature, of: found, algorithm) == target.hash
    log.add(
      matches ? .ingredientSignatureValidated : .ingredientSignatureMismatch,
      manifest: found.label, url: target.url)
  }

  /// Whether a manifest above this one redacts the assertion.
  func isRedacted(_ assertion: Assertion, of manifest: Manifest) -> Bool {
    redactions.contains(
      JUMBFURI(manifest: manifest.label, path: ["c2pa.assertions", assertion.label]))
  }
}
