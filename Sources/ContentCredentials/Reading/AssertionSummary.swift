/// A few words on what an assertion says, for those kinds that a reader asks about.
enum AssertionSummary {
  static func of(_ assertion: Assertion) -> String? {
    guard let value = assertion.value else { return nil }
    switch assertion.baseLabel {
    case "stds.schema-org.CreativeWork": return creativeWork(value)
    case "c2pa.training-mining", "cawg.training-mining": return training(value)
    case let label where label.hasPrefix("c2pa.hash."):
      return value["alg"]?.text ?? value["name"]?.text
    case "c2pa.soft-binding": return value["alg"]?.text
    case "c2pa.external-reference", "c2pa.cloud-data":
      return value["location"]?["url"]?.text
    default: return nil
    }
  }

  private static func creativeWork(_ value: CBORValue) -> String? {
    let authors = (value["author"]?.array ?? value["author"].map { [$0] } ?? [])
      .compactMap { $0["name"]?.text ?? $0["identifier"]?.text }
    let works = [value["copyrightNotice"]?.text, value["url"]?.text].compactMap(\.self)
    let parts = (authors.isEmpty ? [] : ["by " + authors.joined(separator: ", ")]) + works
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// `c2pa.ai_generative_training: notAllowed; …`
  private static func training(_ value: CBORValue) -> String? {
    let entries = (value["entries"]?.entries ?? []).compactMap { entry -> String? in
      guard let name = entry.key.text, let use = entry.value["use"]?.text else { return nil }
      return "\(name): \(use)"
    }
    return entries.isEmpty ? nil : entries.joined(separator: "; ")
  }
}
