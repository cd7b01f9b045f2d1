import Safetensors
import VisionTransformer

/// The blocks of a model's file as the trunk's packer asks for them.
struct FileWeights: WeightSource {
  let file: SafetensorsFile
  let model: BenchmarkModel

  private func values(_ block: Int, _ name: String) throws(TrunkError) -> [Float] {
    do throws(SafetensorsError) { return try file.floats(model.tensor(block, name)) } catch {
      throw .shape("\(error)")
    }
  }

  private func name(_ linear: PackedLayout.Linear) -> String {
    switch linear {
    case .attend: "attn.qkv"
    case .project: "attn.proj"
    case .expand: "mlp.fc1"
    case .contract: "mlp.fc2"
    }
  }

  func linear(
    _ linear: PackedLayout.Linear, block: Int, into target: UnsafeMutableBufferPointer<Float>
  ) throws(TrunkError) {
    let values = try values(block, name(linear) + ".weight")
    guard values.count == target.count else { throw .shape("\(name(linear)) has another size") }
    _ = target.update(from: values)
  }

  func bias(_ linear: PackedLayout.Linear, block: Int) throws(TrunkError) -> [Float]? {
    try values(block, name(linear) + ".bias")
  }

  func norm(_ second: Bool, block: Int) throws(TrunkError) -> (scale: [Float], shift: [Float]) {
    let name = second ? "norm2" : "norm1"
    return (try values(block, name + ".weight"), try values(block, name + ".bias"))
  }

  func layerScale(_ second: Bool, block: Int) throws(TrunkError) -> [Float]? {
    guard model.dino else { return nil }
    return try values(block, second ? "ls2.gamma" : "ls1.gamma")
  }
}
