import ForensicCore

extension StoreValidator {
  /// "Assertion Validation": every reference of the claim, and every assertion in the store.
  mutating func validateReferences(
    _ manifest: Manifest, _ claim: Claim
  ) throws(CredentialError) {
    try validateRedactions(manifest, claim)
    // The first of several boxes with one label is meant; the others are undeclared.
    var declared = Set<Int>()
    for reference in claim.references {
      try deadline.check()
      guard let uri = reference.target.uri?.absolute(in: manifest.label),
        uri.manifest == manifest.label, let label = uri.assertion
      else {
        log.add(.outsideManifest, manifest: manifest.label, url: reference.target.url)
        continue
      }
      let place = manifest.places[label]?.first
      let assertion = place.map { manifest.assertions[$0] }
      if let place { declared.insert(place) }
      if redactions.contains(uri) {
        validateRedacted(assertion, label: label, uri: uri, manifest)
      } else if let assertion {
        validateHash(assertion, reference.target, uri: uri, manifest)
        validateReadable(assertion, uri: uri, manifest)
      } else {
        log.add(.assertionMissing, manifest: manifest.label, url: uri.text)
      }
    }
    for (place, assertion) in manifest.assertions.enumerated() where !declared.contains(place) {
      try deadline.check()
      log.add(
        .assertionUndeclared, manifest: manifest.label, url: manifest.assertionURI(assertion.label))
    }
    if claim.version > 1 { try validateInnerReferences(manifest) }
  }

  private mutating func validateRedactions(
    _ manifest: Manifest, _ claim: Claim
  ) throws(CredentialError) {
    for text in claim.redactions {
      try deadline.check()
      guard let uri = JUMBFURI(text) else { continue }
      if uri.manifest == nil || uri.manifest == manifest.label {
        log.add(.selfRedacted, manifest: manifest.label, url: text)
      }
      guard let label = uri.assertion else { continue }
      if Assertion.isActions(label) {
        log.add(.actionRedacted, manifest: manifest.label, url: text)
      } else if Assertion.isHardBinding(Assertion.base(label)) {
        log.add(.dataHashRedacted, manifest: manifest.label, url: text)
      }
    }
  }

  /// A redacted assertion is gone, or nothing but zeros is left of it.
  private mutating func validateRedacted(
    _ assertion: Assertion?, label: String, uri: JUMBFURI, _ manifest: Manifest
  ) {
    guard let assertion, assertion.content != .zeros else { return }
    let isBlank = assertion.box.contents.allSatisfy { content in
      store.bytes[content.payload].allSatisfy { $0 == 0 }
    }
    if !isBlank { log.add(.notRedacted, manifest: manifest.label, url: uri.text) }
  }

  private mutating func validateHash(
    _ assertion: Assertion, _ target: HashedURI, uri: JUMBFURI, _ manifest: Manifest
  ) {
    guard let algorithm = manifest.algorithm(for: target.algorithm) else {
      log.add(.algorithmUnsupported, manifest: manifest.label, url: uri.text)
      return
    }
    let matches = algorithm.hash(store.bytes[assertion.box.payload]) == target.hash
    log.add(
      matches ? .hashedURIMatch : .hashedURIMismatch, manifest: manifest.label, url: uri.text)
  }

  private mutating func validateReadable(
    _ assertion: Assertion, uri: JUMBFURI, _ manifest: Manifest
  ) {
    // Only the standard's own: others may put into their boxes what they like.
    guard case .unreadable(let isJSON, let reason) = assertion.content,
      assertion.label.hasPrefix("c2pa.") || assertion.label.hasPrefix("stds.")
    else { return }
    log.add(isJSON ? .jsonInvalid : .cborInvalid, manifest: manifest.label, url: uri.text, reason)
  }

  /// "Validation of References": `hashed_uri` values inside actions and ingredients, but for
  /// those to other manifests, which are validated as ingredients.
  private mutating func validateInnerReferences(
    _ manifest: Manifest
  ) throws(CredentialError) {
    for assertion in manifest.assertions where assertion.isActions || assertion.isIngredient {
      guard let value = assertion.value else { continue }
      var found = [HashedURI]()
      Self.collect(value, into: &found)
      for target in found {
        try deadline.check()
        guard let uri = target.uri?.absolute(in: manifest.label), uri.manifest == manifest.label,
          !redactions.contains(uri)
        else { continue }
        let url = manifest.assertionURI(assertion.label)
        guard let box = manifest.box(at: uri.path) else {
          log.add(.referenceMissing, manifest: manifest.label, url: url, target.url)
          continue
        }
        guard let algorithm = manifest.algorithm(for: target.algorithm) else {
          log.add(.algorithmUnsupported, manifest: manifest.label, url: url, target.url)
          continue
        }
        if algorithm.hash(store.bytes[box.payload]) != target.hash {
          log.add(.referenceMismatch, manifest: manifest.label, url: url, target.url)
        }
      }
    }
  }

  /// More references in one assertion are not followed.
  private static let mostReferences = 256

  private static func collect(_ value: CBORValue, into found: inout [HashedURI]) {
    guard found.count < mostReferences else { return }
    if value["hash"]?.bytes != nil, let target = HashedURI(value) {
      found.append(target)
      return
    }
    for item in value.array ?? [] { collect(item, into: &found) }
    for entry in value.entries ?? [] where entry.key.text != "validationResults" {
      collect(entry.value, into: &found)
    }
  }
}
