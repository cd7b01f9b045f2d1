import Safetensors

/// The fast engine behind the encoders' seam.
package struct PackedTrunk: Trunk {
  package let engine: EngineTrunk

  /// Packs the blocks of a loaded model.
  ///
  /// - Parameters:
  ///   - identity: names the weights' contents, for the packed file; `nil` for none.
  ///   - cache: the folder of packed files.
  package init(
    _ shape: TransformerShape, _ blocks: [BlockTensors], identity: String?, cache: String?,
    arithmetic: Arithmetic, threads: Int
  ) throws(EncoderError) {
    do throws(TrunkError) {
      let activation: TrunkGeometry.Activation =
        switch shape.activation {
        case .gelu: .gelu
        case .quickGELU: .quickGELU
        case .swiGLU: .swiglu
        }
      let geometry = try TrunkGeometry(
        width: shape.width, heads: shape.heads, hidden: shape.hidden, layers: shape.layers,
        activation: activation, epsilon: shape.epsilon, causal: shape.causal)
      engine = try EngineTrunk(
        geometry, from: BlockSource(blocks: blocks), identity: identity, cache: cache,
        arithmetic: arithmetic, threads: threads)
    } catch { throw EncoderError(error) }
  }

  package func prepare(
    batch: Int, tokens: Int, firstTokenOnly: Bool
  ) throws(EncoderError) {
    do throws(TrunkError) {
      try engine.reserve(batch: batch, tokens: tokens, firstTokenOnly: firstTokenOnly)
    } catch { throw EncoderError(error) }
  }

  package func run(
    _ x: UnsafeMutablePointer<Float>, batch: Int, tokens: Int, blocks: Int,
    taps: [UnsafeMutablePointer<Float>?], firstTokenOnly: Bool
  ) throws(EncoderError) {
    do throws(TrunkError) {
      try engine.compute(
        x, batch: batch, tokens: tokens, taps: taps, blocks: blocks,
        firstTokenOnly: firstTokenOnly)
    } catch { throw EncoderError(error) }
  }
}

/// The tensors of a model's blocks as the packer asks for them.
struct BlockSource: WeightSource {
  let blocks: [BlockTensors]

  private func tensors(_ linear: PackedLayout.Linear, _ block: Int) -> LinearTensors {
    switch linear {
    case .attend: blocks[block].attend
    case .project: blocks[block].project
    case .expand: blocks[block].expand
    case .contract: blocks[block].contract
    }
  }

  private func values(_ tensor: Tensor) throws(TrunkError) -> [Float] {
    do throws(SafetensorsError) { return try tensor.floats() } catch {
      throw .shape("\(error)")
    }
  }

  func linear(
    _ linear: PackedLayout.Linear, block: Int, into target: UnsafeMutableBufferPointer<Float>
  ) throws(TrunkError) {
    var place = 0
    for tensor in tensors(linear, block).weights {
      let part = try values(tensor)
      guard part.count <= target.count - place else {
        throw .shape("\(tensor.name) has \(part.count) values, more than its layer")
      }
      for value in part {
        target[place] = value
        place += 1
      }
    }
    guard place == target.count else {
      throw .shape("block \(block) has \(place) weights where \(target.count) belong")
    }
  }

  func bias(_ linear: PackedLayout.Linear, block: Int) throws(TrunkError) -> [Float]? {
    let parts = tensors(linear, block).biases
    guard !parts.isEmpty else { return nil }
    var all: [Float] = []
    for tensor in parts { all += try values(tensor) }
    return all
  }

  func norm(_ second: Bool, block: Int) throws(TrunkError) -> (scale: [Float], shift: [Float]) {
    let norm = second ? blocks[block].norm2 : blocks[block].norm1
    return (try values(norm.scale), try values(norm.shift))
  }

  func layerScale(_ second: Bool, block: Int) throws(TrunkError) -> [Float]? {
    guard let tensor = second ? blocks[block].layerScale2 : blocks[block].layerScale1 else {
      return nil
    }
    return try values(tensor)
  }
}
