import Glibc

/// The state of one training run: weights, their moments and the buffers of a minibatch.
struct PerceptronTrainer {
  private(set) var network: MultilayerPerceptron
  private let set: TrainingSet
  private let options: MultilayerPerceptron.Options
  private var random: SplitMix64
  private var order: [Int]
  /// The rows of each class; empty where none are mixed.
  private let rowsOfClass: [[Int]]
  private var hiddenWeights: Adam
  private var hiddenBias: Adam
  private var outputWeights: Adam
  private var outputBias: Adam

  init(
    _ network: MultilayerPerceptron, _ set: TrainingSet, _ options: MultilayerPerceptron.Options
  ) {
    self.network = network
    self.set = set
    self.options = options
    random = SplitMix64(seed: options.seed &+ 0x5EED)
    order = Array(0..<set.rows)
    var rowsOfClass = [[Int]](repeating: [], count: set.classCount)
    if options.mixing > 0 { for row in order { rowsOfClass[set.labels[row]].append(row) } }
    self.rowsOfClass = rowsOfClass
    hiddenWeights = Adam(network.hiddenWeights.values.count)
    hiddenBias = Adam(network.hiddenBias.count)
    outputWeights = Adam(network.outputWeights.values.count)
    outputBias = Adam(network.outputBias.count)
  }

  /// One pass over all rows in a new order; returns the mean loss on the way.
  mutating func runEpoch(_ epoch: Int) -> Double {
    let progress = Double(epoch) / Double(max(options.epochs - 1, 1))
    let rate =
      options.learningRate
      * (options.finalRate + (1 - options.finalRate) * 0.5 * (1 + cos(.pi * progress)))
    random.shuffle(&order)
    var loss = 0.0
    var weight = 0.0
    for start in stride(from: 0, to: order.count, by: options.batch) {
      let rows = order[start..<min(start + options.batch, order.count)]
      let sums = runBatch(rows, rate: rate)
      loss += sums.loss
      weight += sums.weight
    }
    return loss / max(weight, .leastNormalMagnitude)
  }

  private mutating func runBatch(
    _ rows: ArraySlice<Int>, rate: Double
  ) -> (loss: Double, weight: Double) {
    let (count, columns) = (rows.count, set.features.columns)
    let (hiddenCount, classes) = (network.hiddenCount, network.classCount)
    let x = inputs(of: rows)

    var before = [Float](repeating: 0, count: count * hiddenCount)
    BLAS.multiply(
      x, network.hiddenWeights.values, transposeB: true, m: count, n: hiddenCount, k: columns,
      into: &before)
    addBias(network.hiddenBias, to: &before)
    var hidden = before
    MultilayerPerceptron.activate(&hidden, network.activation)
    let mask = dropoutMask(hidden.count)
    if let mask { for index in hidden.indices { hidden[index] *= mask[index] } }
    var logits = [Float](repeating: 0, count: count * classes)
    BLAS.multiply(
      hidden, network.outputWeights.values, transposeB: true, m: count, n: classes,
      k: hiddenCount, into: &logits)
    addBias(network.outputBias, to: &logits)

    let sums = lossAndDerivatives(&logits, rows)
    guard sums.weight > 0 else { return sums }
    var outputGradient = [Float](repeating: 0, count: classes * hiddenCount)
    BLAS.multiply(
      logits, transposeA: true, hidden, m: classes, n: hiddenCount, k: count,
      into: &outputGradient)
    var back = [Float](repeating: 0, count: count * hiddenCount)
    BLAS.multiply(
      logits, network.outputWeights.values, m: count, n: hiddenCount, k: classes, into: &back)
    if let mask { for index in back.indices { back[index] *= mask[index] } }
    multiplyByDerivative(&back, at: before)
    var hiddenGradient = [Float](repeating: 0, count: hiddenCount * columns)
    BLAS.multiply(
      back, transposeA: true, x, m: hiddenCount, n: columns, k: count, into: &hiddenGradient)

    let hiddenBiasGradient = columnSums(back, hiddenCount)
    let outputBiasGradient = columnSums(logits, classes)
    let decay = options.weightDecay
    hiddenWeights.update(
      &network.hiddenWeights.values, hiddenGradient, rate: rate, decay: decay)
    hiddenBias.update(&network.hiddenBias, hiddenBiasGradient, rate: rate, decay: 0)
    outputWeights.update(
      &network.outputWeights.values, outputGradient, rate: rate, decay: decay)
    outputBias.update(&network.outputBias, outputBiasGradient, rate: rate, decay: 0)
    return sums
  }

