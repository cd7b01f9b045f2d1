import Classifiers
import Detectors
import ForensicCore

/// What heads and meta-classifier said of pictures, before calibration.
struct ScoredPictures: Sendable {
  struct Item: Sendable {
    var entry: Manifest.Entry
    /// Natural log-odds of *generated*.
    var logOdds: Double
    /// P(generated) of each detector alone.
    var detectors: [Double]
    /// How strange the picture is to `DetectorHeads.judge`, 0…1.
    var outlierShare = 0.0
  }

  var items: [Item]
  /// The names of the detectors, in the order of their scores.
  var detectorNames: [String]

  init(items: [Item], detectorNames: [String]) {
    self.items = items
    self.detectorNames = detectorNames
  }

  /// Scores every sample of a set.
  init(_ data: LabelledFeatures, heads: DetectorHeads, meta: MetaClassifier) {
    detectorNames = heads.kinds.map(\.name) + data.encoded.map(\.plan.name)
    items = data.set.samples.map { sample in
      let scores = heads.scores(of: sample, in: data)
      let softmax = meta.probabilities(
        scores: scores, quality: sample.quality, views: sample.views)
      return Item(
        entry: data.entries[sample.entry], logOdds: Calibrator.logOdds(softmax),
        detectors: scores.map { 1 - ($0?.first ?? 1) },
        outlierShare: heads.outlierShare(of: sample, in: data))
    }
  }

  /// Area under the ROC curve of the fused score.
  var auc: Double {
    Metrics.auc(scores: items.map(\.logOdds), positive: items.map(\.entry.isGenerated))
  }
}
