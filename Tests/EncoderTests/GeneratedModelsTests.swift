import Foundation
import ImageCodecs
import Safetensors
import Testing
import VisionTransformer

/// What `scripts/make-encoder-cases FOLDER` wrote, for ENCODER_CASES=FOLDER.
private enum Generated {
  static let folder = ProcessInfo.processInfo.environment["ENCODER_CASES"]
  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder ?? "")) ?? []
    return all.filter { $0 != "pictures" }.sorted()
  }()
}

/// Models and preprocessing of other shapes than the goldens'.
@Suite(.enabled(if: Generated.folder != nil, "no ENCODER_CASES"))
struct GeneratedModelsTests {
  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }

  @Test(arguments: Generated.names) func asTheReference(_ name: String) throws {
    let path = "\(Generated.folder ?? "")/\(name)"
    if let part = Self.text(path + "/refused") {
      do {
        _ = try EncoderModel.load(path)
        Issue.record("loaded, although \(part) is not supported")
      } catch { #expect("\(error)".contains(part), "\(error)") }
      return
    }
    let model = try EncoderModel.load(path)
    let expected = try SafetensorsFile.open(path + "/expected.safetensors")
    for (arithmetic, gates) in Self.gates {
      try checkImages(model, expected, arithmetic, gates)
      if model.description.text != nil { try checkTexts(model, expected, arithmetic, gates) }
    }
    try checkPictures(model, expected)
  }

  /// Cosine and centred cosine of rounded arithmetic.
  private static let gates: [(Arithmetic, (plain: Double, centred: Double)?)] = [
    (.fp32, nil), (.bf16, (0.9997, 0.998)), (.int8, (0.995, 0.95)),
  ]

  private func check(
    _ found: [[Float]], _ values: [Float], _ gate: (plain: Double, centred: Double)?, _ name: String
  ) {
    guard let gate else {
      let width = found.first?.count ?? 1
      let rows = stride(from: 0, to: values.count, by: width).map {
        Array(values[$0..<min($0 + width, values.count)])
      }
      let off = distance(found.flatMap(Embedding.unit), rows.flatMap(Embedding.unit))
      #expect(off <= 5e-6, "\(name): \(off)")
      return
    }
    let (plain, centred) = cosines(found, values)
    #expect(plain >= gate.plain, "\(name): cosine \(plain)")
    #expect(centred >= gate.centred, "\(name): centred cosine \(centred)")
  }

  private func checkImages(
    _ model: EncoderModel, _ expected: SafetensorsFile, _ arithmetic: Arithmetic,
    _ gate: (plain: Double, centred: Double)?
  ) throws {
    let encoder = try VisionEncoder(model, arithmetic: arithmetic)
    for key in expected.names where key.hasSuffix(".pixel_values") {
      let size = key.dropLast("pixel_values".count)
      let tensor = try expected.tensor(key)
      let inputs = EncoderInput.split(try tensor.floats(), shape: tensor.shape)
      let values = try expected.floats(size + "embed")
      check(try encoder.embed(inputs), values, gate, "\(arithmetic) \(size)embed")
      guard gate == nil else { continue }
      if expected.contains(size + "logits") {
        let found = try encoder.embed(inputs, layer: .logits).flatMap { $0 }
        let off = difference(found, try expected.floats(size + "logits"))
        #expect(off <= 5e-6, "\(size)logits: \(off)")
      }
      let trace = try encoder.trace(inputs)
      for (block, found) in trace.blocks.enumerated()
      where expected.contains("\(size)block\(block)") {
        let off = difference(found, try expected.floats("\(size)block\(block)"))
        #expect(off <= 2e-5, "\(size)block\(block): \(off)")
      }
    }
  }

  private func checkTexts(
    _ model: EncoderModel, _ expected: SafetensorsFile, _ arithmetic: Arithmetic,
    _ gate: (plain: Double, centred: Double)?
  ) throws {
    let tensor = try expected.tensor("input_ids")
    let all = try tensor.integers()
    let ids = (0..<tensor.shape[0]).map {
      Array(all[$0 * tensor.shape[1]..<($0 + 1) * tensor.shape[1]])
    }
    let texts = try TextEncoder(model, arithmetic: arithmetic).embed(ids)
    check(texts, try expected.floats("text.embed"), gate, "\(arithmetic) text.embed")
    guard gate == nil, expected.contains("scores") else { return }
    let pixels = try expected.tensor("0.pixel_values")
    let images = try VisionEncoder(model).embed(
      EncoderInput.split(try pixels.floats(), shape: pixels.shape))
    let found = try model.logits(images: images, texts: texts).flatMap { $0 }
    let off = difference(found, try expected.floats("scores"))
    #expect(off <= 5e-6, "scores: \(off)")
  }

  /// To the bit.
  private func checkPictures(_ model: EncoderModel, _ expected: SafetensorsFile) throws {
    let preprocessor = Preprocessor(model.description.preprocessing)
    for key in expected.names where key.hasPrefix("picture.") {
      let path = "\(Generated.folder ?? "")/pictures/\(key.dropFirst("picture.".count))"
      let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
      let input = preprocessor(try ImageDecoder.decodeStored(bytes))
      let tensor = try expected.tensor(key)
      #expect(tensor.shape == [3, input.height, input.width], "\(key)")
      let values = try tensor.floats()
      let wrong = zip(input.values, values).count { $0 != $1 }
      #expect(
        wrong == 0,
        "\(key): \(wrong) of \(values.count), by up to \(distance(input.values, values))")
    }
  }
}
