import Glibc

/// Fuses what the detectors said: their softmaxes as logarithms, side by side in the bundle's
/// order, a flag for each that ran, the JPEG quality, and the size as the number of views.
///
/// A detector that did not run contributes the mean of its training inputs (nothing, after
/// standardisation) and a flag of 0; the head was trained with detectors left out at random.
public struct MetaClassifier: Hashable, Sendable {
  /// Probabilities below this one count as this one.
  public static let floor = 1e-4

  public let head: DenseHead
  public let detectorCount: Int
  public let familyCount: Int

  /// - Precondition: the head fits the counts.
  public init(head: DenseHead, detectorCount: Int, familyCount: Int) {
    let whole = Self.inputCount(detectors: detectorCount, families: familyCount)
    precondition(head.inputCount == whole || head.inputCount == whole - 1)
    precondition(head.outputCount == familyCount)
    self.head = head
    self.detectorCount = detectorCount
    self.familyCount = familyCount
  }

  /// The length of the input vector. Bundles before size was looked at have one number less.
  public static func inputCount(detectors: Int, families: Int) -> Int {
    detectors * (families + 1) + 2
  }

  /// The input vector. A missing detector's places hold NaN, which the head reads as the mean.
  /// - Parameter scores: for each detector its softmax, or `nil` where it did not run.
  /// - Parameter quality: 1…100.
  /// - Parameter views: what of the picture was looked at, 1…`DetectorInput.maximumViews`: its
  ///   size, as far as detectors see it.
  public static func input(
    scores: [[Double]?], families: Int, quality: Int, views: Int
  ) -> [Float] {
    var input = [Float]()
    input.reserveCapacity(inputCount(detectors: scores.count, families: families))
    for softmax in scores {
      if let softmax {
        input.append(contentsOf: softmax.map { Float(log(max($0, floor))) })
        input.append(1)
      } else {
        input.append(contentsOf: [Float](repeating: .nan, count: families))
        input.append(0)
      }
    }
    input.append(Float(quality) / 100)
    input.append(Float(views) / Float(DetectorInput.maximumViews))
    return input
  }

  /// Family probabilities before calibration, in the bundle's order; they sum to 1.
  public func probabilities(scores: [[Double]?], quality: Int, views: Int) -> [Double] {
    let input = Self.input(
      scores: scores, families: familyCount, quality: quality, views: views)
    return head.probabilities(Array(input.prefix(head.inputCount)))
  }
}
