import Detectors
import ForensicCore
import Testing

@Suite struct FamilyTests {
  @Test func shippedListBothWays() throws {
    let map = try FamilyMap.load(path: Places.package + "/etc/families.toml")
    #expect(map.families.first == .real)
    for (index, entry) in map.entries.enumerated() {
      #expect(map.index(of: entry.family) == index)
      for generator in entry.generators {
        #expect(map.family(ofGenerator: generator) == entry.family)
        #expect(map.family(ofGenerator: generator.uppercased()) == entry.family)
        #expect(try map.index(ofGenerator: generator) == index)
      }
    }
  }

  @Test func unknownGeneratorNamesItsLikes() throws {
    let map = try FamilyMap.load(path: Places.package + "/etc/families.toml")
    let error = #expect(throws: FamilyMapError.self) { try map.index(ofGenerator: "flux.1-dex") }
    #expect(
      error
        == .unknownGenerator("flux.1-dex", suggestions: ["flux.1-dev", "flux.1-pro"]))
    #expect(error?.description.contains("did you mean") == true)
    let words = FamilyMapError.unknownGenerator("x", suggestions: []).description
    #expect(
      words == "no family names the generator \"x\". Add it to a family in etc/families.toml.")
  }

  @Test(arguments: [
    "", "family = 3", "[[family]]\nname = \"real\"",
    "[[family]]\nname = \"flux\"\ntitle = \"\"\ngenerators = []",
    """
    [[family]]
    name = "real"
    title = ""
    generators = ["a"]
    [[family]]
    name = "b"
    title = ""
    generators = ["A"]
    """,
  ])
  func refusesMalformed(text: String) {
    #expect(throws: FamilyMapError.self) { try FamilyMap.load(toml: text) }
  }

  @Test(arguments: [
    (0, "no support"), (0.29, "no support"), (0.31, "weak"), (-0.99, "weak"), (1.0, "moderate "),
    (2.2, "moderately strong"), (-3.5, "strong"), (4.1, "very strong"), (7, "extremely strong"),
  ])
  func verbalScale(ratio: Double, words: String) {
    let said = VerbalScale.words(forLogRatio: ratio)
    #expect(said.hasPrefix(words))
    if abs(ratio) > 0.3 {
      #expect(
        said.contains(
          ratio > 0 ? "for a generated picture" : "for a picture that no generator made"))
    }
  }
}
