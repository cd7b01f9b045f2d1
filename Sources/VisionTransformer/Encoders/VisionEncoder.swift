import CTransformerKernels
import ImageCodecs
import Safetensors
import Synchronization

/// An image tower: pictures to features.
///
/// Features do not depend, to the bit, on the other pictures of a batch or on the number of
/// threads. One call at a time computes; others wait.
///
/// A confined process calls `prepare` before its sandbox closes; later calls within the prepared
/// sizes only compute and take ordinary memory.
public final class VisionEncoder: Sendable {
  public let description: EncoderDescription
  /// What pictures go through on their way in.
  public let preprocessor: Preprocessor
  /// What the blocks compute with, after what the processor has, and why that is not the wish.
  public let arithmetic: Arithmetic
  public let reason: String?
  /// Whether the blocks' weights are mapped from a packed file that processes share.
  public let sharesWeights: Bool
  private let trunk: any Trunk
  private let norm: (scale: [Float], shift: [Float])
  private let state: Mutex<State>

  private struct State: ~Copyable {
    let stem: ImageStem
    /// CLIP's projection or timm's head.
    let projection: DenseLayer?
    let buffers: TokenBuffers
  }

  /// - Parameters:
  ///   - arithmetic: what the products shall compute with; fp32 where the processor lacks it.
  ///   - threads: 1 to 256.
  ///   - cache: a folder for packed weights, which processes share and later starts map; `nil`, or
  ///     a folder that cannot be written: packed in this process's memory.
  /// - Throws: `weights`, `machine`.
  public convenience init(
    _ model: EncoderModel, arithmetic: Arithmetic = .fp32, threads: Int = 1, cache: String? = nil
  ) throws(EncoderError) {
    let trunk = try PackedTrunk(
      model.description.image.shape, model.loaded.image.blocks,
      identity: model.identity.map { $0 + " image" }, cache: cache, arithmetic: arithmetic,
      threads: threads)
    try self.init(
      model, trunk: trunk, arithmetic: trunk.engine.arithmetic, reason: trunk.engine.reason,
      sharesWeights: trunk.engine.sharesWeights)
  }

  /// Over any trunk, for comparisons.
  package init(
    _ model: EncoderModel, trunk: any Trunk, arithmetic: Arithmetic, reason: String? = nil,
    sharesWeights: Bool = false
  ) throws(EncoderError) {
    description = model.description
    preprocessor = Preprocessor(model.description.preprocessing)
    self.trunk = trunk
    self.arithmetic = arithmetic
    self.reason = reason
    self.sharesWeights = sharesWeights
    let tensors = model.loaded.image
    let tower = model.description.image
    norm = (try tensors.postNorm.scale.values(), try tensors.postNorm.shift.values())
    let outputs = tower.projection ?? tower.classes
    var projection: DenseLayer?
    if let outputs, let layer = tensors.projection {
      projection = try layer.layer(outputs: outputs, inputs: tower.shape.width)
    }
    state = Mutex(
      State(
        stem: try ImageStem(tower, tensors), projection: projection,
        buffers: TokenBuffers(width: tower.shape.width)))
  }

  /// Takes everything that batches of up to this size will use; sizes add up over calls.
  ///
  /// - Parameters:
  ///   - height, width: of the input in pixels; the size of the preprocessing where `nil`.
  ///   - layers: the features that will be asked for.
  public func prepare(
    batch: Int = 1, height: Int? = nil, width: Int? = nil, layers: [FeatureLayer] = [.embedding]
  ) throws(EncoderError) {
    let height = height ?? description.preprocessing.cropHeight
    let width = width ?? description.preprocessing.cropWidth
    try state.withLock { (state: inout State) throws(EncoderError) in
      let grid = try state.stem.grid(height: height, width: width)
      let tokens = state.stem.tokens(grid)
      try state.stem.prepare(grid)
      try state.projection?.prepare(rows: 1)
      try trunk.prepare(batch: batch, tokens: tokens, firstTokenOnly: true)
      var blocks: Set<Int> = []
      for layer in layers { blocks.insert(try description.blockIndex(of: layer)) }
      state.buffers.reserve(batch: batch, tokens: tokens, taps: blocks)
    }
  }

