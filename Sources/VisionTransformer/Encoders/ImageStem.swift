import CTransformerKernels

/// From pixels to the first block: patches, class token, registers, positions, CLIP's first
/// normalisation. Used by one thread at a time.
final class ImageStem {
  let tower: ImageTower
  private let patches: DenseLayer
  private let classToken: [Float]
  private let registers: [Float]
  private let positions: PositionEmbeddings
  private let preNorm: (scale: [Float], shift: [Float])?
  private var resized: [Size: [Float]] = [:]
  private var row: [Float]

  private struct Size: Hashable {
    let rows: Int
    let columns: Int
  }

  init(_ tower: ImageTower, _ tensors: ImageTensors) throws(EncoderError) {
    self.tower = tower
    let width = tower.shape.width
    patches = try DenseLayer(
      weight: try tensors.patchWeight.values(), bias: try tensors.patchBias?.values() ?? [],
      outputs: width, inputs: tower.channels * tower.patchHeight * tower.patchWidth)
    classToken = try tensors.classToken?.values() ?? []
    registers = try tensors.registers?.values() ?? []
    positions = PositionEmbeddings(
      values: try tensors.positions.values(), prefix: tower.placedPrefix, grid: tower.grid,
      width: width, mode: tower.positions)
    if let norm = tensors.preNorm {
      preNorm = (try norm.scale.values(), try norm.shift.values())
    } else {
      preNorm = nil
    }
    row = [Float](repeating: 0, count: width)
  }

  /// The patches of an input, down and across; pixels beyond the last whole patch do not count.
  func grid(height: Int, width: Int) throws(EncoderError) -> (rows: Int, columns: Int) {
    let grid = (rows: height / tower.patchHeight, columns: width / tower.patchWidth)
    guard grid.rows >= 1, grid.columns >= 1, tokens(grid) <= Limits.tokens else {
      throw .input(
        "an input of \(width) × \(height) pixels in patches of \(tower.patchWidth) × "
          + "\(tower.patchHeight): 1 to \(Limits.tokens) tokens are supported")
    }
    if tower.positions == .fixed, (height, width) != (tower.height, tower.width) {
      throw .input(
        "an input of \(width) × \(height) pixels; this encoder takes \(tower.width) × "
          + "\(tower.height) only")
    }
    return grid
  }

  func tokens(_ grid: (rows: Int, columns: Int)) -> Int {
    tower.prefix + grid.rows * grid.columns
  }

  /// Takes what inputs of this grid need.
  func prepare(_ grid: (rows: Int, columns: Int)) throws(EncoderError) {
    try patches.prepare(rows: grid.rows * grid.columns)
    _ = positions(grid)
  }

  func positions(_ grid: (rows: Int, columns: Int)) -> [Float] {
    let size = Size(rows: grid.rows, columns: grid.columns)
    if let known = resized[size] { return known }
    let values = positions.resized(rows: grid.rows, columns: grid.columns)
    resized[size] = values
    return values
  }

  /// The patches alone: rows × columns × width.
  func embed(
    _ input: EncoderInput, _ grid: (rows: Int, columns: Int), into out: UnsafeMutablePointer<Float>
  ) throws(EncoderError) {
    let width = tower.shape.width
    let count = grid.rows * grid.columns
    try patches.run(rows: count) { operand in
      input.values.withUnsafeBufferPointer { values in
        gather(values, input, grid, into: operand)
      }
    } take: { result, bias in
      for patch in 0..<count {
        let from = result + patch * patches.size.outputs
        let to = out + patch * width
        if bias.isEmpty {
          to.update(from: from, count: width)
        } else {
          for channel in 0..<width { to[channel] = from[channel] + bias[channel] }
        }
      }
    }
  }

  private func gather(
    _ values: UnsafeBufferPointer<Float>, _ input: EncoderInput,
    _ grid: (rows: Int, columns: Int), into operand: UnsafeMutablePointer<Float>
  ) {
    guard let base = values.baseAddress else { return }
    let (high, wide) = (tower.patchHeight, tower.patchWidth)
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        var target = operand + (row * grid.columns + column) * patches.size.inputs
        for channel in 0..<tower.channels {
          for line in 0..<high {
            let place = (channel * input.height + row * high + line) * input.width + column * wide
            target.update(from: base + place, count: wide)
            target += wide
          }
        }
      }
    }
  }

  /// One picture's tokens before the first block; `normalise` is false in tests only.
  func run(
    _ input: EncoderInput, _ grid: (rows: Int, columns: Int),
    into x: UnsafeMutablePointer<Float>, normalise: Bool = true
  ) throws(EncoderError) {
    let width = tower.shape.width
    let first = x + tower.prefix * width
    let count = grid.rows * grid.columns
    try embed(input, grid, into: first)
    for place in classToken.indices { x[place] = classToken[place] }
    for place in registers.indices { x[classToken.count + place] = registers[place] }
    positions(grid).withUnsafeBufferPointer { positions in
      let prefix = tower.placedPrefix * width
      for place in 0..<prefix { x[place] += positions[place] }
      for place in 0..<count * width { first[place] += positions[prefix + place] }
    }
    if normalise, let preNorm {
      let rows = tower.prefix + count
      ct_norm(
        Int32(CT_F32), x, width, rows, width, preNorm.scale, preNorm.shift,
        tower.shape.epsilon, &row, x, width, nil)
    }
  }
}
