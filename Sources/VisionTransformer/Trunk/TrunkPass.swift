import CTransformerKernels
import Glibc

/// One run of the blocks over a batch.
///
/// Between two attentions everything is done row by row, so a block is two rounds of work: tiles of
/// rows (the rest of the block before, then normalisation and the product to queries, keys and
/// values), and heads (attention). A thread that takes a tile keeps it in its cache through four
/// products. Items share nothing but what they read.
final class TrunkPass {
  let weights: PackedWeights
  let plan: TrunkPlan
  /// For one row, where first tokens alone are wanted.
  let single: TrunkPlan?
  let workspace: TrunkWorkspace
  let batch: Int
  let tokens: Int
  let x: UnsafeMutablePointer<Float>
  /// For each block, where its output is copied.
  let taps: [UnsafeMutablePointer<Float>?]
  /// The block whose first half the current round of tiles computes.
  private var block = 0
  /// How many of a picture's tokens, from the first, attention computes in this block.
  private var queries = 0
  private(set) var failed = false

  init(
    _ weights: PackedWeights, _ plan: TrunkPlan, single: TrunkPlan?, _ workspace: TrunkWorkspace,
    batch: Int, tokens: Int, x: UnsafeMutablePointer<Float>, taps: [UnsafeMutablePointer<Float>?]
  ) {
    self.weights = weights
    self.plan = plan
    self.single = single
    self.workspace = workspace
    self.batch = batch
    self.tokens = tokens
    self.x = x
    self.taps = taps
  }

  private var layout: PackedLayout { weights.layout }
  private var geometry: TrunkGeometry { layout.geometry }
  private var arithmetic: Arithmetic { layout.arithmetic }

