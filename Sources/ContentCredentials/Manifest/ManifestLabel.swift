/// The label of a manifest whose claim is of version 2 (C2PA, "Unique Identifiers"):
/// `urn:c2pa:UUID`, then the claim generator's name of at most 32 characters and, after that, a
/// number with a reason; either may be left out. `urn:uuid:UUID` and a name before it are those of
/// earlier editions.
enum ManifestLabel {
  private static let longestName = 32

  static func isValid(_ label: String) -> Bool {
    let parts = label.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 3 else { return false }
    guard parts[0] == "urn" else {
      return parts[1] == "urn" && parts[2] == "uuid" && parts.count == 4
    }
    if parts[1] == "uuid" { return !parts[2].isEmpty }
    guard parts[1] == "c2pa", !parts[2].isEmpty, parts.count <= 5 else { return false }
    if parts.count > 3 {
      let name = parts[3].utf8
      guard name.count <= longestName, name.allSatisfy({ 0x21...0x7E ~= $0 }) else { return false }
    }
    return parts.count < 5 || parts[4].isEmpty
      || parts[4].split(separator: "_", omittingEmptySubsequences: false).prefix(2)
        .allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
  }
}
