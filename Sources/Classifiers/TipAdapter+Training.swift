import Glibc

extension TipAdapter {
  /// How to learn the keys: AdamW with a learning rate falling along a half cosine.
  public struct Options: Sendable, Hashable {
    public var epochs: Int
    public var batch: Int
    public var learningRate: Double
    public var weightDecay: Double
    public var seed: UInt64

    public init(
      epochs: Int = 20, batch: Int = 256, learningRate: Double = 1e-3, weightDecay: Double = 1e-2,
      seed: UInt64 = 1
    ) {
      self.epochs = epochs
      self.batch = batch
      self.learningRate = learningRate
      self.weightDecay = weightDecay
      self.seed = seed
    }
  }

  /// Tip-Adapter-F: the same adapter with its keys trained by cross entropy; the prompts, α and β
  /// stay. Calls `afterEpoch` with the number of epochs done and the adapter at that point.
  public func fineTuned(
    on set: TrainingSet, options: Options = Options(),
    afterEpoch: ((Int, TipAdapter) -> Void)? = nil
  ) throws(ClassifierError) -> TipAdapter {
    try checkWidth(set.features)
    var adapter = self
    let priorLogits =
      try prior?.decisions(of: set.features)
      ?? ScoreMatrix(rows: set.rows, columns: classCount, repeating: 0)
    var moments = Adam(keys.values.count, epsilon: 1e-4)
    var random = SplitMix64(seed: options.seed)
    var order = Array(0..<set.rows)
    let batches = (set.rows + options.batch - 1) / options.batch
    var step = 0
    for epoch in 0..<options.epochs {
      random.shuffle(&order)
      for start in stride(from: 0, to: set.rows, by: options.batch) {
        let rows = Array(order[start..<min(start + options.batch, set.rows)])
        let gradient = adapter.keyGradient(set.selecting(rows: rows), rows, priorLogits)
        let progress = Double(step) / Double(options.epochs * batches)
        let rate = options.learningRate * 0.5 * (1 + cos(.pi * progress))
        moments.update(
          &adapter.keys.values, gradient, rate: rate, decay: options.weightDecay)
        step += 1
      }
      afterEpoch?(epoch + 1, adapter)
    }
    return adapter
  }

  /// The derivatives of the weighted mean cross entropy of a batch by the keys.
  private func keyGradient(
    _ batch: TrainingSet, _ rows: [Int], _ priorLogits: ScoreMatrix
  ) -> [Float] {
    let (count, width) = (keys.rows, keys.columns)
    var votes = [Float](repeating: 0, count: batch.rows * count)
    BLAS.multiply(
      batch.features.values, keys.values, transposeB: true, m: batch.rows, n: count, k: width,
      into: &votes)
    for index in votes.indices { votes[index] = expf(-Float(beta) * (1 - votes[index])) }
    var logits = priorLogits.selecting(rows: rows)
    for row in 0..<batch.rows {
      for (key, label) in labels.enumerated() {
        logits[row, label] += alpha * Double(votes[row * count + key])
      }
    }
    let probabilities = logits.softmax()
    let total = max(batch.weights.reduce(0, +), .leastNormalMagnitude)
    for row in 0..<batch.rows {
      let weight = batch.weights[row] / total * alpha * beta
      for (key, label) in labels.enumerated() {
        let error = probabilities[row, label] - (batch.labels[row] == label ? 1 : 0)
        votes[row * count + key] *= Float(weight * error)
      }
    }
    var gradient = [Float](repeating: 0, count: count * width)
    BLAS.multiply(
      votes, transposeA: true, batch.features.values, m: count, n: width, k: batch.rows,
      into: &gradient)
    return gradient
  }
}
