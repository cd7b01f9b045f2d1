/// Learned position embeddings, and what becomes of them at another input size.
struct PositionEmbeddings: Sendable {
  /// Those of the tokens before the patches, then the patches' by rows.
  let values: [Float]
  let prefix: Int
  let grid: (rows: Int, columns: Int)
  let width: Int
  let mode: ImageTower.Positions

  /// prefix + rows × columns positions.
  ///
  /// Bicubic with a = -0.75 and clamped borders, as PyTorch's `interpolate` does; antialiased with
  /// a = -0.5 and the kernel widened when the grid shrinks.
  func resized(rows: Int, columns: Int) -> [Float] {
    guard (rows, columns) != grid else { return values }
    let across = Self.weights(from: grid.columns, to: columns, mode)
    let down = Self.weights(from: grid.rows, to: rows, mode)
    var middle = [Double](repeating: 0, count: grid.rows * columns * width)
    for row in 0..<grid.rows {
      for (column, taps) in across.enumerated() {
        for (source, weight) in taps {
          let from = (prefix + row * grid.columns + source) * width
          let to = (row * columns + column) * width
          for channel in 0..<width {
            middle[to + channel] += weight * Double(values[from + channel])
          }
        }
      }
    }
    var sums = [Double](repeating: 0, count: rows * columns * width)
    let stride = columns * width
    for (row, taps) in down.enumerated() {
      for (source, weight) in taps {
        for place in 0..<stride {
          sums[row * stride + place] += weight * middle[source * stride + place]
        }
      }
    }
    return Array(values[..<(prefix * width)]) + sums.map { Float($0) }
  }

  /// For each output, input indices and their weights.
  static func weights(
    from input: Int, to output: Int, _ mode: ImageTower.Positions
  ) -> [[(source: Int, weight: Double)]] {
    switch mode {
    case .fixed: return []
    case .bicubicAntialiased:
      let kernel = ResampleKernel(
        input: input, output: output, window: 0..<output, filter: .bicubic)
      return kernel.taps.enumerated().map { index, taps in
        (0..<Int(taps.count)).map {
          (Int(taps.first) + $0, kernel.weights[index * kernel.size + $0])
        }
      }
    case .bicubic, .bicubicOffset:
      let scale =
        mode == .bicubic
        ? Double(input) / Double(output) : Double(input) / (Double(output) + 0.1)
      return (0..<output).map { index in
        let place = scale * (Double(index) + 0.5) - 0.5
        let base = Int(place.rounded(.down))
        return (-1...2).map {
          (min(max(base + $0, 0), input - 1), cubic(abs(place - Double(base + $0))))
        }
      }
    }
  }

  private static func cubic(_ x: Double) -> Double {
    let a = -0.75
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}
