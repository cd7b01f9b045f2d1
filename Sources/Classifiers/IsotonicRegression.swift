import Safetensors

/// The non-decreasing function nearest to the outcomes, by pooling adjacent violators; linear
/// between its corners, constant beyond them.
public struct IsotonicRegression: Sendable, Hashable {
  /// Corners, strictly rising in `scores`, non-decreasing in `probabilities`.
  public let scores: [Double]
  public let probabilities: [Double]

  /// Fits to 0/1 outcomes. Equal scores are averaged first.
  public init(fitting scores: [Double], positive: [Bool], weights: [Double]? = nil) {
    self.init(fitting: scores, targets: positive.map { $0 ? 1 : 0 }, weights: weights)
  }

  /// Fits to outcomes of any value.
  public init(fitting scores: [Double], targets: [Double], weights: [Double]? = nil) {
    var blocks = [(low: Double, high: Double, sum: Double, weight: Double)]()
    var distinct = [(score: Double, sum: Double, weight: Double)]()
    for index in scores.indices.sorted(by: { scores[$0] < scores[$1] }) {
      let weight = weights?[index] ?? 1
      guard weight > 0 else { continue }
      if let last = distinct.last, last.score == scores[index] {
        distinct[distinct.count - 1].sum += weight * targets[index]
        distinct[distinct.count - 1].weight += weight
      } else {
        distinct.append((scores[index], weight * targets[index], weight))
      }
    }
    for point in distinct {
      blocks.append((point.score, point.score, point.sum, point.weight))
      while blocks.count > 1 {
        let (last, previous) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
        guard previous.sum * last.weight >= last.sum * previous.weight else { break }
        blocks.removeLast(2)
        blocks.append(
          (previous.low, last.high, previous.sum + last.sum, previous.weight + last.weight))
      }
    }
    var (corners, values) = ([Double](), [Double]())
    for block in blocks {
      let value = block.sum / block.weight
      corners.append(block.low)
      values.append(value)
      if block.high > block.low {
        corners.append(block.high)
        values.append(value)
      }
    }
    self.scores = corners
    probabilities = values
  }

  /// The fitted value; 0.5 when nothing was fitted.
  public func probability(_ score: Double) -> Double {
    guard let first = scores.first, let last = scores.last else { return 0.5 }
    if score <= first { return probabilities[0] }
    if score >= last { return probabilities[scores.count - 1] }
    var (low, high) = (0, scores.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if scores[middle] <= score { low = middle } else { high = middle }
    }
    let share = (score - scores[low]) / (scores[high] - scores[low])
    return probabilities[low] + share * (probabilities[high] - probabilities[low])
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    [prefix + "isotonic.x": TensorValue(scores), prefix + "isotonic.y": TensorValue(probabilities)]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    scores = try source.doubles(prefix + "isotonic.x")
    probabilities = try source.doubles(prefix + "isotonic.y")
    let rising = zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 }
    try requireStored(
      rising && scores.count == probabilities.count, prefix + "isotonic.x", "is not a function")
  }
}
