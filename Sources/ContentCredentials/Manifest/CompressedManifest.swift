/// Compressed manifests (C2PA 2.2, "Compressed Manifests"): a superbox with the manifest's label and
/// a `brob` box, whose Brotli stream is the manifest's own superbox. Hashes and references are about
/// the latter.
enum CompressedManifest {
  /// The store with every compressed manifest put back as it was; `nil` where it has none. What
  /// cannot be expanded stays as it is.
  /// - Parameter root: the store's superbox, which begins `bytes`.
  /// - Throws: `limit`, where the store would be larger than the limit; `outOfTime`.
  static func expanded(
    _ bytes: [UInt8], _ root: JUMBFBox, limits: CredentialLimits, deadline: Deadline
  ) throws(CredentialError) -> [UInt8]? {
    let compressed = root.children.filter { $0.type == .compressedManifest }
    guard !compressed.isEmpty else { return nil }
    var payload = [UInt8]()
    var done = root.payload.lowerBound
    for box in compressed {
      try deadline.check()
      guard let stream = box.content("brob") else { continue }
      payload += bytes[done..<box.range.lowerBound]
      done = box.range.lowerBound
      let room = limits.storeBytes - payload.count
      guard let manifest = try manifest(bytes[stream], like: box, room: room, limits: limits) else {
        continue
      }
      payload += manifest
      done = box.range.upperBound
    }
    payload += bytes[done..<root.payload.upperBound]
    guard payload.count <= limits.storeBytes else {
      throw .limit("the expanded manifest store has more than \(limits.storeBytes) bytes")
    }
    let length = UInt32(payload.count + 8)
    return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + Array("jumb".utf8)
      + payload
  }

  /// The one superbox in a stream, if it is a manifest of the label that `box` has.
  private static func manifest(
    _ stream: ArraySlice<UInt8>, like box: JUMBFBox, room: Int, limits: CredentialLimits
  ) throws(CredentialError) -> [UInt8]? {
    do {
      let bytes = try BrotliStream.expanded(stream, limit: max(0, room))
      let manifest = try JUMBFParser.parse(bytes, limits: limits)
      let isManifest = manifest.type == .standardManifest || manifest.type == .updateManifest
      return isManifest && manifest.label == box.label && manifest.range == bytes.indices
        ? bytes : nil
    } catch .malformed {
      return nil
    } catch {
      throw error
    }
  }
}
