import Safetensors
import Testing
import VisionTransformer

/// timm's ViT with a linear head, in its own names and in Community Forensics'.
@Suite(.enabled(if: Goldens.exist, "no reference values"))
struct TimmTests {
  static func inputs() throws -> [EncoderInput] {
    let pixels = try Goldens.tensors("vit_timm_expected.safetensors").tensor("pixel_values")
    return EncoderInput.split(try pixels.floats(), shape: pixels.shape)
  }

  @Test(arguments: [("vit_timm", "timm.logits"), ("vit_commfor", "commfor.logit")])
  func heads(_ folder: String, _ key: String) throws {
    let model = try EncoderModel.load("\(Goldens.folder)/\(folder)")
    let expected = try Goldens.tensors("vit_timm_expected.safetensors")
    for encoder in try ImageTowerTests.encoders(model).map(\.1) {
      let found = try encoder.embed(Self.inputs(), layer: .logits).flatMap { $0 }
      #expect(difference(found, try expected.floats(key)) <= 5e-6)
    }
    let commfor = folder == "vit_commfor"
    let side = model.description.image.height
    let resize = model.description.preprocessing.resize
    #expect(commfor ? resize != .shortestEdge(side) : resize == .shortestEdge(side))
    #expect(model.description.preprocessing.mean[0] == (commfor ? 0.485 : 0.5))
  }

  @Test func everyBlock() throws {
    let model = try EncoderModel.load("\(Goldens.folder)/vit_timm")
    let expected = try Goldens.tensors("vit_timm_expected.safetensors")
    for encoder in try ImageTowerTests.encoders(model).map(\.1) {
      let trace = try encoder.trace(Self.inputs())
      var pairs = [
        (trace.patches, "patch_embed"), (trace.embeddings, "embeddings"), (trace.output, "norm"),
      ]
      for (block, values) in trace.blocks.enumerated() { pairs.append((values, "block\(block)")) }
      for (values, key) in pairs {
        #expect(difference(values, try expected.floats("timm.\(key)")) <= 2e-5, "\(key)")
      }
      let features = try encoder.embed(Self.inputs()).flatMap { $0 }
      #expect(difference(features, try expected.floats("timm.cls")) <= 5e-6)
    }
  }

  @Test(arguments: [Arithmetic.bf16, .int8]) func reducedPrecision(_ arithmetic: Arithmetic) throws
  {
    let model = try EncoderModel.load("\(Goldens.folder)/vit_timm")
    let encoder = try VisionEncoder(model, arithmetic: arithmetic)
    let expected = try Goldens.tensors("vit_timm_expected.safetensors").floats("timm.cls")
    let gate = try #require(ImageTowerTests.arithmetics.first { $0.0 == arithmetic })
    let found = cosines(try encoder.embed(Self.inputs()), expected)
    #expect(found.plain >= gate.plain && found.centred >= gate.centred, "\(found)")
  }
}
