import ForensicCore

/// The results of validation, by the manifest they are shown with.
struct StatusLog {
  private(set) var byManifest: [String: [CredentialStatus]] = [:]
  private var known: Set<Entry> = []
  private let most: Int
  /// Whether there were more results than the limit: the rest is not here.
  private(set) var isFull = false

  private struct Entry: Hashable {
    var manifest: String
    var status: CredentialStatus
  }

  init(most: Int) { self.most = most }

  /// - Parameter manifest: the label of the manifest under which a reader looks for it.
  mutating func add(
    _ code: StatusCode, manifest: String, url: String, _ detail: String? = nil
  ) {
    guard known.count < most else {
      isFull = true
      return
    }
    // References are made of labels, which may be of any length.
    let status = CredentialStatus(
      code: code.rawValue, kind: code.kind, url: Bounded.text(url), meaning: code.meaning,
      detail: Bounded.text(detail))
    // A manifest that several others took in is reached several times.
    guard known.insert(Entry(manifest: manifest, status: status)).inserted else { return }
    byManifest[manifest, default: []].append(status)
  }

  /// Marks what takers-in had recorded of an ingredient's manifest that they hold.
  mutating func mark(recorded: Set<RecordedStatus>, of label: String, hold: IngredientHold) {
    for (index, status) in (byManifest[label] ?? []).enumerated() {
      guard let code = StatusCode(rawValue: status.code), hold.covers(code),
        recorded.contains(RecordedStatus(code: status.code, url: status.url))
      else { continue }
      byManifest[label]?[index].recorded = true
    }
  }
}

/// A status that an ingredient assertion holds, with its reference made absolute.
struct RecordedStatus: Hashable, Sendable {
  var code: String
  var url: String
}
