/// What the active manifest vouches for: the manifests that lead from it through hashes that match.
/// Nobody signed the others for this file, so that nothing they say counts for anything but
/// themselves: they pardon no failure, redact nothing, and bind no file.
extension StoreValidator {
  /// Finds the manifests that are held, what they redact below them, and which failures below them
  /// they recorded.
  mutating func holdLineage(from active: Manifest) throws(CredentialError) {
    var open = [active]
    links[active.label] = []
    while let manifest = open.popLast() {
      for ingredient in try soundIngredients(manifest) {
        try deadline.check()
        guard let target = ingredient.manifest?.uri?.manifest,
          let found = store.manifest(target), let hold = hold(of: ingredient, on: found)
        else { continue }
        links[manifest.label, default: []].append(
          LineageLink(ingredient: ingredient, target: target, hold: hold))
        holds[target] = max(holds[target] ?? hold, hold)
        if links[target] == nil {
          links[target] = []
          open.append(found)
        }
      }
    }
    var below = [String: Set<String>]()
    for manifest in order where links[manifest.label] != nil {
      try deadline.check()
      let held = descendants(of: manifest.label, &below)
      takeRedactions(of: manifest, below: held)
      for link in links[manifest.label] ?? [] {
        try deadline.check()
        let lower = descendants(of: link.target, &below).union([link.target])
        takeRecorded(link, below: lower)
      }
    }
  }

  /// The ingredient assertions that the claim refers to with a hash that matches.
  private func soundIngredients(
    _ manifest: Manifest
  ) throws(CredentialError) -> [IngredientAssertion] {
    var sound = Set<Int>()
    for reference in manifest.claim?.references ?? [] {
      try deadline.check()
      guard let uri = reference.target.uri?.absolute(in: manifest.label),
        uri.manifest == manifest.label, let label = uri.assertion,
        let place = manifest.places[label]?.first, manifest.assertions[place].isIngredient,
        !sound.contains(place), let algorithm = manifest.algorithm(for: reference.target.algorithm)
      else { continue }
      let bytes = store.bytes[manifest.assertions[place].box.payload]
      if algorithm.hash(bytes) == reference.target.hash { sound.insert(place) }
    }
    return sound.sorted().compactMap { place in
      let assertion = manifest.assertions[place]
      return assertion.value.map { IngredientAssertion(assertion, value: $0) }
    }
  }

  /// `nil` where none of the assertion's hashes matches the manifest of that label.
  private mutating func hold(
    of ingredient: IngredientAssertion, on found: Manifest
  ) -> IngredientHold? {
    if let target = ingredient.manifest, let algorithm = found.algorithm(for: target.algorithm) {
      if digest(.whole, of: found, algorithm) == target.hash { return .whole }
      if found.claim != nil, digest(.claim, of: found, algorithm) == target.hash { return .claim }
    }
    guard ingredient.version >= 3, found.signatureBox != nil,
      let target = ingredient.claimSignature,
      target.uri?.absolute(in: found.label).manifest == found.label,
      let algorithm = found.algorithm(for: target.algorithm),
      digest(.signature, of: found, algorithm) == target.hash
    else { return nil }
    return .signature
  }

  /// The labels of all manifests that a held one leads to.
  private func descendants(
    of label: String, _ known: inout [String: Set<String>]
  ) -> Set<String> {
    if let found = known[label] { return found }
    // Hashes cannot go round in a circle; should they, it ends here.
    known[label] = []
    var labels = Set<String>()
    for target in Set((links[label] ?? []).map(\.target)) {
      labels.insert(target)
      labels.formUnion(descendants(of: target, &known))
    }
    known[label] = labels
    return labels
  }

  private mutating func takeRedactions(of manifest: Manifest, below held: Set<String>) {
    for reference in manifest.claim?.redactions ?? [] {
      guard let uri = JUMBFURI(reference), let label = uri.manifest, held.contains(label) else {
        continue
      }
      redactions.insert(uri)
      redactedManifests.insert(label)
    }
  }

  private mutating func takeRecorded(_ link: LineageLink, below held: Set<String>) {
    for status in link.ingredient.recorded {
      // Not every code's reference names its manifest.
      let label = JUMBFURI(status.url)?.manifest ?? link.target
      if held.contains(label) { recorded[label, default: []].insert(status) }
    }
  }

  /// The hash of a part of a manifest, computed once however many ingredients name it.
  mutating func digest(
    _ part: ManifestDigest.Part, of manifest: Manifest, _ algorithm: HashAlgorithm
  ) -> [UInt8] {
    let key = ManifestDigest(label: manifest.label, part: part, algorithm: algorithm)
    if let known = digests[key] { return known }
    let hash =
      switch part {
      case .whole: algorithm.hash(store.bytes[manifest.box.payload])
      case .claim: algorithm.hash(manifest.claimBytes)
      case .signature:
        algorithm.hash(store.bytes[manifest.signatureBox?.payload ?? 0..<0])
      }
    digests[key] = hash
    return hash
  }
}

/// What a hash of a manifest is about.
struct ManifestDigest: Hashable, Sendable {
  enum Part: Hashable, Sendable { case whole, claim, signature }

  var label: String
  var part: Part
  var algorithm: HashAlgorithm
}
