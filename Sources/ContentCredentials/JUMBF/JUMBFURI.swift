/// A reference into a manifest store: `self#jumbf=/c2pa/LABEL/c2pa.assertions/NAME`, or relative
/// to the manifest that holds it: `self#jumbf=c2pa.assertions/NAME`.
struct JUMBFURI: Hashable, Sendable {
  /// The manifest's label; `nil` for a relative reference.
  var manifest: String?
  /// The labels below the manifest.
  var path: [String]

  /// `nil` for anything that is no such reference.
  init?(_ text: String) {
    let prefix = "self#jumbf="
    guard text.hasPrefix(prefix) else { return nil }
    var parts = text.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: true)
      .map(String.init)
    guard !parts.isEmpty else { return nil }
    if parts[0] == "c2pa" {
      guard parts.count >= 2 else { return nil }
      manifest = parts[1]
      parts.removeFirst(2)
    }
    path = parts
  }

  init(manifest: String, path: [String] = []) {
    self.manifest = manifest
    self.path = path
  }

  /// The same reference from anywhere.
  func absolute(in label: String) -> JUMBFURI {
    JUMBFURI(manifest: manifest ?? label, path: path)
  }

  var text: String {
    "self#jumbf="
      + (manifest.map { (["", "c2pa", $0] + path).joined(separator: "/") }
        ?? path.joined(separator: "/"))
  }

  /// The label of the assertion it points to; `nil` where it points to something else.
  var assertion: String? {
    path.count == 2 && path[0] == "c2pa.assertions" ? path[1] : nil
  }
}
