import ForensicCore

/// Validates a manifest store against the file it was found in (C2PA, "Validation").
struct StoreValidator {
  let store: ManifestStore
  let file: UnsafeRawBufferPointer
  let located: LocatedStore
  let container: any CredentialContainer.Type
  let chains: ChainBuilder
  /// The time of validation, in seconds since 1970.
  let now: Int64
  let limits: CredentialLimits
  let deadline: Deadline

  var log: StatusLog
  var signatures: [String: CredentialManifest.Signature] = [:]
  /// References to redacted assertions: those of held manifests, about manifests below them.
  var redactions: Set<JUMBFURI> = []
  /// The manifests that `redactions` lead into.
  var redactedManifests: Set<String> = []
  /// Time stamps that lie in assertions, by the manifest they are for.
  var heldStamps: [String: [[UInt8]]] = [:]
  /// Manifests in the order they are reached, the active one first.
  var order: [Manifest] = []
  private var reached: Set<String> = []
  /// What each held manifest took in, by its label; the active manifest is held.
  var links: [String: [LineageLink]] = [:]
  /// How firmly each held manifest is held, by its label.
  var holds: [String: IngredientHold] = [:]
  /// What held takers-in recorded, by the manifest that it is about.
  var recorded: [String: Set<RecordedStatus>] = [:]
  var digests: [ManifestDigest: [UInt8]] = [:]
  var uncovered = 0

  init(
    store: ManifestStore, file: UnsafeRawBufferPointer, located: LocatedStore,
    container: any CredentialContainer.Type, chains: ChainBuilder, now: Int64,
    limits: CredentialLimits, deadline: Deadline
  ) {
    self.store = store
    self.file = file
    self.located = located
    self.container = container
    self.chains = chains
    self.now = now
    self.limits = limits
    self.deadline = deadline
    log = StatusLog(most: limits.results)
  }

  /// Validates the active manifest, all that it was made from, and the file's own bytes.
  mutating func run(_ active: Manifest) throws(CredentialError) {
    try gather(active, path: [])
    try holdLineage(from: active)
    for manifest in order {
      try validate(manifest)
      try checkResults()
    }
    try validateBinding(of: active)
    try checkResults()
    for (label, statuses) in recorded where label != active.label {
      if let hold = holds[label] { log.mark(recorded: statuses, of: label, hold: hold) }
    }
  }

  /// A state says that no failure was found, which nobody knows when some were not noted.
  private func checkResults() throws(CredentialError) {
    if log.isFull { throw .limit("there are more than \(limits.results) results of validation") }
  }

  /// Walks the lineage, held or not: the order of manifests, and time stamps.
  private mutating func gather(_ manifest: Manifest, path: [String]) throws(CredentialError) {
    try deadline.check()
    guard !reached.contains(manifest.label) else { return }
    guard path.count < limits.ingredientDepth else {
      throw .limit("ingredients are nested more than \(limits.ingredientDepth) deep")
    }
    reached.insert(manifest.label)
    order.append(manifest)
    for assertion in manifest.assertions where assertion.baseLabel == "c2pa.time-stamp" {
      gatherStamps(assertion, of: manifest)
    }
    // Without a claim nothing is validated of what it took in, which then is not shown either.
    guard manifest.claim != nil, manifest.kind != .compressed else { return }
    for ingredient in manifest.ingredients {
      guard let label = ingredient.manifest?.uri?.manifest else { continue }
      if path.contains(label) || label == manifest.label {
        log.add(
          .ingredientMalformed, manifest: manifest.label,
          url: manifest.assertionURI(ingredient.label), "an ingredient contains itself")
      } else if let next = store.manifest(label) {
        try gather(next, path: path + [manifest.label])
      }
    }
  }

  private mutating func gatherStamps(_ assertion: Assertion, of manifest: Manifest) {
    guard let entries = assertion.value?.entries, !entries.isEmpty else {
      log.add(
        .timeStampAssertionMalformed, manifest: manifest.label,
        url: manifest.assertionURI(assertion.label))
      return
    }
    for entry in entries {
      if let label = entry.key.text, let token = entry.value.bytes {
        heldStamps[label, default: []].append(token)
      }
    }
  }

  private mutating func validate(_ manifest: Manifest) throws(CredentialError) {
    try deadline.check()
    guard manifest.kind != .compressed else {
      log.add(
        .generalError, manifest: manifest.label, url: manifest.uri,
        "the manifest is compressed and cannot be expanded")
      return
    }
    guard validateClaim(manifest), let claim = manifest.claim else { return }
    try validateSignature(manifest, claim)
    try validateReferences(manifest, claim)
    validateKind(manifest, claim)
    try validateActions(manifest, claim)
    try validateIngredients(manifest, claim)
    try validateIdentities(manifest, claim)
  }

  /// "Locating and Validating the Claim". Whether there is a claim to go on with.
  private mutating func validateClaim(_ manifest: Manifest) -> Bool {
    let label = manifest.label
    if manifest.claimCount > 1 { log.add(.claimMultiple, manifest: label, url: manifest.uri) }
    if manifest.claimCount == 0 { log.add(.claimMissing, manifest: label, url: manifest.uri) }
    if let problem = manifest.claimProblem {
      log.add(.claimCBORInvalid, manifest: label, url: manifest.uri, problem)
    }
    guard let claim = manifest.claim else { return false }
    if !claim.missing.isEmpty {
      log.add(
        .claimMalformed, manifest: label, url: manifest.uri,
        "missing: " + claim.missing.joined(separator: ", "))
    }
    if claim.version > 1, !ManifestLabel.isValid(label) {
      log.add(
        .claimMalformed, manifest: label, url: manifest.uri,
        "the manifest's label is none of C2PA's")
    }
    return true
  }
}
