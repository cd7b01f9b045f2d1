import ForensicCore

extension GeneratorName {
  /// What a value declares that says all in all that a model made the picture, and not which:
  /// `AI-generated image`, `Made with AI`. Services and agencies write so into Credit and Software.
  static func unnamed(_ words: [String]) -> Claim? {
    let made = Claim(origin: .generated, meaning: "made by a model that is not named")
    if phrases.contains(words.joined(separator: " ")) { return made }
    guard let place = words.firstIndex(where: { unnamedVerbs.contains($0) }) else { return nil }
    let (before, after) = (words[..<place], words[(place + 1)...])
    let isAfter =
      before.allSatisfy(subjects.contains) && ["with", "by", "using"].contains(after.first ?? "")
      && models.contains(Array(after.dropFirst()))
    let isBefore = models.contains(Array(before)) && after.allSatisfy(subjects.contains)
    guard isAfter || isBefore else { return nil }
    guard words[place] == "edited" else { return made }
    return Claim(origin: .partlyGenerated, meaning: "changed by a model that is not named")
  }

  private static let unnamedVerbs: Set<String> = [
    "generated", "made", "created", "imagined", "edited",
  ]
  private static let models = [["ai"], ["artificial", "intelligence"]]
  /// The same in other languages.
  private static let phrases: Set<String> = [
    "ki generiert", "ki generiertes bild", "mit ki generiert", "mit ki erstellt",
    "mit ki erzeugt", "généré par ia", "générée par ia", "image générée par ia",
    "généré par l ia", "généré par intelligence artificielle", "generado con ia",
    "generada con ia", "generado por ia", "imagen generada con ia", "imagen generada por ia",
    "generato con ia", "generata con ia", "immagine generata con ia",
  ]
}
