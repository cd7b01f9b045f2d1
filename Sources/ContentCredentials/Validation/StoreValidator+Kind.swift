import ForensicCore

extension StoreValidator {
  /// Actions that an update manifest may hold (C2PA, "Update Manifests").
  private static let updateActions: Set<String> = [
    "c2pa.edited.metadata", "c2pa.opened", "c2pa.published", "c2pa.redacted",
  ]

  /// "Validate the correct assertions for the type of manifest".
  mutating func validateKind(_ manifest: Manifest, _ claim: Claim) {
    let parents = manifest.ingredients.filter { $0.relationship == "parentOf" }.count
    let bindings = boundAssertions(manifest, claim)
    switch manifest.kind {
    case .standard:
      if bindings.isEmpty {
        log.add(.hardBindingsMissing, manifest: manifest.label, url: manifest.uri)
      } else if bindings.count > 1 {
        log.add(.multipleHardBindings, manifest: manifest.label, url: manifest.uri)
      }
      if parents > 1 { log.add(.multipleParents, manifest: manifest.label, url: manifest.uri) }
    case .update:
      validateUpdate(manifest, bindings: bindings, parents: parents)
    case .timeStamp, .compressed: break
    }
  }

  private mutating func validateUpdate(
    _ manifest: Manifest, bindings: [Assertion], parents: Int
  ) {
    if manifest.ingredients.count != 1 || parents != 1 {
      log.add(.updateWrongParents, manifest: manifest.label, url: manifest.uri)
    }
    if !bindings.isEmpty {
      log.add(.updateInvalid, manifest: manifest.label, url: manifest.uri, "a hash of the file")
    }
    if manifest.assertions.contains(where: { $0.baseLabel.hasPrefix("c2pa.thumbnail.claim") }) {
      log.add(.updateInvalid, manifest: manifest.label, url: manifest.uri, "a thumbnail")
    }
    let names = manifest.assertions.filter(\.isActions).flatMap {
      (ActionEntry.list($0) ?? []).map(\.name)
    }
    for name in Set(names).subtracting(Self.updateActions).sorted() {
      log.add(
        .updateInvalid, manifest: manifest.label, url: manifest.uri, "the action \(name)")
    }
  }

  /// The hard bindings that count: of version 2 claims only created assertions, since a gathered
  /// one is not the claim generator's own word.
  func boundAssertions(_ manifest: Manifest, _ claim: Claim) -> [Assertion] {
    let created = Set(
      claim.references.filter { $0.created != false }.compactMap {
        $0.target.uri?.absolute(in: manifest.label).assertion
      })
    return manifest.assertions.filter { $0.isHardBinding && created.contains($0.label) }
  }
}
