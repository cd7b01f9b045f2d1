import ForensicCore

/// The results of validation, by the manifest they are shown with.
struct StatusLog {
  private(set) var byManifest: [String: [CredentialStatus]] = [:]

  /// - Parameter manifest: the label of the manifest under which a reader looks for it.
  mutating func add(
    _ code: StatusCode, manifest: String, url: String, _ detail: String? = nil
  ) {
    let status = CredentialStatus(
      code: code.rawValue, kind: code.kind, url: url, meaning: code.meaning, detail: detail)
    // A manifest that several others took in is reached several times.
    guard byManifest[manifest, default: []].contains(status) == false else { return }
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

  func has(_ code: StatusCode, manifest: String) -> Bool {
    byManifest[manifest, default: []].contains { $0.code == code.rawValue }
  }
}

/// A status that an ingredient assertion holds, with its reference made absolute.
struct RecordedStatus: Hashable, Sendable {
  var code: String
  var url: String
}
