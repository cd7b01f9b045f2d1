import ForensicCore

/// The bound on the foreign texts of all manifests together: many of a bounded length are long too.
struct DescriptionBudget {
  /// Bytes in UTF-8: room for hundreds of manifests such as cameras and editors write.
  private var left = 2 << 20
  /// Entries and manifests that found no room.
  private(set) var leftOut = 0

  /// The manifest with as many entries as there is room for, failures before the rest; `nil` where
  /// there is none for the manifest itself.
  mutating func take(_ manifest: CredentialManifest) -> CredentialManifest? {
    guard left > 0 else {
      leftOut += 1
      return nil
    }
    var manifest = manifest
    let signature = manifest.signature
    left -= Self.size(
      manifest.label, manifest.claimGenerator, manifest.title, manifest.format,
      manifest.instanceID, signature?.commonName, signature?.organization, signature?.issuer,
      signature?.serial, signature?.timeAuthority)
    let sizes = manifest.statuses.map { Self.size($0.code, $0.url, $0.meaning, $0.detail) }
    if sizes.reduce(0, +) > left { manifest.statuses = Bounded.failuresFirst(manifest.statuses) }
    keep(&manifest.statuses) { Self.size($0.code, $0.url, $0.meaning, $0.detail) }
    keep(&manifest.actions) {
      Self.size($0.name, $0.when, $0.softwareAgent, $0.digitalSourceType, $0.description)
        + $0.ingredients.reduce(0) { $0 + $1.utf8.count }
    }
    keep(&manifest.ingredients) {
      Self.size($0.label, $0.title, $0.format, $0.manifest)
        + $0.recordedFailures.reduce(0) { $0 + $1.utf8.count }
    }
    keep(&manifest.assertions) { Self.size($0.label, $0.summary) }
    keep(&manifest.redactions) { $0.utf8.count }
    return manifest
  }

  private mutating func keep<Entry>(_ entries: inout [Entry], size: (Entry) -> Int) {
    var count = 0
    for entry in entries where left > 0 {
      left -= size(entry)
      count += 1
    }
    leftOut += entries.count - count
    entries.removeLast(entries.count - count)
  }

  /// With something for what is written around each.
  private static func size(_ texts: String?...) -> Int {
    texts.reduce(64) { $0 + ($1?.utf8.count ?? 0) }
  }
}
