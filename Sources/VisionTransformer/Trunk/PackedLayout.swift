/// Where everything of a trunk lies in its packed file: the weights of each block's four linear
/// layers as oneDNN wants them, and the small vectors beside them.
public struct PackedLayout: Sendable {
  /// A linear layer of a block.
  public enum Linear: Int, CaseIterable, Sendable {
    /// Query, key and value, stacked.
    case attend
    case project
    case expand
    case contract
  }

  /// Byte offsets of one linear layer.
  struct Slot: Sendable {
    var weights = 0
    /// One float an output.
    var bias = 0
    /// int8 only: one float and one 32-bit integer an output.
    var scale = 0
    var sums = 0
  }

  /// Byte offsets of one block.
  struct Block: Sendable {
    var linears = [Slot](repeating: Slot(), count: Linear.allCases.count)
    var norm1Scale = 0
    var norm1Shift = 0
    var norm2Scale = 0
    var norm2Shift = 0
    var layerScale1 = 0
    var layerScale2 = 0

    subscript(_ linear: Linear) -> Slot { linears[linear.rawValue] }
  }

  /// Everything is aligned to a cache line; the first block begins on a page.
  static let alignment = 64
  static let headerBytes = 8192

  let arithmetic: Arithmetic
  let geometry: TrunkGeometry
  let blocks: [Block]
  /// The whole file in bytes.
  let byteCount: Int

  /// - Parameter packed: the library's size of each linear layer's weights.
  init(_ geometry: TrunkGeometry, _ arithmetic: Arithmetic, packed: [Linear: Int]) {
    self.geometry = geometry
    self.arithmetic = arithmetic
    var end = Self.headerBytes
    func take(_ bytes: Int) -> Int {
      defer { end += (bytes + Self.alignment - 1) / Self.alignment * Self.alignment }
      return end
    }
    let vector = geometry.width * MemoryLayout<Float>.size
    blocks = (0..<geometry.layers).map { _ in
      var block = Block()
      block.norm1Scale = take(vector)
      block.norm1Shift = take(vector)
      block.norm2Scale = take(vector)
      block.norm2Shift = take(vector)
      block.layerScale1 = take(vector)
      block.layerScale2 = take(vector)
      for linear in Linear.allCases {
        var slot = Slot()
        let outputs = geometry.size(linear).outputs * MemoryLayout<Float>.size
        slot.bias = take(outputs)
        if arithmetic == .int8 {
          slot.scale = take(outputs)
          slot.sums = take(outputs)
        }
        slot.weights = take(packed[linear] ?? 0)
        block.linears[linear.rawValue] = slot
      }
      return block
    }
    byteCount = end
  }
}
