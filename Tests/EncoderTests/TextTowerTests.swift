import Foundation
import Safetensors
import Testing
import VisionTransformer

@Suite(.enabled(if: Goldens.exist, "no reference values"))
struct TextTowerTests {
  static func encoders(_ model: EncoderModel) throws -> [(String, TextEncoder)] {
    [
      ("fast", try TextEncoder(model, threads: 2)),
      ("plain", try TextEncoder(model, trunk: model.referenceTextTrunk(), arithmetic: .fp32)),
    ]
  }

  @Test(arguments: ModelCase.texts) func everyValue(_ test: ModelCase) throws {
    let expected = try test.expected()
    let suffix = try test.suffix()
    let ids = try test.ids()
    for (name, encoder) in try Self.encoders(test.model()) {
      let found = try encoder.embed(ids)
      let off = distance(
        found.flatMap(Embedding.unit), try expected.floats("text.embed_l2" + suffix))
      #expect(off <= 5e-6, "\(name): \(off)")
      guard suffix == "", expected.contains("text.embed") else { continue }
      #expect(difference(found.flatMap { $0 }, try expected.floats("text.embed")) <= 5e-6)
      let count = try expected.tensor("text.embeddings").shape[0]
      let trace = try encoder.trace(Array(ids.prefix(count)))
      var pairs = [(trace.embeddings, "text.embeddings"), (trace.output, "text.ln_final")]
      for (block, values) in trace.blocks.enumerated() {
        pairs.append((values, "text.block\(block)"))
      }
      for (values, key) in pairs {
        let off = difference(values, try expected.floats(key))
        #expect(off <= 2e-5, "\(name) \(key): \(off)")
      }
    }
  }

  @Test(arguments: ModelCase.texts) func scoresOfPicturesAndTexts(_ test: ModelCase) throws {
    let expected = try test.expected()
    let model = try test.model()
    guard try test.suffix() == "" else { return }
    let logits = try model.logits(
      images: VisionEncoder(model).embed(test.inputs("")),
      texts: TextEncoder(model).embed(test.ids()))
    let off = difference(logits.flatMap { $0 }, try expected.floats("logits_per_image"))
    #expect(off <= 1e-5, "\(off)")
    guard expected.contains("probs") else { return }
    let probabilities = logits.flatMap { row in
      let top = row.max() ?? 0
      let weights = row.map { exp(Double($0 - top)) }
      return weights.map { Float($0 / weights.reduce(0, +)) }
    }
    #expect(distance(probabilities, try expected.floats("probs")) <= 1e-5)
  }

  @Test(arguments: ModelCase.texts.filter { (try? $0.suffix()) == "" }, [Arithmetic.bf16, .int8])
  func reducedPrecision(_ test: ModelCase, _ arithmetic: Arithmetic) throws {
    let encoder = try TextEncoder(test.model(), arithmetic: arithmetic)
    let gate = try #require(ImageTowerTests.arithmetics.first { $0.0 == arithmetic })
    let found = cosines(
      try encoder.embed(test.ids()).map(Embedding.unit),
      try test.expected().floats("text.embed_l2"))
    #expect(found.plain >= gate.plain, "\(found)")
    #expect(found.centred >= gate.centred, "\(found)")
  }

  @Test(arguments: ModelCase.texts) func batchAndPaddingChangeNothing(_ test: ModelCase) throws {
    let encoder = try TextEncoder(test.model())
    let ids = try test.ids()
    let alone = try ids.map { try encoder.embed([$0])[0] }
    #expect(try encoder.embed(ids) == alone)
    let short = ids.map { text in Array(text[...(text.lastIndex { $0 != 0 } ?? 0)]) }
    #expect(try encoder.embed(short) == alone)
  }

  @Test func impossibleTextsAreRefused() throws {
    let test = try #require(ModelCase.texts.first)
    let encoder = try TextEncoder(test.model())
    let tower = encoder.tower
    for ids in [[], [tower.vocabulary], [-1], [Int](repeating: 0, count: tower.context + 1)] {
      #expect(throws: EncoderError.self) { try encoder.embed([ids]) }
    }
    let dino = try #require(ModelCase.all.first { $0.name.hasPrefix("dinov2") })
    #expect(throws: EncoderError.self) { try TextEncoder(dino.model()) }
  }
}
