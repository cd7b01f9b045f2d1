import Glibc

/// The blocks as a textbook writes them: plain loops, sums in double precision. Slow; what the
/// fast trunk is compared with.
package struct ReferenceTrunk: Trunk {
  private struct Linear {
    let weights: [Float]
    let bias: [Float]
    let outputs: Int

    init(_ tensors: LinearTensors, outputs: Int) throws(EncoderError) {
      weights = try tensors.weights.values()
      bias = try tensors.biases.values()
      self.outputs = outputs
    }

    func callAsFunction(_ x: [Float]) -> [Float] {
      (0..<outputs).map { row in
        var sum = bias.isEmpty ? 0 : Double(bias[row])
        for column in x.indices {
          sum += Double(weights[row * x.count + column]) * Double(x[column])
        }
        return Float(sum)
      }
    }
  }

  private struct Block {
    let norm1: (scale: [Float], shift: [Float])
    let norm2: (scale: [Float], shift: [Float])
    let attend: Linear
    let project: Linear
    let expand: Linear
    let contract: Linear
    let scale1: [Float]?
    let scale2: [Float]?
  }

  private let shape: TransformerShape
  private let blocks: [Block]

  package init(_ shape: TransformerShape, _ tensors: [BlockTensors]) throws(EncoderError) {
    self.shape = shape
    var blocks: [Block] = []
    for block in tensors {
      blocks.append(
        Block(
          norm1: (try block.norm1.scale.values(), try block.norm1.shift.values()),
          norm2: (try block.norm2.scale.values(), try block.norm2.shift.values()),
          attend: try Linear(block.attend, outputs: 3 * shape.width),
          project: try Linear(block.project, outputs: shape.width),
          expand: try Linear(
            block.expand, outputs: shape.activation == .swiGLU ? 2 * shape.hidden : shape.hidden),
          contract: try Linear(block.contract, outputs: shape.width),
          scale1: try block.layerScale1?.values(), scale2: try block.layerScale2?.values()))
    }
    self.blocks = blocks
  }

  package func prepare(batch: Int, tokens: Int, firstTokenOnly: Bool) {}

  package func run(
    _ x: UnsafeMutablePointer<Float>, batch: Int, tokens: Int, blocks count: Int,
    taps: [UnsafeMutablePointer<Float>?], firstTokenOnly: Bool
  ) {
    let size = tokens * shape.width
    for (index, block) in blocks.prefix(count).enumerated() {
      for image in 0..<batch {
        let rows = x + image * size
        run(block, rows, tokens: tokens)
        if index < taps.count, let tap = taps[index] {
          (tap + image * size).update(from: rows, count: size)
        }
      }
    }
  }

  private func run(_ block: Block, _ x: UnsafeMutablePointer<Float>, tokens: Int) {
    let width = shape.width
    func row(_ token: Int) -> [Float] { (0..<width).map { x[token * width + $0] } }
    func add(_ values: [Float], _ scale: [Float]?, to token: Int) {
      for channel in 0..<width {
        x[token * width + channel] += values[channel] * (scale?[channel] ?? 1)
      }
    }
    let attended = attention(
      (0..<tokens).map {
        block.attend(
          LayerNorm.normalised(row($0), block.norm1.scale, block.norm1.shift, shape.epsilon))
      })
    for token in 0..<tokens { add(block.project(attended[token]), block.scale1, to: token) }
    for token in 0..<tokens {
      let inner = block.expand(
        LayerNorm.normalised(row(token), block.norm2.scale, block.norm2.shift, shape.epsilon))
      add(block.contract(activate(inner)), block.scale2, to: token)
    }
  }

  private func attention(_ qkv: [[Float]]) -> [[Float]] {
    let width = shape.width
    let size = width / shape.heads
    return qkv.indices.map { query in
      var result = [Float](repeating: 0, count: width)
      let keys = shape.causal ? 0...query : 0...qkv.count - 1
      for head in 0..<shape.heads {
        let first = head * size
        var scores = keys.map { key in
          (first..<first + size).reduce(0.0) {
            $0 + Double(qkv[query][$1]) * Double(qkv[key][width + $1])
          } / Double(size).squareRoot()
        }
        let top = scores.max() ?? 0
        scores = scores.map { exp($0 - top) }
        let total = scores.reduce(0, +)
        for channel in first..<first + size {
          let sum = keys.reduce(0.0) { $0 + scores[$1] * Double(qkv[$1][2 * width + channel]) }
          result[channel] = Float(sum / total)
        }
      }
      return result
    }
  }

  private func activate(_ x: [Float]) -> [Float] {
    switch shape.activation {
    case .gelu: x.map { Float(0.5 * Double($0) * (1 + erf(Double($0) * 0.5.squareRoot()))) }
    case .quickGELU: x.map { Float(Double($0) / (1 + exp(-1.702 * Double($0)))) }
    case .swiGLU:
      (0..<shape.hidden).map {
        Float(Double(x[$0]) / (1 + exp(-Double(x[$0]))) * Double(x[shape.hidden + $0]))
      }
    }
  }
}

/// Layer normalisation over the channels of one token.
enum LayerNorm {
  static func normalised(
    _ x: some Collection<Float>, _ scale: [Float], _ shift: [Float], _ epsilon: Float
  ) -> [Float] {
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
    let variance =
      x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
    let factor = 1 / (variance + Double(epsilon)).squareRoot()
    return zip(x, zip(scale, shift)).map {
      Float((Double($0) - mean) * factor * Double($1.0) + Double($1.1))
    }
  }
}