  /// The rows' features, each perhaps mixed with those of another row of its class.
  private mutating func inputs(of rows: ArraySlice<Int>) -> [Float] {
    var values = set.features.selecting(rows: rows).values
    guard options.mixing > 0 else { return values }
    let columns = set.features.columns
    for (place, row) in rows.enumerated() where random.uniform() < options.mixing {
      let others = rowsOfClass[set.labels[row]]
      let other = others[random.integer(below: others.count)]
      let share = Float(random.uniform())
      values.withUnsafeMutableBufferPointer { values in
        set.features.values.withUnsafeBufferPointer { all in
          let (own, from) = (place * columns, other * columns)
          for column in 0..<columns {
            values[own + column] += share * (all[from + column] - values[own + column])
          }
        }
      }
    }
    return values
  }

  /// Replaces logits by the derivatives of the batch's weighted mean loss.
  private func lossAndDerivatives(
    _ logits: inout [Float], _ rows: ArraySlice<Int>
  ) -> (loss: Double, weight: Double) {
    let classes = network.classCount
    let total = rows.reduce(0) { $0 + set.weights[$1] }
    let spread = Float(options.labelSmoothing) / Float(classes)
    var loss = 0.0
    logits.withUnsafeMutableBufferPointer { logits in
      for (place, row) in rows.enumerated() {
        let base = place * classes
        var largest = logits[base]
        for index in base..<base + classes { largest = max(largest, logits[index]) }
        var sum: Float = 0
        let own = logits[base + set.labels[row]] - largest
        for index in base..<base + classes {
          logits[index] = expf(logits[index] - largest)
          sum += logits[index]
        }
        let weight = set.weights[row]
        loss += weight * Double(logf(sum) - own)
        let factor = total > 0 ? Float(weight / total) : 0
        for index in base..<base + classes {
          logits[index] = (logits[index] / sum - spread) * factor
        }
        logits[base + set.labels[row]] -= (1 - Float(options.labelSmoothing)) * factor
      }
    }
    return (loss, total)
  }

  private mutating func dropoutMask(_ count: Int) -> [Float]? {
    guard options.dropout > 0 else { return nil }
    let keep = Float(1 / (1 - options.dropout))
    return (0..<count).map { _ in random.uniform() < options.dropout ? 0 : keep }
  }

  private func multiplyByDerivative(_ gradient: inout [Float], at before: [Float]) {
    gradient.withUnsafeMutableBufferPointer { gradient in
      before.withUnsafeBufferPointer { before in
        switch network.activation {
        case .relu:
          for index in gradient.indices {
            gradient[index] = before[index] > 0 ? gradient[index] : 0
          }
        case .gelu:
          for index in gradient.indices {
            let x = before[index]
            let cumulative = 0.5 * (1 + erff(x * Float(0.5).squareRoot()))
            let density = expf(-0.5 * x * x) * 0.398_942_28
            gradient[index] *= cumulative + x * density
          }
        }
      }
    }
  }

  private func addBias(_ bias: [Float], to values: inout [Float]) {
    values.withUnsafeMutableBufferPointer { values in
      bias.withUnsafeBufferPointer { bias in
        for base in stride(from: 0, to: values.count, by: bias.count) {
          for index in bias.indices { values[base + index] += bias[index] }
        }
      }
    }
  }

  private func columnSums(_ values: [Float], _ columns: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: columns)
    sums.withUnsafeMutableBufferPointer { sums in
      values.withUnsafeBufferPointer { values in
        for base in stride(from: 0, to: values.count, by: columns) {
          for index in 0..<columns { sums[index] += values[base + index] }
        }
      }
    }
    return sums
  }
}
