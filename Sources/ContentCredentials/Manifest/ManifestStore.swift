import ForensicCore

/// A manifest store: the manifests in file order, the last of which is the active one (C2PA,
/// "Locating the Active Manifest").
struct ManifestStore: Sendable {
  /// The store, its compressed manifests expanded.
  let bytes: [UInt8]
  let manifests: [Manifest]
  /// Their places by label, of which each manifest has its own.
  private let places: [String: Int]

  var active: Manifest? { manifests.last { $0.kind != .timeStamp } }

  func manifest(_ label: String) -> Manifest? { places[label].map { manifests[$0] } }

  /// - Throws: `malformed` when the boxes are broken, this is no manifest store, or two manifests
  ///   have one label; `limit`, `outOfTime`.
  init(
    _ bytes: [UInt8], limits: CredentialLimits, deadline: Deadline
  ) throws(CredentialError) {
    var bytes = bytes
    var root = try JUMBFParser.parse(bytes, limits: limits)
    guard root.type == .manifestStore else {
      throw .malformed("the JUMBF superbox is not a manifest store", offset: 0)
    }
    if let expanded = try CompressedManifest.expanded(
      bytes, root, limits: limits, deadline: deadline)
    {
      bytes = expanded
      root = try JUMBFParser.parse(bytes, limits: limits)
    }
    guard root.children.count <= limits.manifests else {
      throw .limit("there are more than \(limits.manifests) manifests")
    }
    self.bytes = bytes
    var manifests = [Manifest]()
    var places = [String: Int]()
    for box in root.children {
      try deadline.check()
      guard let kind = Self.kind(box.type), let label = box.label else { continue }
      // References and hashes go by label: with two, what is shown could be another manifest than
      // the one that is bound to the file. A manifest's kind is no part of what is signed.
      guard places.updateValue(manifests.count, forKey: label) == nil else {
        throw .malformed("two manifests have one label", offset: box.range.lowerBound)
      }
      manifests.append(
        try ManifestReader(bytes: bytes, limits: limits, deadline: deadline)
          .read(box, label: label, kind: kind))
    }
    self.manifests = manifests
    self.places = places
  }

  /// Boxes of other kinds are passed over, as the standard asks.
  private static func kind(_ type: JUMBFType) -> CredentialManifest.Kind? {
    switch type {
    case .standardManifest: .standard
    case .updateManifest: .update
    case .timeStampManifest: .timeStamp
    case .compressedManifest: .compressed
    default: nil
    }
  }
}
