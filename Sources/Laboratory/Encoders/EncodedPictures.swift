import Classifiers
import ForensicCore

/// What an encoder sees in pictures after a chain: one row a picture and draw.
package struct EncodedPictures: Sendable {
  let plan: EncoderPlan
  package let features: FeatureMatrix
  private let draws: Int

  /// The row of a sample.
  func row(of sample: FeatureSet.Sample) -> Int { sample.entry * draws + sample.draw }

  /// Encodes `entries`, `draws` times each through the chain, or reads what earlier runs kept of them.
  package init(
    _ plan: EncoderPlan, _ entries: [Manifest.Entry], chain: DegradationChain, draws: Int,
    images: String, cache: String?, progress: ProgressHandler?
  ) throws(LaboratoryError) {
    self.plan = plan
    self.draws = draws
    // One picture at a time: the encoder spreads each over its own threads.
    let store = FeatureStore(images: images, cache: cache, threads: 1)
    var named: ProgressHandler?
    if let progress {
      let name = plan.name
      named = { progress(Progress(stage: "\(name), \($0.stage)", done: $0.done, total: $0.total)) }
    }
    let set = try store.features(
      of: entries, chain: chain, draws: draws, source: EncoderFeatures(plan: plan),
      progress: named)
    guard let features = set.features[EncoderFeatures.part] else {
      throw .emptyDataSet("there is nothing to encode")
    }
    self.features = features
  }
}
