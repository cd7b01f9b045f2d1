import Foundation
import Testing
import VisionTransformer

/// Strings beyond the goldens: `scripts/make-tokenizer-cases FILE`, then TOKENIZER_CASES=FILE.
@Suite(
  "Generated strings, as open_clip's",
  .enabled(if: Goldens.generated != nil && Goldens.exist, "no TOKENIZER_CASES"))
struct GeneratedCasesTests {
  private struct File: Decodable {
    struct Case: Decodable {
      var codes: [UInt32]
      var clean: [UInt32]
      var ids: [Int]
    }
    var cases: [Case]
  }

  @Test func areCleanedAndEncodedAlike() throws {
    let tokenizer = try TextTokenizer(folder: Goldens.folder + "/tokenizer_files")
    let data = try Data(contentsOf: URL(fileURLWithPath: try #require(Goldens.generated)))
    let cases = try JSONDecoder().decode(File.self, from: data).cases
    var differences = [String]()
    for item in cases
    where tokenizer.cleaned(codes: item.codes) != item.clean
      || tokenizer.encode(codes: item.codes) != item.ids
    {
      differences.append(
        "\(escaped(item.codes)) → \(escaped(tokenizer.cleaned(codes: item.codes))), "
          + "not \(escaped(item.clean))")
    }
    #expect(
      differences.isEmpty,
      "\(differences.count) of \(cases.count):\n\(differences.prefix(60).joined(separator: "\n"))")
  }

  /// In ASCII: what a terminal would act upon does not get lost.
  private func escaped(_ codes: [UInt32]) -> String {
    codes.map {
      (0x20..<0x7F).contains($0) ? CodePoint.string([$0]) : "\\{\(String($0, radix: 16))}"
    }.joined()
  }
}
