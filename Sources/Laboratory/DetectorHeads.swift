import Classifiers
import Detectors
import ForensicCore

/// The heads of all detectors, trained on the same pictures.
struct DetectorHeads: Sendable {
  var kinds: [DetectorKind]
  /// In the order of `kinds`.
  var heads: [BundleHead]
  /// How far each is believed, in the order of `kinds`; `nil` for always.
  var gates: [BundleHead?]
  /// How a picture's views become one, in the order of `kinds`.
  var poolings: [ViewPooling]
  /// Those of the encoders' detectors, in the order of the plans.
  var encoderHeads: [BundleHead] = []

  /// Trains one head a detector on the samples that `isIncluded` keeps.
  static func train(
    on data: LabelledFeatures, options: TrainingOptions, threads: Int,
    where isIncluded: (FeatureSet.Sample) -> Bool
  ) throws(LaboratoryError) -> DetectorHeads {
    let rows = TrainingRows(data, where: isIncluded)
    guard rows.samples.count > 1 else {
      throw .emptyDataSet("a part of the training split is empty")
    }
    let kinds = options.kinds
    let large = LargeSources(data.entries, minimum: options.largeSource)
    let ofLarge =
      kinds.contains(where: \.isFamiliar)
      ? TrainingRows(data, weights: data.familiarWeights) { large.contains($0) && isIncluded($0) }
      : rows
    // With sources left out, the large ones that remain may all be of one class.
    let familiar = ofLarge.hasBothClasses ? ofLarge : rows
    let heads = try Parallel.map(kinds.count, threads: threads) {
      index throws(LaboratoryError) -> BundleHead in
      let rows = kinds[index].isFamiliar ? familiar : rows
      let (rowLabels, rowWeights) = (rows.labels, rows.weights)
      guard let features = rows.features(kinds[index].extractor.name) else {
        throw .training("the features of \(kinds[index].name) are missing")
      }
      guard options.head == .mlp else {
        return .classifier(
          try HeadTrainer.train(
            HeadRecipe(kind: options.head, seed: options.seed &+ UInt64(index)), features,
            labels: rowLabels, weights: rowWeights, families: data.familyCount))
      }
      return .dense(
        try HeadTrainer(options: options.headOptions(index)).train(
          features, labels: rowLabels, weights: rowWeights, families: data.familyCount,
          from: options.start?.networks[kinds[index].name]))
    }
    let included = data.set.samples.filter(isIncluded)
    var encoderHeads = [BundleHead]()
    for encoded in data.encoded {
      let head = try HeadTrainer.train(
        HeadRecipe(kind: encoded.plan.head, seed: options.seed),
        encoded.features.selecting(rows: included.map(encoded.row(of:))),
        labels: included.map { data.labels[$0.entry] },
        weights: SizeBalance.weights(
          of: included, entryWeights: data.weights, labels: data.labels),
        families: data.familyCount)
      encoderHeads.append(.classifier(head))
    }
    let gates = try kinds.map { kind throws(LaboratoryError) -> BundleHead? in
      kind.isFamiliar ? try large.gate(rows, of: kind, options: options) : nil
    }
    return DetectorHeads(
      kinds: kinds, heads: heads, gates: gates, poolings: kinds.map { _ in .features },
      encoderHeads: encoderHeads)
  }

  /// The detector that tells pictures unlike all training pictures, by its name: the one that sees most.
  static let judge = DetectorKind.joined.name

  /// The share of a detector's features that lie far out, 0…1; `nil` where there is no such detector.
  func outlierShare(
    of sample: FeatureSet.Sample, in data: LabelledFeatures, detector name: String
  ) -> Double? {
    guard let index = kinds.firstIndex(where: { $0.name == name }),
      let rows = rows(of: sample, in: data, detector: index)
    else { return nil }
    return heads[index].outlierShare(rows: rows)
  }

  /// What a detector's head sees of a sample; `nil` where its features are missing.
  private func rows(
    of sample: FeatureSet.Sample, in data: LabelledFeatures, detector index: Int
  ) -> [[Float]]? {
    data.set.features[kinds[index].extractor.name].map { matrix in
      poolings[index].pooled(sample.rows.map { Array(matrix.row($0)) })
    }
  }

  /// For each detector the softmax of a sample, as `FeatureDetector` has it; `nil`, as in an examination,
  /// where it is no number.
  func scores(of sample: FeatureSet.Sample, in data: LabelledFeatures) -> [[Double]?] {
    let handMade = kinds.indices.map { index -> [Double]? in
      guard let rows = rows(of: sample, in: data, detector: index) else { return nil }
      return Familiarity.gated(
        FeatureDetector.average(heads[index].probabilities(rows: rows)), gates[index], rows: rows)
    }
    let encoded = zip(data.encoded, encoderHeads).map { encoded, head -> [Double]? in
      head.probabilities(Array(encoded.features.row(encoded.row(of: sample))))
    }
    return (handMade + encoded).map { $0.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil } }
  }
}

/// Features with what they are of.
struct LabelledFeatures: Sendable {
  var set: FeatureSet
  var entries: [Manifest.Entry]
  /// The family's integer, by entry.
  var labels: [Int]
  /// By entry; a source of hundreds says little more than one of dozens, as strange sources ask
  /// for variety.
  var weights: [Double]
  /// By entry, for the detector that is to know the large sources.
  var familiarWeights: [Double]
  var familyCount: Int
  /// What encoders see in the same samples.
  var encoded: [EncodedPictures] = []

  init(
    set: FeatureSet, entries: [Manifest.Entry], families: FamilyMap
  ) throws(LaboratoryError) {
    self.set = set
    self.entries = entries
    var labels = [Int]()
    for entry in entries {
      guard let index = families.index(of: entry.family) else {
        throw .inconsistentManifest("the list of families lacks \(entry.family)")
      }
      labels.append(index)
    }
    self.labels = labels
    weights = SampleWeights.weights(of: entries, power: SampleWeights.power)
    familiarWeights = SampleWeights.weights(of: entries, power: 0.5)
    familyCount = families.entries.count
  }
}