  /// Runs blocks 0..<count on `pool`; with `firstTokenOnly` the last of them only for each
  /// picture's first token, whose attention still sees all tokens.
  func run(
    _ pool: OpaquePointer, blocks count: Int, firstTokenOnly: Bool
  ) throws(TrunkError) {
    let tiles = (batch * tokens + plan.rows - 1) / plan.rows
    let context = Unmanaged.passUnretained(self).toOpaque()
    if geometry.paddedWidth != geometry.width || tiles * plan.rows != batch * tokens {
      workspace.clearAttended(
        bytes: tiles * plan.rows * geometry.paddedWidth * arithmetic.attendedBytes)
    }
    for index in 0..<count {
      block = index
      queries = firstTokenOnly && index == count - 1 ? 1 : tokens
      ct_pool_run(
        pool, tiles,
        {
          let pass = TrunkPass.of($0)
          if pass.block > 0 { pass.finish(tile: $1, thread: $2) }
          pass.begin(tile: $1, thread: $2)
        }, context)
      ct_pool_run(
        pool, batch * geometry.heads, { TrunkPass.of($0).attend(head: $1, thread: $2) }, context)
    }
    block = count
    if firstTokenOnly {
      // One row a product: what a picture's is does not depend on how many there are.
      ct_pool_run(pool, batch, { TrunkPass.of($0).finish(image: $1, thread: $2) }, context)
    } else {
      ct_pool_run(pool, tiles, { TrunkPass.of($0).finish(tile: $1, thread: $2) }, context)
    }
    guard !failed else { throw .library("a matrix product of oneDNN failed") }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> TrunkPass {
    // Never null: `run` passes itself.
    Unmanaged<TrunkPass>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
  }

  private func product(
    _ linear: PackedLayout.Linear, _ plan: TrunkPlan, _ slot: PackedLayout.Slot, thread: Int,
    _ operand: UnsafeRawPointer
  ) {
    let result = workspace.lanes[thread].result
    if !plan.run(linear, thread: thread, operand, weights.base + slot.weights, result) {
      failed = true
    }
  }

  private func outputs(_ linear: PackedLayout.Linear) -> Int { geometry.size(linear).outputs }

  /// One of our own products.
  private func ownProduct(
    _ linear: PackedLayout.Linear, _ slot: PackedLayout.Slot, _ operand: UnsafeRawPointer,
    rows: Int
  ) -> ct_product {
    let size = geometry.size(linear)
    return ct_product(
      kind: arithmetic.operand, a: operand, rows: rows, packed: weights.base + slot.weights,
      n: size.outputs, k: size.inputs)
  }

  /// stream += layerScale · (operand · weights + bias)
  private func add(
    _ linear: PackedLayout.Linear, _ plan: TrunkPlan, _ slot: PackedLayout.Slot,
    _ operand: UnsafeRawPointer, _ scales: UnsafePointer<ct_quant>, rows: Int, thread: Int,
    scaledBy layerScale: UnsafePointer<Float>, to stream: UnsafeMutablePointer<Float>
  ) {
    let lane = workspace.lanes[thread]
    let width = geometry.width
    var scaling = weights.scaling(slot)
    if plan.own {
      var product = ownProduct(linear, slot, operand, rows: rows)
      ct_product_residual(
        &product, lane.product, &scaling, width, scales, layerScale, stream, width)
    } else {
      product(linear, plan, slot, thread: thread, operand)
      ct_residual(
        &scaling, lane.result, outputs(linear), rows, width, scales, layerScale, lane.row, stream,
        width)
    }
  }

  /// Normalisation and the product to queries, keys and values of `block`.
  private func begin(tile: Int, thread: Int) {
    let lane = workspace.lanes[thread]
    let width = geometry.width
    let first = tile * plan.rows
    let rows = min(plan.rows, batch * tokens - first)
    let place = layout.blocks[block]
    ct_norm(
      arithmetic.operand, x + first * width, width, rows, width, weights.floats(place.norm1Scale),
      weights.floats(place.norm1Shift), geometry.epsilon, lane.row, lane.narrow,
      geometry.paddedWidth, lane.narrowScales)
    let slot = place[.attend]
    var scaling = weights.scaling(slot)
    let factor = 1 / Float(geometry.headWidth).squareRoot()
    let queries = workspace.queries + first * 3 * width * arithmetic.attentionBytes
    if plan.own {
      var product = ownProduct(.attend, slot, lane.narrow, rows: rows)
      ct_product_project(
        &product, lane.product, &scaling, 3 * width, lane.narrowScales, width, factor,
        arithmetic.attention, queries, 3 * width)
    } else {
      product(.attend, plan, slot, thread: thread, lane.narrow)
      ct_project(
        &scaling, lane.result, outputs(.attend), rows, 3 * width, lane.narrowScales, width,
        factor, lane.row, arithmetic.attention, queries, 3 * width)
    }
  }

  /// Attention of one head of one image.
  private func attend(head item: Int, thread: Int) {
    let (image, head) = item.quotientAndRemainder(dividingBy: geometry.heads)
    let width = geometry.width
    let size = arithmetic.attentionBytes
    let column = head * geometry.headWidth
    let q = workspace.queries + (image * tokens * 3 * width + column) * size
    let out =
      workspace.attended
      + (image * tokens * geometry.paddedWidth + column) * arithmetic.attendedBytes
    let scratch = workspace.lanes[thread].attention
    if arithmetic.attendsInBytes {
      let row = q.assumingMemoryBound(to: UInt16.self)
      ct_attention_bytes(
        row, row + width, row + 2 * width, 3 * width, tokens, queries, geometry.headWidth,
        geometry.causal ? 1 : 0, out.assumingMemoryBound(to: Float.self), geometry.paddedWidth,
        scratch)
    } else {
      ct_attention(
        arithmetic.attention, q, q + width * size, q + 2 * width * size, 3 * width, tokens,
        queries, geometry.headWidth, geometry.causal ? 1 : 0, out, geometry.paddedWidth,
        arithmetic.attended, scratch)
    }
  }

  /// A tile of rows.
  private func finish(tile: Int, thread: Int) {
    let first = tile * plan.rows
    finish(plan, first: first, rows: min(plan.rows, batch * tokens - first), thread: thread)
  }

  /// A picture's first token.
  private func finish(image: Int, thread: Int) {
    guard let single else {
      failed = true
      return
    }
    finish(single, first: image * tokens, rows: 1, thread: thread)
  }

  /// What follows attention in the block before `block`, for some rows of the batch.
  private func finish(_ plan: TrunkPlan, first: Int, rows: Int, thread: Int) {
    let lane = workspace.lanes[thread]
    let width = geometry.width
    let place = layout.blocks[block - 1]
    let stream = x + first * width

    var operand =
      workspace.attended + first * geometry.paddedWidth * arithmetic.attendedBytes
    if arithmetic == .int8 {
      ct_convert(
        arithmetic.operand, operand.assumingMemoryBound(to: Float.self), geometry.paddedWidth,
        rows, width, lane.narrow, geometry.paddedWidth, lane.narrowScales)
      operand = lane.narrow
    }
    add(
      .project, plan, place[.project], operand, lane.narrowScales, rows: rows, thread: thread,
      scaledBy: weights.floats(place.layerScale1), to: stream)

    ct_norm(
      arithmetic.operand, stream, width, rows, width, weights.floats(place.norm2Scale),
      weights.floats(place.norm2Shift), geometry.epsilon, lane.row, lane.narrow,
      geometry.paddedWidth, lane.narrowScales)
    var scaling = weights.scaling(place[.expand])
    let activation = Int32(geometry.activation.rawValue)
    if plan.own {
      var product = ownProduct(.expand, place[.expand], lane.narrow, rows: rows)
      ct_product_activate(
        &product, lane.product, &scaling, activation, geometry.hidden, lane.narrowScales,
        lane.result, lane.row, lane.wide, geometry.paddedHidden, lane.wideScales)
    } else {
      product(.expand, plan, place[.expand], thread: thread, lane.narrow)
      ct_activate(
        activation, &scaling, lane.result, outputs(.expand), rows, geometry.hidden,
        lane.narrowScales, lane.row, arithmetic.operand, lane.wide, geometry.paddedHidden,
        lane.wideScales)
    }
    add(
      .contract, plan, place[.contract], lane.wide, lane.wideScales, rows: rows, thread: thread,
      scaledBy: weights.floats(place.layerScale2), to: stream)
    if let tap = taps[block - 1] {
      (tap + first * width).update(from: stream, count: rows * width)
    }
  }
}
