/// The address of a manifest that lies elsewhere, from XMP's `dcterms:provenance` (C2PA, "By
/// reference"). It is reported and never fetched.
package enum RemoteManifest {
  /// Bytes. Longer ones are cut: an address is shown, not used.
  private static let longest = 2048

  /// `nil` without one; references into the file itself (`self#jumbf=…`) do not count.
  package static func address(inXMP packet: some Collection<UInt8>) -> String? {
    let text = String(decoding: packet, as: UTF8.self)
    guard let name = text.firstRange(of: "provenance") else { return nil }
    let rest = text[name.upperBound...]
    let value: Substring?
    switch rest.first {
    case "=":
      let quoted = rest.dropFirst().drop { $0.isWhitespace }
      value = quoted.first.flatMap { quote in
        quote == "\"" || quote == "'" ? quoted.dropFirst().prefix { $0 != quote } : nil
      }
    case ">": value = rest.dropFirst().prefix { $0 != "<" }
    default: value = nil
    }
    guard let found = value, found.hasPrefix("http://") || found.hasPrefix("https://") else {
      return nil
    }
    return Bounded.text(String(found), longest: longest).replacing("&amp;", with: "&")
  }
}
