import Classifiers
import Detectors
import ForensicCore

/// What heads and meta-classifier said of pictures, before calibration.
struct ScoredPictures: Sendable {
  struct Item: Sendable {
    var entry: Manifest.Entry
    /// What the detectors say together; `nil` where none ran.
    var softmax: [Double]?
    /// P(generated) of each detector alone.
    var detectors: [Double]
    var facts: PictureFacts
    /// How strange the picture is to the detector that tells, 0…1; `nil` where there is none.
    var outlierShare: Double?

    /// Natural log-odds of *generated*.
    var logOdds: Double { softmax.map(Calibrator.logOdds) ?? 0 }

    /// Why an examination forms no likelihood ratio for it; `nil` where it forms one.
    func obstacle(within limits: BundleDescription.Limits) -> Obstacle? {
      limits.obstacle(to: facts, softmax: softmax, outlierShare: outlierShare)
    }
  }

  var items: [Item]
  /// The names of the detectors, in the order of their scores.
  var detectorNames: [String]

  init(items: [Item], detectorNames: [String]) {
    self.items = items
    self.detectorNames = detectorNames
  }

  /// Scores every sample of a set.
  /// - Parameter judge: the detector that tells strange pictures.
  init(
    _ data: LabelledFeatures, heads: DetectorHeads, meta: MetaClassifier,
    judge: String = DetectorHeads.judge
  ) {
    detectorNames = heads.kinds.map(\.name) + data.encoded.map(\.plan.name)
    items = data.set.samples.map { sample in
      let scores = heads.scores(of: sample, in: data)
      let isScored = scores.contains { $0 != nil }
      return Item(
        entry: data.entries[sample.entry],
        softmax: isScored
          ? meta.probabilities(scores: scores, quality: sample.quality, views: sample.views) : nil,
        detectors: scores.map { 1 - ($0?.first ?? 1) }, facts: sample.facts,
        outlierShare: heads.outlierShare(of: sample, in: data, detector: judge))
    }
  }

  /// Those for which an examination forms a likelihood ratio.
  func withRatio(within limits: BundleDescription.Limits) -> ScoredPictures {
    ScoredPictures(
      items: items.filter { $0.obstacle(within: limits) == nil }, detectorNames: detectorNames)
  }

  /// How many there are of a class.
  func count(generated: Bool) -> Int { items.count { $0.entry.isGenerated == generated } }

  /// Area under the ROC curve of the fused score; `nil` where a class is missing.
  var auc: Double? { auc { $0.logOdds } }

  /// The same of any score.
  func auc(_ score: (Item) -> Double) -> Double? {
    guard count(generated: true) > 0, count(generated: false) > 0 else { return nil }
    return Metrics.auc(scores: items.map(score), positive: items.map(\.entry.isGenerated))
  }
}
