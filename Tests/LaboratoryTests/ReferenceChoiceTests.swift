import Detectors
import ForensicCore
import Laboratory
import Testing

@Suite("Pictures that a detector keeps") struct ReferenceChoiceTests {
  private static func entry(
    _ family: String, _ source: String, _ number: Int, file: String? = nil
  ) -> Manifest.Entry {
    Manifest.Entry(
      file: file ?? "\(source)/\(number).png",
      sha256: BundleDigest.of(Array("\(family) \(source) \(number)".utf8)),
      isGenerated: family != "real", family: GeneratorFamily(rawValue: family), generator: "g",
      source: source, group: "", split: .train, region: nil, width: 300, height: 300)
  }

  @Test("sources take turns until a family has enough")
  func turns() {
    let entries =
      (0..<50).map { Self.entry("real", "large", $0) }
      + (0..<2).map { Self.entry("real", "small", $0) } + [Self.entry("alpha", "one", 0)]
    let chosen = ReferenceChoice.entries(entries, most: 6)
    let real = chosen.filter { $0.family == .real }
    #expect(real.count == 6)
    #expect(real.count { $0.source == "small" } == 2)
    // A family with fewer has all it has.
    #expect(chosen.count == 7)
    #expect(ReferenceChoice.entries(entries.reversed(), most: 6) == chosen)
  }

  @Test("a picture that is listed twice is kept once, and none with a name that no report can show")
  func once() {
    let twice = Self.entry("real", "a", 1)
    let long = Self.entry("real", "a", 2, file: String(repeating: "x", count: 1025))
    #expect(ReferenceChoice.entries([twice, long, twice], most: 9) == [twice])
    #expect(ReferenceChoice.entries([twice], most: 0).isEmpty)
  }

  @Test(
    "all families fit into a file",
    arguments: [(20, 768, 64), (2, 1, 64), (1000, 768, 16), (1000, 3072, 5), (1000, 1_000_000, 0)])
  func most(families: Int, dimension: Int, most: Int) {
    #expect(ReferenceChoice.most(families: families, dimension: dimension) == most)
  }
}
