import VisionTransformer

/// Weights from a seed, of the sizes a trained model has, and the generator they come from.
struct RandomWeights: WeightSource {
  let geometry: TrunkGeometry
  var layerScales = false

  static func values(_ count: Int, seed: Int, scale: Float, offset: Float = 0) -> [Float] {
    var state = UInt64(bitPattern: Int64(seed)) &* 7919 &+ 12345
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Float(state >> 40) / Float(1 << 24) - 0.5) * scale + offset
    }
  }

  func weights(_ linear: PackedLayout.Linear, block: Int) -> [Float] {
    let size = geometry.plain(linear)
    return Self.values(
      size.outputs * size.inputs, seed: block * 31 + linear.rawValue,
      scale: 2 / Float(size.inputs).squareRoot())
  }

  func linear(
    _ linear: PackedLayout.Linear, block: Int, into target: UnsafeMutableBufferPointer<Float>
  ) throws(TrunkError) {
    _ = target.update(from: weights(linear, block: block))
  }

  func bias(_ linear: PackedLayout.Linear, block: Int) throws(TrunkError) -> [Float]? {
    Self.values(
      geometry.plain(linear).outputs, seed: block * 37 + linear.rawValue + 500, scale: 0.2)
  }

  func norm(_ second: Bool, block: Int) throws(TrunkError) -> (scale: [Float], shift: [Float]) {
    let seed = block * 2 + (second ? 1 : 0) + 900
    return (
      Self.values(geometry.width, seed: seed, scale: 0.4, offset: 1),
      Self.values(geometry.width, seed: seed + 5000, scale: 0.2)
    )
  }

  func layerScale(_ second: Bool, block: Int) throws(TrunkError) -> [Float]? {
    guard layerScales else { return nil }
    return Self.values(geometry.width, seed: block * 2 + (second ? 1 : 0) + 7000, scale: 1)
  }
}
