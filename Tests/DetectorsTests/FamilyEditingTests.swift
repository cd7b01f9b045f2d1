import Detectors
import ForensicCore
import Testing

@Suite("Adding to the map of families") struct FamilyEditingTests {
  private static let text = """
    # A comment that stays.
    [[family]]
    name = "real"
    title = "Camera"
    generators = ["real"]

    [[family]]
    name = "sd"
    title = "Stable Diffusion"
    generators = [
      "sd1", "odd]name",
    ]
    """

  @Test(
    arguments: [
      ("sd2", "sd", FamilyMap.Addition.generator(GeneratorFamily(rawValue: "sd"))),
      ("phone \"x\"", "real", .generator(.real)), ("flux", "flux", .family(2)),
    ])
  func additionIsReadBack(generator: String, family: String, addition: FamilyMap.Addition) throws {
    let family = GeneratorFamily(rawValue: family)
    let added = try FamilyMap.adding(
      generator: generator, to: family, title: "New", toml: Self.text)
    #expect(added.addition == addition)
    #expect(added.text.contains("# A comment that stays."))
    let before = try FamilyMap.load(toml: Self.text)
    let after = try FamilyMap.load(toml: added.text)
    #expect(after.family(ofGenerator: generator) == family)
    for entry in before.entries {
      #expect(after.index(of: entry.family) == before.index(of: entry.family))
      #expect(entry.generators.allSatisfy { after.family(ofGenerator: $0) == entry.family })
    }
  }

  @Test func generatorOfAnotherFamilyIsRefused() {
    #expect(throws: FamilyMapError.self) {
      try FamilyMap.adding(
        generator: "sd1", to: GeneratorFamily(rawValue: "new"), toml: Self.text)
    }
  }
}