  /// The features of pictures as they come from the decoder.
  public func embed(
    _ images: [StoredImage], layer: FeatureLayer = .embedding
  ) throws(EncoderError) -> [[Float]] {
    try embed(images.map { preprocessor($0) }, layer: layer)
  }

  /// One layer's features for each input.
  public func embed(
    _ inputs: [EncoderInput], layer: FeatureLayer = .embedding
  ) throws(EncoderError) -> [[Float]] {
    try features(inputs, layers: [layer]).map { $0[0] }
  }

  /// Several layers' features for each input, from one pass.
  ///
  /// - Parameter inputs: of one size; any number, which are computed together.
  /// - Returns: for each input, for each layer, the values; `description.size(of:)` many.
  /// - Throws: `input` for sizes and layers that the model has not, `machine`.
  public func features(
    _ inputs: [EncoderInput], layers: [FeatureLayer]
  ) throws(EncoderError) -> [[[Float]]] {
    guard let first = inputs.first else { return [] }
    guard inputs.allSatisfy({ $0.height == first.height && $0.width == first.width }) else {
      throw .input("the pictures of a batch have to have one size")
    }
    var blocks: [Int] = []
    for layer in layers {
      _ = try description.size(of: layer)
      blocks.append(try description.blockIndex(of: layer))
    }
    guard let last = blocks.max() else { return inputs.map { _ in [] } }
    return try state.withLock { (state: inout State) throws(EncoderError) in
      let grid = try state.stem.grid(height: first.height, width: first.width)
      let tokens = state.stem.tokens(grid)
      let size = tokens * description.image.shape.width
      let buffers = state.buffers
      buffers.reserve(batch: inputs.count, tokens: tokens, taps: Set(blocks))
      for (index, input) in inputs.enumerated() {
        try state.stem.run(input, grid, into: buffers.x + index * size)
      }
      try trunk.run(
        buffers.x, batch: inputs.count, tokens: tokens, blocks: last + 1,
        taps: (0...last).map { $0 == last || !blocks.contains($0) ? nil : buffers[$0] },
        firstTokenOnly: zip(layers, blocks).allSatisfy {
          $1 < last || $0.isOfClassToken(description.image)
        })
      var all: [[[Float]]] = []
      for index in inputs.indices {
        var features: [[Float]] = []
        for (layer, block) in zip(layers, blocks) {
          let output = block == last ? buffers.x : buffers[block] ?? buffers.x
          features.append(
            try read(layer, output + index * size, tokens: tokens, state.projection, buffers))
        }
        all.append(features)
      }
      return all
    }
  }

  /// - Parameter x: one picture's tokens after a block.
  private func read(
    _ layer: FeatureLayer, _ x: UnsafePointer<Float>, tokens: Int, _ projection: DenseLayer?,
    _ buffers: TokenBuffers
  ) throws(EncoderError) -> [Float] {
    switch layer {
    case .embedding:
      let embedding = embedding(x, tokens: tokens, buffers)
      guard description.image.projection != nil, let projection else { return embedding }
      return try projection(embedding)
    case .logits:
      return try projection?(embedding(x, tokens: tokens, buffers)) ?? []
    case .output(let pooling):
      return pooled(x, tokens: tokens, pooling, normalised: true, buffers)
    case .block(_, let pooling, let normalised):
      return pooled(x, tokens: tokens, pooling, normalised: normalised, buffers)
    }
  }

  /// What the projection or the head reads.
  private func embedding(
    _ x: UnsafePointer<Float>, tokens: Int, _ buffers: TokenBuffers
  ) -> [Float] {
    switch description.image.pooling {
    case .classToken: return classToken(x, normalised: true, buffers)
    case .patchMean where description.image.normalisesPooled:
      let mean = patchMean(x, tokens: tokens, normalised: false, buffers)
      normalise(mean, buffers)
      return Array(UnsafeBufferPointer(start: buffers.row, count: mean.count))
    case .patchMean: return patchMean(x, tokens: tokens, normalised: true, buffers)
    }
  }

