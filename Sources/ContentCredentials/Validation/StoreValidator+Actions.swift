extension StoreValidator {
  /// "c2pa.actions validation". The editions that version 1 claims follow ask for no more than
  /// one list of actions.
  mutating func validateActions(
    _ manifest: Manifest, _ claim: Claim
  ) throws(CredentialError) {
    let lists = listedActions(manifest, claim)
    guard claim.version > 1 else {
      if lists.count > 1 {
        log.add(.actionMalformed, manifest: manifest.label, url: manifest.uri, "several lists")
      }
      return
    }
    var beginnings = 0
    for (place, assertion) in lists.enumerated() where assertion.content != .zeros {
      let url = manifest.assertionURI(assertion.label)
      guard let actions = ActionEntry.list(assertion), !actions.isEmpty else {
        log.add(.actionMalformed, manifest: manifest.label, url: url, "there is no action")
        continue
      }
      for (index, action) in actions.enumerated() {
        try deadline.check()
        if ["c2pa.created", "c2pa.opened"].contains(action.name) {
          beginnings += 1
          if place > 0 || index > 0 {
            log.add(
              .actionMalformed, manifest: manifest.label, url: url,
              "\(action.name) is not the first action")
          }
        }
        validate(action, url: url, manifest)
      }
    }
    if beginnings == 0, manifest.kind == .standard {
      log.add(
        .actionMalformed, manifest: manifest.label, url: manifest.uri,
        "neither c2pa.created nor c2pa.opened begins the actions")
    }
  }

  /// In the order of the claim's references, which decides what is first.
  private func listedActions(_ manifest: Manifest, _ claim: Claim) -> [Assertion] {
    claim.references.compactMap { reference in
      reference.target.uri?.absolute(in: manifest.label).assertion
        .flatMap { manifest.assertion($0) }
    }.filter(\.isActions)
  }

  private mutating func validate(_ action: ActionEntry, url: String, _ manifest: Manifest) {
    switch action.name {
    case "":
      log.add(.actionMalformed, manifest: manifest.label, url: url, "an action without a name")
    case "c2pa.created":
      if action.value["digitalSourceType"] == nil {
        log.add(
          .actionMalformed, manifest: manifest.label, url: url,
          "c2pa.created names no digitalSourceType")
      }
    case "c2pa.opened": check(action, relationship: "parentOf", url: url, manifest, required: true)
    case "c2pa.placed":
      check(action, relationship: "componentOf", url: url, manifest, required: true)
    case "c2pa.removed":
      // What was removed is an ingredient of another manifest.
      if action.targets.isEmpty { mismatch(action, url, manifest) }
    case "c2pa.transcoded", "c2pa.repackaged":
      check(action, relationship: "parentOf", url: url, manifest, required: false)
    case "c2pa.redacted": validateRedaction(action, url: url, manifest)
    case "c2pa.translated":
      let languages = ["sourceLanguage", "targetLanguage"].map {
        action.value["parameters"]?[$0]?.text ?? ""
      }
      if languages.contains("") {
        log.add(
          .actionMalformed, manifest: manifest.label, url: url,
          "c2pa.translated names no two languages")
      }
    case "c2pa.watermarked", "c2pa.watermarked.bound":
      if !manifest.assertions.contains(where: { $0.baseLabel == "c2pa.soft-binding" }) {
        log.add(.actionSoftBindingMissing, manifest: manifest.label, url: url, action.name)
      }
    default: break
    }
  }

  private mutating func check(
    _ action: ActionEntry, relationship: String, url: String, _ manifest: Manifest, required: Bool
  ) {
    guard let ingredients = action.ingredients, !ingredients.isEmpty else {
      if required || action.ingredients != nil { mismatch(action, url, manifest) }
      return
    }
    let labels = Set(
      manifest.ingredients.filter { $0.relationship == relationship }.map(\.label))
    let fits = action.targets.allSatisfy { target in
      let uri = target.absolute(in: manifest.label)
      return uri.manifest == manifest.label && uri.assertion.map(labels.contains) == true
    }
    if !fits || action.targets.count != ingredients.count { mismatch(action, url, manifest) }
  }

  private mutating func mismatch(_ action: ActionEntry, _ url: String, _ manifest: Manifest) {
    log.add(.actionIngredientMismatch, manifest: manifest.label, url: url, action.name)
  }

  private mutating func validateRedaction(
    _ action: ActionEntry, url: String, _ manifest: Manifest
  ) {
    guard let uri = action.redacted.flatMap(JUMBFURI.init),
      let target = store.manifest(uri.manifest ?? manifest.label), let label = uri.path.last,
      target.claim?.references.contains(where: { $0.target.uri?.path.last == label }) == true
        || redactions.contains(uri)
    else {
      log.add(.actionRedactionMismatch, manifest: manifest.label, url: url)
      return
    }
  }
}
