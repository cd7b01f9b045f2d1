extension GradientBoostedTrees {
  /// How to train.
  public struct Options: Sendable, Hashable {
    public var rounds: Int
    public var learningRate: Double
    public var maximumLeaves: Int
    public var maximumDepth: Int
    /// The fewest rows in a leaf.
    public var minimumRows: Int
    /// The smallest sum of second derivatives in a leaf.
    public var minimumHessian: Double
    /// λ: added to the sum of second derivatives.
    public var l2: Double
    /// Share of rows that each round sees, drawn anew, without replacement.
    public var rowShare: Double
    /// Share of features that each tree may use, drawn anew.
    public var featureShare: Double
    /// Rounds without a lower validation loss after which it stops and goes back to the best.
    public var patience: Int
    public var seed: UInt64

    public init(
      rounds: Int = 300, learningRate: Double = 0.05, maximumLeaves: Int = 15,
      maximumDepth: Int = 8, minimumRows: Int = 20, minimumHessian: Double = 1e-3,
      l2: Double = 1, rowShare: Double = 0.8, featureShare: Double = 0.3, patience: Int = 30,
      seed: UInt64 = 1
    ) {
      self.rounds = rounds
      self.learningRate = learningRate
      self.maximumLeaves = maximumLeaves
      self.maximumDepth = maximumDepth
      self.minimumRows = minimumRows
      self.minimumHessian = minimumHessian
      self.l2 = l2
      self.rowShare = rowShare
      self.featureShare = featureShare
      self.patience = patience
      self.seed = seed
    }
  }

  /// Boosts for `rounds`, or until the validation loss has not fallen for `patience` rounds.
  /// Returns the model with the fewest rounds that had the lowest validation loss.
  public static func train(
    on set: TrainingSet, validation: TrainingSet? = nil, options: Options = Options()
  ) -> GradientBoostedTrees {
    let outputs = set.classCount == 2 ? 1 : set.classCount
    var model = GradientBoostedTrees(
      featureCount: set.features.columns, classCount: set.classCount,
      base: startingLogits(set, outputs: outputs))
    let binned = BinnedFeatures(set.features)
    var random = SplitMix64(seed: options.seed)
    var logits = [Double](repeating: 0, count: set.rows * outputs)
    for row in 0..<set.rows {
      for output in 0..<outputs { logits[row * outputs + output] = model.base[output] }
    }
    var heldOut = validation.map { HeldOutLogits($0, model) }
    var pairs = [Float](repeating: 0, count: 2 * set.rows * outputs)
    var lowest = Double.infinity
    var best = 0
    for round in 0..<options.rounds {
      derivatives(set, logits, outputs: outputs, into: &pairs)
      let rows = sample(count: set.rows, share: options.rowShare, &random)
      for output in 0..<outputs {
        let columns = sample(count: set.features.columns, share: options.featureShare, &random)
        var grower = TreeGrower(
          binned: binned, features: columns, options: options,
          pairs: Array(pairs[2 * output * set.rows..<2 * (output + 1) * set.rows]))
        let root = grower.grow(rows: rows, into: &model.nodes)
        model.roots.append(root)
        for row in 0..<set.rows {
          logits[row * outputs + output] += Double(model.leafValue(binned, root, row: row))
        }
      }
      guard heldOut != nil else { continue }
      let loss = heldOut?.add(model) ?? 0
      if loss < lowest {
        lowest = loss
        best = round + 1
      } else if round + 1 - best >= options.patience {
        break
      }
    }
    if heldOut != nil { model.keep(rounds: best) }
    return model
  }

  /// The logarithm of the classes' weighted shares.
  private static func startingLogits(_ set: TrainingSet, outputs: Int) -> [Double] {
    var shares = [Double](repeating: 1e-9, count: set.classCount)
    for (label, weight) in zip(set.labels, set.weights) { shares[label] += weight }
    let total = shares.reduce(0, +)
    return outputs == 1
      ? [Elementary.log(shares[1] / shares[0])] : shares.map { Elementary.log($0 / total) }
  }

  /// First and second derivatives of the weighted log loss, output by output.
  private static func derivatives(
    _ set: TrainingSet, _ logits: [Double], outputs: Int, into pairs: inout [Float]
  ) {
    var p = [Double](repeating: 0, count: outputs)
    for row in 0..<set.rows {
      let weight = set.weights[row]
      if outputs == 1 {
        p[0] = Elementary.logistic(logits[row])
      } else {
        let own = logits[row * outputs..<(row + 1) * outputs]
        let largest = own.max() ?? 0
        var sum = 0.0
        for (output, logit) in own.enumerated() {
          p[output] = Elementary.exp(logit - largest)
          sum += p[output]
        }
        for output in 0..<outputs { p[output] /= sum }
      }
      for output in 0..<outputs {
        let isOwn = outputs == 1 ? set.labels[row] == 1 : set.labels[row] == output
        let index = 2 * (output * set.rows + row)
        pairs[index] = Float(weight * (p[output] - (isOwn ? 1 : 0)))
        pairs[index + 1] = Float(weight * p[output] * (1 - p[output]))
      }
    }
  }

  /// A sorted sample without replacement of about `share` of the numbers below `count`, never none.
  private static func sample(count: Int, share: Double, _ random: inout SplitMix64) -> [Int] {
    guard share < 1 else { return Array(0..<count) }
    var needed = max(1, Int((share * Double(count)).rounded()))
    var chosen = [Int]()
    chosen.reserveCapacity(needed)
    for number in 0..<count where random.integer(below: count - number) < needed {
      chosen.append(number)
      needed -= 1
    }
    return chosen
  }

  private func leafValue(_ binned: BinnedFeatures, _ root: Int32, row: Int) -> Float {
    var node = Int(root)
    while nodes.feature[node] >= 0 {
      let value = binned.source[row, Int(nodes.feature[node])]
      node = Int(value > nodes.threshold[node] ? nodes.right[node] : nodes.left[node])
    }
    return nodes.value[node]
  }

  private mutating func keep(rounds: Int) {
    let trees = rounds * base.count
    guard trees < roots.count else { return }
    let end = Int(roots[trees])
    roots.removeSubrange(trees...)
    nodes.feature.removeSubrange(end...)
    nodes.threshold.removeSubrange(end...)
    nodes.left.removeSubrange(end...)
    nodes.right.removeSubrange(end...)
    nodes.value.removeSubrange(end...)
  }

  /// Validation logits, kept up round by round.
  private struct HeldOutLogits {
    let set: TrainingSet
    var logits: ScoreMatrix

    init(_ set: TrainingSet, _ model: GradientBoostedTrees) {
      self.set = set
      logits = ScoreMatrix(rows: set.rows, columns: model.base.count, repeating: 0)
      for row in 0..<set.rows {
        for output in model.base.indices { logits[row, output] = model.base[output] }
      }
    }

    /// Adds the last round's trees; returns the mean log loss.
    mutating func add(_ model: GradientBoostedTrees) -> Double {
      let outputs = model.base.count
      for output in 0..<outputs {
        let root = model.roots[model.roots.count - outputs + output]
        for row in 0..<set.rows {
          var node = Int(root)
          while model.nodes.feature[node] >= 0 {
            let value = set.features[row, Int(model.nodes.feature[node])]
            node = Int(
              value > model.nodes.threshold[node] ? model.nodes.right[node] : model.nodes.left[node]
            )
          }
          logits[row, output] += Double(model.nodes.value[node])
        }
      }
      let probabilities = outputs == 1 ? logits.binaryProbabilities() : logits.softmax()
      return Metrics.logLoss(probabilities, labels: set.labels, weights: set.weights)
    }
  }
}
