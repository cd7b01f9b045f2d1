import Classifiers
import Detectors

/// The views of the samples that a head learns from.
struct TrainingRows: Sendable {
  let samples: [FeatureSet.Sample]
  /// The family's integer, by row.
  let labels: [Int]
  /// By row; a sample's weight is shared among its views.
  let weights: [Double]
  private let set: FeatureSet
  /// The views' places in the set.
  private let places: [Int]

  /// - Parameter weights: one an entry; without, the data's own.
  init(
    _ data: LabelledFeatures, weights entryWeights: [Double]? = nil,
    where isIncluded: (FeatureSet.Sample) -> Bool
  ) {
    set = data.set
    samples = set.samples.filter(isIncluded)
    places = samples.flatMap(\.rows)
    var labels = [Int]()
    var weights = [Double]()
    var sizes = [SizeClass]()
    for sample in samples {
      let weight = (entryWeights ?? data.weights)[sample.entry] / Double(sample.rows.count)
      for _ in sample.rows {
        labels.append(data.labels[sample.entry])
        weights.append(weight)
        sizes.append(sample.size)
      }
    }
    SizeBalance.balance(&weights, generated: labels.map { $0 > 0 }, sizes: sizes)
    self.labels = labels
    self.weights = weights
  }

  var hasBothClasses: Bool { labels.contains(0) && labels.contains { $0 > 0 } }

  /// What a detector learns from, copied: gigabytes that are not held for longer than it takes.
  func features(_ name: String) -> FeatureMatrix? {
    set.features[name]?.selecting(rows: places)
  }
}

/// The sources with many pictures to learn from: what the detector `familiar` learns from.
struct LargeSources {
  /// By entry.
  private let isLarge: [Bool]

  /// All sources where fewer than two of either class are large.
  /// - Parameter minimum: pictures of one class and source.
  init(_ entries: [Manifest.Entry], minimum: Int) {
    struct Cell: Hashable {
      var source: String
      var isGenerated: Bool
    }
    let cells = entries.map { Cell(source: $0.source, isGenerated: $0.isGenerated) }
    let sizes = Dictionary(cells.map { ($0, 1) }, uniquingKeysWith: +)
    let large = sizes.filter { $0.value >= minimum }.keys
    let isEnough = [true, false].allSatisfy { side in large.count { $0.isGenerated == side } > 1 }
    isLarge = cells.map { !isEnough || (sizes[$0] ?? 0) >= minimum }
  }

  /// Learns to tell large sources from the others, in which both count alike; `nil` where there
  /// are no others among the rows.
  func gate(
    _ rows: TrainingRows, of kind: DetectorKind, options: TrainingOptions
  ) throws(LaboratoryError) -> BundleHead? {
    guard let features = rows.features(kind.extractor.name) else { return nil }
    let labels = rows.samples.flatMap { sample in
      [Int](repeating: contains(sample) ? 1 : 0, count: sample.rows.count)
    }
    var sums = [[0.0, 0.0], [0.0, 0.0]]
    for row in labels.indices {
      sums[labels[row]][rows.labels[row] == 0 ? 0 : 1] += rows.weights[row]
    }
    guard sums.allSatisfy({ $0.allSatisfy { $0 > 0 } }) else { return nil }
    // Each quarter (large or not, real or not) counts alike, so that the gate learns of sources.
    let weights = labels.indices.map { row in
      rows.weights[row] * Double(labels.count) / 4
        / sums[labels[row]][rows.labels[row] == 0 ? 0 : 1]
    }
    return .dense(
      try HeadTrainer(options: options.headOptions(77)).train(
        features, labels: labels, weights: weights, families: 2))
  }

  func contains(_ sample: FeatureSet.Sample) -> Bool { isLarge[sample.entry] }
}
