import ForensicCore

extension CredentialManifest {
  /// What a manifest says, for the report.
  init(
    _ manifest: Manifest, store: ManifestStore, redactions: Set<JUMBFURI>,
    signature: Signature?, statuses: [CredentialStatus]
  ) {
    let claim = manifest.claim
    self.init(
      label: Bounded.text(manifest.label), kind: manifest.kind,
      claimVersion: claim?.version ?? 0, claimGenerator: Bounded.text(claim?.generator),
      title: Bounded.text(claim?.title), format: Bounded.text(claim?.format),
      instanceID: Bounded.text(claim?.instanceID), signature: signature.map(Bounded.signature),
      assertions: Self.assertions(manifest, redactions: redactions),
      actions: Self.actions(manifest),
      ingredients: manifest.ingredients.prefix(Bounded.most).map {
        Self.ingredient($0, store: store)
      },
      redactions: (claim?.redactions ?? []).prefix(Bounded.most).map { Bounded.text($0) },
      statuses: Bounded.first(statuses).map(Bounded.status))
  }

  private static func assertions(
    _ manifest: Manifest, redactions: Set<JUMBFURI>
  ) -> [Assertion] {
    var created = [String: Bool]()
    for reference in manifest.claim?.references ?? [] {
      if let label = reference.target.uri?.absolute(in: manifest.label).assertion {
        created[label] = reference.created
      }
    }
    return manifest.assertions.prefix(Bounded.most).map { assertion in
      let uri = JUMBFURI(manifest: manifest.label, path: ["c2pa.assertions", assertion.label])
      return Assertion(
        label: Bounded.text(assertion.baseLabel), instance: assertion.instance,
        size: assertion.box.range.count,
        created: created[assertion.label],
        redacted: redactions.contains(uri) || assertion.content == .zeros,
        summary: Bounded.text(AssertionSummary.of(assertion)))
    }
  }

  private static func actions(_ manifest: Manifest) -> [Action] {
    let entries = manifest.assertions.filter(\.isActions).flatMap { ActionEntry.list($0) ?? [] }
    return entries.prefix(Bounded.most).map { entry in
      Action(
        name: Bounded.text(entry.name), when: Bounded.text(entry.value["when"]?.plain),
        softwareAgent: Bounded.text(entry.softwareAgent),
        digitalSourceType: Bounded.text(entry.value["digitalSourceType"]?.text),
        description: Bounded.text(
          entry.value["description"]?.text ?? entry.value["parameters"]?["description"]?.text
            ?? entry.value["reason"]?.text),
        ingredients: entry.targets.prefix(64).compactMap(\.path.last).map { Bounded.text($0) })
    }
  }

  private static func ingredient(
    _ assertion: IngredientAssertion, store: ManifestStore
  ) -> Ingredient {
    let target = assertion.manifest?.uri?.manifest
    return Ingredient(
      label: Bounded.text(assertion.label), title: Bounded.text(assertion.title),
      format: Bounded.text(assertion.format), relationship: assertion.relationship ?? "not stated",
      manifest: Bounded.text(target), isPresent: target.flatMap { store.manifest($0) } != nil,
      recordedFailures: Array(assertion.recordedFailures.prefix(64)))
  }
}
