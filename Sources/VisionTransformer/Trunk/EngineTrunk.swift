import CDNNL
import CTransformerKernels
import Synchronization

/// The blocks of a transformer encoder, in fp32, bf16 or int8, as fast as the processor allows.
///
/// Matrix products are oneDNN's or our own (`MatrixProduct`), with weights packed once and shared
/// between processes through a mapped file; everything between them is fused into passes over rows
/// that are still in the cache. Results do not depend, to the bit, on the batch or the number of threads.
///
/// A confined process calls `reserve` for every size it will use before its sandbox closes:
/// products are compiled there (which maps executable memory), buffers taken and threads started
/// by the initialiser. A later `compute` within those sizes computes and waits for its own threads;
/// it opens, maps and clones nothing.
public final class EngineTrunk: Sendable {
  /// What the products compute with, after what the processor has.
  public let arithmetic: Arithmetic
  /// Why that is not what was wished, if so.
  public let reason: String?
  public let threads: Int
  let weights: PackedWeights
  private let layouts: [PackedLayout.Linear: [UInt8]]
  /// Whether every product's sums are known not to depend on its rows.
  private let rowsAreFree: Bool
  /// Whether the products are our own.
  private let own: Bool
  private let pool: Pool
  private let state = Mutex(State())

  /// Whether the weights are mapped from a file that other processes share.
  public var sharesWeights: Bool { weights.shared }

  /// Whether a shared file's values are those that were written; reads all of it.
  public func verifyWeights() -> Bool { weights.verify() }

  private struct State: ~Copyable {
    /// By rows of a tile.
    var plans: [Int: TrunkPlan] = [:]
    var workspace: TrunkWorkspace?
  }

  private final class Pool: @unchecked Sendable {
    // Unchecked: the pool has a lock of its own, and `state` lets one run at a time use it.
    let handle: OpaquePointer
    init(threads: Int) throws(TrunkError) {
      let made = ct_pool_create(threads) { cdnnl_use_one_thread() }
      guard let handle = made else {
        throw .memory("\(threads) threads cannot be started")
      }
      self.handle = handle
    }
    deinit { ct_pool_destroy(handle) }
  }

  /// Packs the weights, or maps those that an earlier process packed.
  ///
  /// - Parameters:
  ///   - identity: names the source's contents (digest, or path, size and time); the packed file
  ///     is used for the same identity only. `nil`: no file.
  ///   - cache: a folder for packed files. Where it cannot be written, and has none, the weights
  ///     are packed in this process's memory.
  public init(
    _ geometry: TrunkGeometry, from source: some WeightSource, identity: String?, cache: String?,
    arithmetic wish: Arithmetic, threads: Int
  ) throws(TrunkError) {
    (arithmetic, reason) = Arithmetic.available(wish, width: geometry.width)
    self.threads = max(1, min(threads, 256))
    var products: [PackedLayout.Linear: MatrixProduct] = [:]
    var layouts: [PackedLayout.Linear: [UInt8]] = [:]
    var packed: [PackedLayout.Linear: Int] = [:]
    for linear in PackedLayout.Linear.allCases {
      let product = try MatrixProduct(
        arithmetic, rows: 128, size: geometry.size(linear), layout: nil)
      products[linear] = product
      layouts[linear] = product.layout
      packed[linear] = product.packedBytes
    }
    self.layouts = layouts
    own = products.values.allSatisfy(\.own)
    rowsAreFree = products.values.allSatisfy(\.sumsIgnoreRows)
    let layout = PackedLayout(geometry, arithmetic, packed: packed)
    var found: PackedWeights?
    if let identity, let folder = cache {
      let cache = PackedCache(folder: folder)
      let header = PackedCache.header(identity: identity, layout, products: products)
      found = cache.open(layout, header: header)
      if found == nil {
        found = try cache.write(layout, header: header, from: source, products: products)
      }
    }
    if let found {
      weights = found
    } else {
      weights = try PackedWeights.make(layout, from: source, products: products)
    }
    pool = try Pool(threads: self.threads)
  }

