import Safetensors

/// p = 1 / (1 + exp(a·z + b)) from a decision value z, fitted with the smoothed targets
/// (n₁ + 1) / (n₁ + 2) and 1 / (n₀ + 2) (Platt, 1999) by Newton's method as in Lin, Lin and Weng
/// (2007).
public struct PlattScaling: Sendable, Hashable {
  public let a: Double
  public let b: Double

  public init(a: Double, b: Double) {
    self.a = a
    self.b = b
  }

  public init(fitting scores: [Double], positive: [Bool], weights: [Double]? = nil) {
    let weights = weights ?? Array(repeating: 1, count: scores.count)
    var (ones, zeros) = (0.0, 0.0)
    for (weight, isPositive) in zip(weights, positive) {
      if isPositive { ones += weight } else { zeros += weight }
    }
    let targets = positive.map { $0 ? (ones + 1) / (ones + 2) : 1 / (zeros + 2) }
    func loss(_ a: Double, _ b: Double) -> Double {
      var sum = 0.0
      for index in scores.indices {
        let x = a * scores[index] + b
        sum += weights[index] * (Elementary.softplus(-x) + targets[index] * x)
      }
      return sum
    }
    var (a, b) = (0.0, Elementary.log((zeros + 1) / (ones + 1)))
    var value = loss(a, b)
    for _ in 0..<200 {
      var (haa, hab, hbb, ga, gb) = (1e-12, 0.0, 1e-12, 0.0, 0.0)
      for index in scores.indices {
        let p = Elementary.logistic(-(a * scores[index] + b))
        let curvature = weights[index] * p * (1 - p)
        let slope = weights[index] * (targets[index] - p)
        haa += scores[index] * scores[index] * curvature
        hab += scores[index] * curvature
        hbb += curvature
        ga += scores[index] * slope
        gb += slope
      }
      guard abs(ga) > 1e-11 || abs(gb) > 1e-11 else { break }
      let determinant = haa * hbb - hab * hab
      let da = -(hbb * ga - hab * gb) / determinant
      let db = -(haa * gb - hab * ga) / determinant
      var step = 1.0
      while step > 1e-10, loss(a + step * da, b + step * db) > value + 1e-15 * abs(value) {
        step /= 2
      }
      guard step > 1e-10 else { break }
      (a, b) = (a + step * da, b + step * db)
      value = loss(a, b)
    }
    (self.a, self.b) = (a, b)
  }

  /// The probability of the positive class.
  public func probability(_ score: Double) -> Double { Elementary.logistic(-(a * score + b)) }

  public func tensors(prefix: String) -> [String: TensorValue] {
    [prefix + "platt": TensorValue([a, b])]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    let values = try source.doubles(prefix + "platt")
    try requireStored(values.count == 2, prefix + "platt", "is not two numbers")
    (a, b) = (values[0], values[1])
  }
}
