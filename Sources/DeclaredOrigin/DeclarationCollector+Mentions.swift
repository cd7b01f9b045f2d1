import ForensicCore
import ImageMetadata

/// Names of generators that stand in a field as words, and declare nothing.
extension DeclarationCollector {
  struct Mention {
    var place: String
    var name: String
    var value: String
    var word: String
  }

  private static let mostMentions = 32

  /// Keeps a text of a field for tools or credits in which such a name stands.
  mutating func note(_ text: String, name: String, place: String) {
    guard mentions.count < Self.mostMentions, let word = GeneratorName.mention(text) else { return }
    mentions.append(
      Mention(place: place, name: name, value: String(text.prefix(200)), word: word))
  }

  /// Names of generators in fields that declare no generator.
  mutating func reportMentions() {
    guard let first = mentions.first else { return }
    var result = [String: String]()
    for mention in mentions { result["\(mention.place) \(mention.name)"] = mention.value }
    let others = Set(mentions.map(\.name)).subtracting([first.name]).sorted()
    findings.append(
      Finding(
        code: "origin.mention", method: "Search of named tools, credits and sources for names",
        summary: "The field \(first.name) contains the word “\(first.word)”, which is also the "
          + "name of a generator or of its maker"
          + (others.isEmpty ? "" : "; so do others (\(others.joined(separator: ", ")))")
          + ". It does not say that one made the picture.",
        result: result,
        limits: "People, agencies, cameras and other programs bear such names, and pictures of a "
          + "maker's staff are credited to it. " + Self.limits))
  }
}