  /// Makes everything that runs of up to `batch` pictures of `tokens` tokens will use, those for
  /// the first token alone included unless told otherwise. Calls with other sizes add to it.
  public func reserve(
    batch: Int, tokens: Int, firstTokenOnly: Bool = true
  ) throws(TrunkError) {
    try state.withLock { (state: inout State) throws(TrunkError) in
      _ = try ready(&state, batch: batch, tokens: tokens, firstTokenOnly)
    }
  }

  private func ready(
    _ state: inout State, batch: Int, tokens: Int, _ firstTokenOnly: Bool
  ) throws(TrunkError) -> (TrunkPlan, single: TrunkPlan?, TrunkWorkspace) {
    guard batch >= 1, tokens >= 1, tokens <= 65_536, batch <= 1 << 20 else {
      throw .shape("a batch of \(batch) with \(tokens) tokens: 1 to 2^20, and 1 to 65536")
    }
    let rows = TrunkGeometry.tileRows(
      tokens: tokens, threads: threads, rowsAreFree: rowsAreFree)
    let plan = try plan(&state, rows: rows)
    // Where sums depend on the number of rows, the first token is computed among the others.
    let single = firstTokenOnly && rowsAreFree ? try self.plan(&state, rows: 1) : nil
    let capacity = together(batch) * tokens
    if let workspace = state.workspace, workspace.rowCapacity >= capacity,
      workspace.tileRows >= rows, workspace.tokenCapacity >= tokens
    {
      return (plan, single, workspace)
    }
    let old = state.workspace
    state.workspace = nil
    let workspace = TrunkWorkspace(
      rows: max(capacity, old?.rowCapacity ?? 0), tileRows: max(rows, old?.tileRows ?? 0),
      tokens: max(tokens, old?.tokenCapacity ?? 0), threads: threads, weights.layout.geometry,
      arithmetic)
    state.workspace = workspace
    return (plan, single, workspace)
  }

  private func plan(_ state: inout State, rows: Int) throws(TrunkError) -> TrunkPlan {
    if let made = state.plans[rows] { return made }
    let plan = try TrunkPlan(
      rows: rows, threads: threads, weights.layout, layouts: layouts, own: own)
    state.plans[rows] = plan
    return plan
  }

  /// Runs all blocks in place on `x`, batch × tokens × width.
  ///
  /// - Parameters:
  ///   - taps: for each block, where its output (batch × tokens × width) goes as well; empty for
  ///     none.
  ///   - blocks: how many blocks to run; `nil` for all.
  ///   - firstTokenOnly: of the last of these blocks only each picture's first token is wanted.
  ///     It is the same to the bit; the others, there and in that block's tap, are left in an
  ///     unspecified state.
  public func compute(
    _ x: UnsafeMutablePointer<Float>, batch: Int, tokens: Int,
    taps: [UnsafeMutablePointer<Float>?] = [], blocks: Int? = nil, firstTokenOnly: Bool = false
  ) throws(TrunkError) {
    let layers = weights.layout.geometry.layers
    var all = taps
    if all.count < layers {
      all += [UnsafeMutablePointer<Float>?](repeating: nil, count: layers - all.count)
    }
    let places = Places(x: x, taps: all)
    let size = tokens * weights.layout.geometry.width
    try state.withLock { (state: inout State) throws(TrunkError) in
      let (plan, single, workspace) = try ready(
        &state, batch: batch, tokens: tokens, firstTokenOnly)
      // The caller is one of the threads that run products.
      cdnnl_use_one_thread()
      let together = together(batch)
      for start in stride(from: 0, to: batch, by: together) {
        let pass = TrunkPass(
          weights, plan, single: single, workspace, batch: together, tokens: tokens,
          x: places.x + start * size, taps: places.taps.map { $0.map { $0 + start * size } })
        try pass.run(
          pool.handle, blocks: min(blocks ?? layers, layers), firstTokenOnly: single != nil)
      }
    }
  }

  /// How many pictures of a batch share tiles: where a sum depends on a row's place in its tile, each
  /// has tiles of its own, so that its result does not depend on the others.
  private func together(_ batch: Int) -> Int { rowsAreFree ? batch : 1 }

  private struct Places: @unchecked Sendable {
    // Unchecked: the caller's memory, used until `compute` returns.
    let x: UnsafeMutablePointer<Float>
    let taps: [UnsafeMutablePointer<Float>?]
  }
}
