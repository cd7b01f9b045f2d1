import Foundation
import Safetensors
import Testing
import VisionTransformer

/// A copy of a reference model with some of its tensors changed, in a folder that is removed when
/// it goes.
final class RewrittenModel {
  let folder: String

  /// - Parameter change: given each tensor's name, shape and values; `nil` leaves it out.
  init(
    _ path: String, adding extra: [String: TensorValue] = [:],
    change: (String, [Int], [Float]) -> TensorValue?
  ) throws {
    folder = NSTemporaryDirectory() + "model-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let source = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    for name in try FileManager.default.contentsOfDirectory(atPath: source)
    where name.hasSuffix(".json") {
      try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(folder)/\(name)")
    }
    let file = try SafetensorsFile.open(path)
    var tensors = extra
    for name in file.names {
      let tensor = try file.tensor(name)
      if tensor.type == .int64 {
        tensors[name] = TensorValue(try tensor.integers(), shape: tensor.shape)
      } else {
        tensors[name] = change(name, tensor.shape, try tensor.floats())
      }
    }
    let hub = FileManager.default.fileExists(atPath: "\(folder)/open_clip_config.json")
    let name = hub ? "open_clip_model" : "model"
    try SafetensorsWriter.write(tensors, to: "\(folder)/\(name).safetensors")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }
}

/// How weights are rounded before they are stored.
enum Rounding: String, CaseIterable {
  case half = ".w_fp16"
  case bfloat = ".w_bf16"
  /// Symmetric per output, the linear layers of the blocks only.
  case int8 = ".w_int8"

  func callAsFunction(_ name: String, _ shape: [Int], _ values: [Float]) -> [Float] {
    switch self {
    case .half: return values.map { FloatConversion.widen(half: FloatConversion.narrow($0)) }
    case .bfloat:
      return values.map {
        let bits = $0.bitPattern
        return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
      }
    case .int8:
      let blocks = ["resblocks.", "encoder.layers.", "encoder.layer.", "blocks."]
      guard shape.count == 2, blocks.contains(where: name.contains) else { return values }
      var rounded = values
      for row in 0..<shape[0] {
        let places = row * shape[1]..<(row + 1) * shape[1]
        let scale = (values[places].map { abs($0) }.max() ?? 0) / 127
        guard scale > 0 else { continue }
        for place in places {
          rounded[place] = (values[place] / scale).rounded(.toNearestOrEven) * scale
        }
      }
      return rounded
    }
  }
}

/// Weights of fewer bits, arithmetic in fp32: the model's own files cover some types, rounding
/// covers all.
@Suite(.enabled(if: Goldens.exist, "no reference values"))
struct StoredTypeTests {
  @Test(arguments: ModelCase.exact, Rounding.allCases)
  func roundedWeights(_ test: ModelCase, _ rounding: Rounding) throws {
    let expected = try test.expected()
    let keys = expected.names.filter { $0.hasSuffix(rounding.rawValue) }
    guard !keys.isEmpty else { return }
    let copy = try RewrittenModel(test.path) { name, shape, values in
      TensorValue(rounding(name, shape, values), shape: shape)
    }
    let model = try EncoderModel.load(copy.folder, heads: test.heads)
    let image = try VisionEncoder(model)
    for key in keys {
      let found: [[Float]]
      if key.hasPrefix("text.") {
        found = try TextEncoder(model).embed(test.ids())
      } else {
        let size = try #require(try test.sizes().first { $0.isEmpty || key.hasPrefix($0) })
        // These values are of Hugging Face's interpolation.
        if test.heads != nil, expected.contains(size + "fb.cls") { continue }
        found = try image.embed(test.inputs(size))
      }
      let off = distance(found.flatMap(Embedding.unit), try expected.floats(key))
      #expect(off <= 5e-6, "\(key): \(off)")
    }
  }
}

@Suite(.enabled(if: Goldens.exist, "no reference values"))
struct BadModelTests {
  /// Models of each naming, with a tensor that each needs.
  static let needed: [(String, String)] = [
    ("clip_quickgelu_openclip", "visual.transformer.resblocks.1.mlp.c_fc.weight"),
    ("clip_quickgelu_hf", "vision_model.encoder.layers.1.self_attn.k_proj.bias"),
    ("dinov2_hf", "encoder.layer.2.layer_scale2.lambda1"),
    ("dinov2_fb", "blocks.1.attn.qkv.weight"),
    ("vit_timm", "norm.bias"), ("vit_commfor", "vit.patch_embed.proj.bias"),
    // Tensors that show what a model without a configuration is.
    ("dinov2_fb", "blocks.0.attn.qkv.bias"), ("dinov2_fb", "blocks.0.ls1.gamma"),
    ("dinov2_fb", "blocks.1.norm1.weight"), ("vit_timm", "blocks.0.attn.proj.bias"),
    ("vit_timm", "cls_token"), ("vit_commfor", "vit.cls_token"),
    ("vit_commfor", "vit.head.weight"), ("vit_commfor", "vit.patch_embed.proj.weight"),
  ]

  static func failure(
    _ folder: String, adding extra: [String: TensorValue] = [:],
    change: (String, [Int], [Float]) -> TensorValue?
  ) throws -> EncoderError? {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(Goldens.folder)/\(folder)")
    let name = try #require(names.first { $0.hasSuffix("model.safetensors") })
    let copy = try RewrittenModel(
      "\(Goldens.folder)/\(folder)/\(name)", adding: extra, change: change)
    do throws(EncoderError) {
      _ = try EncoderModel.load(copy.folder, heads: folder.hasSuffix("_fb") ? 2 : nil)
      return nil
    } catch { return error }
  }

  @Test(arguments: needed) func missingTensorsAreNamed(_ folder: String, _ needed: String) throws {
    let error = try Self.failure(folder) { name, shape, values in
      name == needed ? nil : TensorValue(values, shape: shape)
    }
    guard case .missingTensor(needed, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: needed) func misshapenTensorsAreNamed(
    _ folder: String, _ needed: String
  ) throws {
    let error = try Self.failure(folder) { name, shape, values in
      name == needed
        ? TensorValue(values, shape: shape + [1]) : TensorValue(values, shape: shape)
    }
    guard case .misshapenTensor(needed, _, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: needed) func extraTensorsAreNamed(_ folder: String, _ needed: String) throws {
    let extra = "adapter.weight"
    let error = try Self.failure(folder, adding: [extra: TensorValue([Float(1)])]) {
      TensorValue($2, shape: $1)
    }
    guard case .extraTensor(extra, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: needed) func otherTypesAreNamed(_ folder: String, _ needed: String) throws {
    let error = try Self.failure(folder) { name, shape, values in
      name == needed
        ? TensorValue([Int32](repeating: 0, count: values.count), shape: shape)
        : TensorValue(values, shape: shape)
    }
    guard case .unexpectedType(needed, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["/nonexistent", "/dev/null", "/tmp"])
  func whatIsNoModel(_ path: String) {
    #expect(throws: EncoderError.self) { try EncoderModel.load(path) }
  }
}
