import Classifiers

extension HeadRecipe {
  /// A cache of evenly many pictures of each class, drawn at random, beside the prior.
  func adapter(
    _ set: TrainingSet, _ validation: TrainingSet?, _ prompts: ZeroShot?
  ) throws(ClassifierError) -> TipAdapter {
    let prior = try prior(set, validation, prompts)
    let rows = Self.cache(set, size: cacheSize, seed: seed)
    var adapter = try TipAdapter(
      keys: set.features.selecting(rows: rows), labels: rows.map { set.labels[$0] },
      classCount: set.classCount, alpha: alpha ?? 2, beta: beta ?? 5.5, prior: prior)
    guard alpha == nil || beta == nil, let validation else { return adapter }
    var lowest = Double.infinity
    var best = (adapter.alpha, adapter.beta)
    let priorLogits = try prior.decisions(of: validation.features)
    for beta in beta.map({ [$0] }) ?? Self.betas {
      adapter.beta = beta
      let votes = try adapter.cacheLogits(of: validation.features)
      for alpha in alpha.map({ [$0] }) ?? Self.alphas {
        let logits = ScoreMatrix(
          rows: votes.rows, columns: votes.columns,
          values: zip(priorLogits.values, votes.values).map { $0 + alpha * $1 })
        let loss = Metrics.logLoss(
          logits.softmax(), labels: validation.labels, weights: validation.weights)
        if loss < lowest { (lowest, best) = (loss, (alpha, beta)) }
      }
    }
    (adapter.alpha, adapter.beta) = best
    return adapter
  }

  /// The prompts; without them the normalised class means of the training rows, on the scale with
  /// the lowest loss on the validation data.
  func prior(
    _ set: TrainingSet, _ validation: TrainingSet?, _ prompts: ZeroShot?
  ) throws(ClassifierError) -> ZeroShot {
    if let prompts { return prompts }
    let width = set.features.columns
    var means = [Double](repeating: 0, count: set.classCount * width)
    for (row, label) in set.labels.enumerated() {
      let weight = set.weights[row]
      for (column, value) in set.features.row(row).enumerated() {
        means[label * width + column] += weight * Double(value)
      }
    }
    // A mean's length says nothing about its direction; unit rows take it away.
    let texts = Matrix(rows: set.classCount, columns: width, values: means.map { Float($0) })
      .unitRows()
    var best = (scale: 10.0, loss: Double.infinity)
    if let validation {
      for scale in [1.0, 2, 5, 10, 20] {
        let p = try ZeroShot(texts: texts, scale: scale).probabilities(of: validation.features)
        let loss = Metrics.logLoss(p, labels: validation.labels, weights: validation.weights)
        if loss < best.loss { best = (scale, loss) }
      }
    }
    return ZeroShot(texts: texts, scale: best.scale)
  }

  /// Rows of the cache: `size` spread evenly over the classes that occur, each at random.
  static func cache(_ set: TrainingSet, size: Int, seed: UInt64) -> [Int] {
    var rows = Array(0..<set.rows)
    var random = SplitMix64(seed: seed)
    random.shuffle(&rows)
    var ofClass = [[Int]](repeating: [], count: set.classCount)
    for row in rows { ofClass[set.labels[row]].append(row) }
    var chosen = [Int]()
    var depth = 0
    while chosen.count < min(size, set.rows) {
      for rows in ofClass where depth < rows.count && chosen.count < size {
        chosen.append(rows[depth])
      }
      depth += 1
    }
    return chosen
  }
}
