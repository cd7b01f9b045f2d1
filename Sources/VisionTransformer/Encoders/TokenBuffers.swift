/// Memory for the tokens of a batch, kept from call to call. Used by one thread at a time.
final class TokenBuffers {
  private let width: Int
  /// batch × tokens × width.
  private(set) var x: UnsafeMutablePointer<Float>
  /// Copies of blocks' outputs, by block.
  private var taps: [Int: UnsafeMutablePointer<Float>] = [:]
  private var capacity = 0
  /// One normalised token, and one to work with.
  let row: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>

  init(width: Int) {
    self.width = width
    x = .allocate(capacity: 1)
    row = .allocate(capacity: width)
    scratch = .allocate(capacity: width)
    row.initialize(repeating: 0, count: width)
    scratch.initialize(repeating: 0, count: width)
  }

  deinit {
    x.deallocate()
    for tap in taps.values { tap.deallocate() }
    row.deallocate()
    scratch.deallocate()
  }

  func reserve(batch: Int, tokens: Int, taps wanted: Set<Int>) {
    let count = batch * tokens * width
    if count > capacity {
      x.deallocate()
      x = .allocate(capacity: count)
      x.initialize(repeating: 0, count: count)
      for tap in taps.values { tap.deallocate() }
      taps = [:]
      capacity = count
    }
    for block in wanted where taps[block] == nil {
      let tap = UnsafeMutablePointer<Float>.allocate(capacity: capacity)
      tap.initialize(repeating: 0, count: capacity)
      taps[block] = tap
    }
  }

  subscript(_ block: Int) -> UnsafeMutablePointer<Float>? { taps[block] }
}