  private func pooled(
    _ x: UnsafePointer<Float>, tokens: Int, _ pooling: FeatureLayer.Pooling, normalised: Bool,
    _ buffers: TokenBuffers
  ) -> [Float] {
    switch pooling {
    case .classToken: classToken(x, normalised: normalised, buffers)
    case .patchMean: patchMean(x, tokens: tokens, normalised: normalised, buffers)
    case .both:
      classToken(x, normalised: normalised, buffers)
        + patchMean(x, tokens: tokens, normalised: normalised, buffers)
    }
  }

  private func classToken(
    _ x: UnsafePointer<Float>, normalised: Bool, _ buffers: TokenBuffers
  ) -> [Float] {
    let width = description.image.shape.width
    guard normalised else { return Array(UnsafeBufferPointer(start: x, count: width)) }
    normalise(x, buffers)
    return Array(UnsafeBufferPointer(start: buffers.row, count: width))
  }

  private func patchMean(
    _ x: UnsafePointer<Float>, tokens: Int, normalised: Bool, _ buffers: TokenBuffers
  ) -> [Float] {
    let width = description.image.shape.width
    let first = description.image.prefix
    var sums = [Double](repeating: 0, count: width)
    for token in first..<tokens {
      var values = x + token * width
      if normalised {
        normalise(values, buffers)
        values = UnsafePointer(buffers.row)
      }
      for channel in 0..<width { sums[channel] += Double(values[channel]) }
    }
    return sums.map { Float($0 / Double(tokens - first)) }
  }

  /// One token, to `buffers.row`.
  private func normalise(_ x: UnsafePointer<Float>, _ buffers: TokenBuffers) {
    let width = description.image.shape.width
    ct_norm(
      Int32(CT_F32), x, width, 1, width, norm.scale, norm.shift, description.image.shape.epsilon,
      buffers.scratch, buffers.row, width, nil)
  }

  /// Everything on the way, for comparisons with reference implementations.
  package func trace(_ inputs: [EncoderInput]) throws(EncoderError) -> EncoderTrace {
    guard let first = inputs.first else { throw .input("nothing to trace") }
    let shape = description.image.shape
    return try state.withLock { (state: inout State) throws(EncoderError) in
      let grid = try state.stem.grid(height: first.height, width: first.width)
      let tokens = state.stem.tokens(grid)
      let size = tokens * shape.width
      let buffers = state.buffers
      buffers.reserve(batch: inputs.count, tokens: tokens, taps: Set(0..<shape.layers))
      func values(_ x: UnsafePointer<Float>, _ count: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: x, count: count))
      }
      let count = inputs.count * size
      var trace = EncoderTrace()
      for input in inputs {
        try state.stem.embed(input, grid, into: buffers.x)
        trace.patches += values(buffers.x, grid.rows * grid.columns * shape.width)
      }
      trace.positions = state.stem.positions(grid)
      for (index, input) in inputs.enumerated() {
        try state.stem.run(input, grid, into: buffers.x + index * size, normalise: false)
      }
      trace.embeddings = values(buffers.x, count)
      for (index, input) in inputs.enumerated() {
        try state.stem.run(input, grid, into: buffers.x + index * size)
      }
      trace.normalised = values(buffers.x, count)
      try trunk.run(
        buffers.x, batch: inputs.count, tokens: tokens, blocks: shape.layers,
        taps: (0..<shape.layers).map { buffers[$0] }, firstTokenOnly: false)
      for block in 0..<shape.layers {
        if let tap = buffers[block] { trace.blocks.append(values(tap, count)) }
      }
      for token in 0..<inputs.count * tokens {
        normalise(buffers.x + token * shape.width, buffers)
        trace.output += values(buffers.row, shape.width)
      }
      return trace
    }
  }
}

/// The values on the way through a tower, picture after picture.
package struct EncoderTrace: Sendable {
  package var patches: [Float] = []
  /// Of the tokens that have some, once.
  package var positions: [Float] = []
  /// Tokens with positions, and after CLIP's first normalisation.
  package var embeddings: [Float] = []
  package var normalised: [Float] = []
  package var blocks: [[Float]] = []
  /// After the last normalisation.
  package var output: [Float] = []
}
