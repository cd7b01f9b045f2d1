import Safetensors

/// Split conformal prediction (Vovk et al., 2005; Angelopoulos and Bates, 2023): for exchangeable
/// pictures, the set of classes it returns holds the true class with at least the stated
/// probability. A set of more or fewer than one class means: abstain.
///
/// With `perClass` each class has its own threshold (Mondrian), so the promise holds for every
/// class by itself, such as for camera pictures however rare they are.
public struct ConformalAbstention: Sendable, Hashable {
  /// The least probability that admits each class to the set.
  public let thresholds: [Double]

  /// `error` is the share of sets allowed to miss the true class, such as 0.05. A class with too
  /// few rows to promise that is always in the set.
  public init(
    fitting probabilities: ScoreMatrix, labels: [Int], error: Double, perClass: Bool = true
  ) {
    let classes = probabilities.columns
    func threshold(_ own: [Double]) -> Double {
      // The k-th smallest probability of the true class with k = ⌊(n + 1) · error⌋ (the quantile
      // ⌈(n + 1)(1 − error)⌉ of the nonconformities 1 − p).
      let place = Int((Double(own.count + 1) * error + 1e-9).rounded(.down))
      return place >= 1 && place <= own.count ? own.sorted()[place - 1] : 0
    }
    let own = labels.enumerated().map { probabilities[$0.offset, $0.element] }
    if perClass {
      thresholds = (0..<classes).map { label in
        threshold(zip(own, labels).filter { $0.1 == label }.map(\.0))
      }
    } else {
      thresholds = Array(repeating: threshold(own), count: classes)
    }
  }

  /// The classes that cannot be ruled out for these probabilities of one picture.
  public func set(_ probabilities: some Sequence<Double>) -> [Int] {
    zip(probabilities, thresholds).enumerated().filter { $0.element.0 >= $0.element.1 }
      .map(\.offset)
  }

  /// The one class that cannot be ruled out; `nil` means abstain.
  public func call(_ probabilities: some Sequence<Double>) -> Int? {
    let set = set(probabilities)
    return set.count == 1 ? set[0] : nil
  }

  public func tensors(prefix: String) -> [String: TensorValue] {
    [prefix + "conformal": TensorValue(thresholds)]
  }

  public init(from source: some TensorSource, prefix: String) throws(SafetensorsError) {
    thresholds = try source.doubles(prefix + "conformal")
    try requireStored(
      thresholds.allSatisfy { (0...1).contains($0) }, prefix + "conformal", "is no probability")
  }
}
