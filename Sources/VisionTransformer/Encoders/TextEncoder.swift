import CTransformerKernels
import Safetensors
import Synchronization

/// CLIP's text tower: token ids to embeddings.
///
/// Embeddings do not depend, to the bit, on the other texts of a batch or on the number of threads.
public final class TextEncoder: Sendable {
  public let tower: TextTower
  public let arithmetic: Arithmetic
  public let reason: String?
  private let trunk: any Trunk
  /// Stays in the mapped file; rows are read as they are needed.
  private let table: Tensor
  private let positions: [Float]
  private let norm: (scale: [Float], shift: [Float])
  private let state: Mutex<State>

  private struct State: ~Copyable {
    let projection: DenseLayer
    let buffers: TokenBuffers
  }

  /// - Parameters: as for `VisionEncoder`.
  /// - Throws: `input` for a model without a text tower, `weights`, `machine`.
  public convenience init(
    _ model: EncoderModel, arithmetic: Arithmetic = .fp32, threads: Int = 1, cache: String? = nil
  ) throws(EncoderError) {
    let (tower, tensors) = try Self.parts(of: model)
    let trunk = try PackedTrunk(
      tower.shape, tensors.blocks, identity: model.identity.map { $0 + " text" }, cache: cache,
      arithmetic: arithmetic, threads: threads)
    try self.init(
      model, trunk: trunk, arithmetic: trunk.engine.arithmetic, reason: trunk.engine.reason)
  }

  private static func parts(
    of model: EncoderModel
  ) throws(EncoderError) -> (TextTower, TextTensors) {
    guard let tower = model.description.text, let tensors = model.loaded.text else {
      throw .input("the model has no text tower")
    }
    return (tower, tensors)
  }

  /// Over any trunk, for comparisons.
  package init(
    _ model: EncoderModel, trunk: any Trunk, arithmetic: Arithmetic, reason: String? = nil
  ) throws(EncoderError) {
    let (tower, tensors) = try Self.parts(of: model)
    self.tower = tower
    self.trunk = trunk
    self.arithmetic = arithmetic
    self.reason = reason
    table = tensors.tokens
    positions = try tensors.positions.values()
    norm = (try tensors.finalNorm.scale.values(), try tensors.finalNorm.shift.values())
    state = Mutex(
      State(
        projection: try tensors.projection.layer(
          outputs: tower.projection, inputs: tower.shape.width),
        buffers: TokenBuffers(width: tower.shape.width)))
  }

  /// Takes everything that batches of up to this size will use.
  public func prepare(batch: Int = 1) throws(EncoderError) {
    try state.withLock { (state: inout State) throws(EncoderError) in
      try state.projection.prepare(rows: 1)
      try trunk.prepare(batch: batch, tokens: tower.context, firstTokenOnly: false)
      state.buffers.reserve(batch: batch, tokens: tower.context, taps: [])
    }
  }

  /// The projected embedding of each text.
  ///
  /// - Parameter ids: with start and end of text, at most `tower.context` of them; shorter lists
  ///   are filled with zeros.
  /// - Throws: `input` for lists that are empty or too long, and for ids outside the vocabulary.
  public func embed(_ ids: [[Int]]) throws(EncoderError) -> [[Float]] {
    guard !ids.isEmpty else { return [] }
    return try state.withLock { (state: inout State) throws(EncoderError) in
      try run(ids, state.buffers, taps: [])
      var embeddings: [[Float]] = []
      for (index, text) in ids.enumerated() {
        normalise(token: index * tower.context + pooled(text), state.buffers)
        embeddings.append(try state.projection(state.buffers.row))
      }
      return embeddings
    }
  }

  /// Where the token stands that stands for the text.
  private func pooled(_ ids: [Int]) -> Int {
    switch tower.pooling {
    case .argMax: ids.firstIndex(of: ids.max() ?? 0) ?? 0
    case .token(let end): ids.firstIndex(of: end) ?? 0
    case .first: 0
    case .last: tower.context - 1
    }
  }

  private func run(
    _ ids: [[Int]], _ buffers: TokenBuffers, taps: Set<Int>
  ) throws(EncoderError) {
    buffers.reserve(batch: ids.count, tokens: tower.context, taps: taps)
    for (index, text) in ids.enumerated() {
      try lookUp(text, into: buffers.x + index * tower.context * tower.shape.width)
    }
    let layers = tower.shape.layers
    try trunk.run(
      buffers.x, batch: ids.count, tokens: tower.context, blocks: layers,
      taps: taps.isEmpty ? [] : (0..<layers).map { buffers[$0] }, firstTokenOnly: false)
  }

  private func lookUp(
    _ ids: [Int], into x: UnsafeMutablePointer<Float>
  ) throws(EncoderError) {
    guard !ids.isEmpty, ids.count <= tower.context else {
      throw .input("\(ids.count) token ids; a text has 1 to \(tower.context)")
    }
    let width = tower.shape.width
    for place in 0..<tower.context {
      let id = place < ids.count ? ids[place] : 0
      guard (0..<tower.vocabulary).contains(id) else {
        throw .input("token id \(id) is outside the vocabulary of \(tower.vocabulary)")
      }
      let row: [Float]
      do throws(SafetensorsError) {
        row = try table.floats(in: id * width..<(id + 1) * width)
      } catch { throw .weights(error) }
      for channel in 0..<width {
        x[place * width + channel] = row[channel] + positions[place * width + channel]
      }
    }
  }

  /// One token of the batch, to `buffers.row`.
  private func normalise(token: Int, _ buffers: TokenBuffers) {
    let width = tower.shape.width
    ct_norm(
      Int32(CT_F32), buffers.x + token * width, width, 1, width, norm.scale, norm.shift,
      tower.shape.epsilon, buffers.scratch, buffers.row, width, nil)
  }

  /// Everything on the way, for comparisons with reference implementations.
  package func trace(_ ids: [[Int]]) throws(EncoderError) -> EncoderTrace {
    let shape = tower.shape
    return try state.withLock { (state: inout State) throws(EncoderError) in
      let buffers = state.buffers
      var trace = EncoderTrace()
      func values(_ x: UnsafePointer<Float>, _ count: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: x, count: count))
      }
      let count = ids.count * tower.context * shape.width
      buffers.reserve(batch: ids.count, tokens: tower.context, taps: [])
      for (index, text) in ids.enumerated() {
        try lookUp(text, into: buffers.x + index * tower.context * shape.width)
      }
      trace.embeddings = values(buffers.x, count)
      try run(ids, buffers, taps: Set(0..<shape.layers))
      for block in 0..<shape.layers {
        if let tap = buffers[block] { trace.blocks.append(values(tap, count)) }
      }
      for token in 0..<ids.count * tower.context {
        normalise(token: token, buffers)
        trace.output += values(buffers.row, shape.width)
      }
      return trace
    }
  }
}
