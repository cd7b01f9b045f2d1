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

  /// Marks what the takers-in of ingredients had recorded.
  mutating func mark(recorded: Set<RecordedStatus>, except active: String) {
    for label in byManifest.keys where label != active {
      for index in byManifest[label, default: []].indices {
        let status = byManifest[label, default: []][index]
        if recorded.contains(RecordedStatus(code: status.code, url: status.url)) {
          byManifest[label]?[index].recorded = true
        }
      }
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
