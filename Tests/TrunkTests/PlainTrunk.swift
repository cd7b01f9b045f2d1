import Foundation
import VisionTransformer

/// The blocks written down as the papers have them, in double precision: what the fast trunk is
/// compared with.
struct PlainTrunk {
  let geometry: TrunkGeometry
  let weights: RandomWeights

  /// The output of every block for one sequence (tokens × width).
  func run(_ input: [Float], tokens: Int) throws -> [[Double]] {
    var x = input.map(Double.init)
    let width = geometry.width
    var outputs: [[Double]] = []
    for block in 0..<geometry.layers {
      let normed = try norm(x, tokens, second: false, block)
      let qkv = try linear(.attend, normed, tokens, block)
      let attended = attention(qkv, tokens)
      try add(linear(.project, attended, tokens, block), to: &x, second: false, block)
      let expanded = try linear(
        .expand, norm(x, tokens, second: true, block), tokens, block)
      try add(
        linear(.contract, activate(expanded, tokens), tokens, block), to: &x, second: true, block)
      precondition(x.count == tokens * width)
      outputs.append(x)
    }
    return outputs
  }

  private func add(_ y: [Double], to x: inout [Double], second: Bool, _ block: Int) throws {
    let scale = try weights.layerScale(second, block: block)
    for i in x.indices { x[i] += Double(scale?[i % geometry.width] ?? 1) * y[i] }
  }

  private func norm(_ x: [Double], _ tokens: Int, second: Bool, _ block: Int) throws -> [Double] {
    let (scale, shift) = try weights.norm(second, block: block)
    let width = geometry.width
    var y = x
    for t in 0..<tokens {
      let row = x[t * width..<(t + 1) * width]
      let mean = row.reduce(0, +) / Double(width)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      for c in 0..<width {
        y[t * width + c] =
          (x[t * width + c] - mean) / (variance + Double(geometry.epsilon)).squareRoot()
          * Double(scale[c]) + Double(shift[c])
      }
    }
    return y
  }

  private func linear(
    _ linear: PackedLayout.Linear, _ x: [Double], _ tokens: Int, _ block: Int
  ) throws -> [Double] {
    let size = geometry.plain(linear)
    let w = weights.weights(linear, block: block).map(Double.init)
    let bias = try weights.bias(linear, block: block) ?? []
    var y = [Double](repeating: 0, count: tokens * size.outputs)
    for t in 0..<tokens {
      for o in 0..<size.outputs {
        var sum = Double(bias[o])
        for i in 0..<size.inputs { sum += x[t * size.inputs + i] * w[o * size.inputs + i] }
        y[t * size.outputs + o] = sum
      }
    }
    return y
  }

  private func attention(_ qkv: [Double], _ tokens: Int) -> [Double] {
    let width = geometry.width
    let dim = geometry.headWidth
    var y = [Double](repeating: 0, count: tokens * width)
    for head in 0..<geometry.heads {
      for t in 0..<tokens {
        let seen = geometry.causal ? t + 1 : tokens
        var scores = (0..<seen).map { s in
          (0..<dim).reduce(0.0) {
            $0 + qkv[t * 3 * width + head * dim + $1] * qkv[s * 3 * width + width + head * dim + $1]
          } / Double(dim).squareRoot()
        }
        let top = scores.max() ?? 0
        scores = scores.map { exp($0 - top) }
        let sum = scores.reduce(0, +)
        for d in 0..<dim {
          y[t * width + head * dim + d] = (0..<seen).reduce(0.0) {
            $0 + scores[$1] / sum * qkv[$1 * 3 * width + 2 * width + head * dim + d]
          }
        }
      }
    }
    return y
  }

  private func activate(_ x: [Double], _ tokens: Int) -> [Double] {
    let hidden = geometry.hidden
    switch geometry.activation {
    case .gelu: return x.map(Self.gelu)
    case .quickGELU: return x.map { $0 / (1 + exp(-1.702 * $0)) }
    case .swiglu:
      return (0..<tokens).flatMap { t in
        (0..<hidden).map { c in
          let a = x[t * 2 * hidden + c]
          return a / (1 + exp(-a)) * x[t * 2 * hidden + hidden + c]
        }
      }
    }
  }

  static func gelu(_ x: Double) -> Double { x * 0.5 * erfc(-x / 2.0.squareRoot()) }
}

/// Cosine of two vectors.
func cosine<A: BinaryFloatingPoint, B: BinaryFloatingPoint>(_ a: [A], _ b: [B]) -> Double {
  var ab = 0.0
  var aa = 0.0
  var bb = 0.0
  for (x, y) in zip(a, b) {
    ab += Double(x) * Double(y)
    aa += Double(x) * Double(x)
    bb += Double(y) * Double(y)
  }
  return ab / (aa * bb).squareRoot()
}
