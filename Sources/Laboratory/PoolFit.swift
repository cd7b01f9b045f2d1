import Classifiers
import Detectors
import Glibc

/// Fits the logarithmic opinion pool: the fused probability of a family is the product of the
/// detectors' likelihood ratios against the prior, each to the power of a weight of its own
/// (Genest and Zidek, *Combining probability distributions*, 1986).
///
/// One weight a detector, and what quality and size shift towards *real*, are few enough numbers
/// to be learnt from validation pictures. There, unlike among training pictures, a detector that
/// only knows its own sources is found out: pictures of sources that training knows and of
/// sources that it does not know count alike.
enum PoolFit {
  /// What the detectors say of one validation picture.
  private struct Example {
    /// Logarithms of the ratios, detector after detector.
    var logarithms: [[Double]]
    var isGenerated: Bool
    var weight: Double
    /// 1, the quality in hundredths and the share of the views.
    var context: [Double]
  }

  /// - Parameter known: the sources that the heads were trained on.
  static func fit(
    _ validation: [LabelledFeatures], heads: DetectorHeads, known: Set<String>,
    where isIncluded: (Int) -> Bool = { _ in true }
  ) throws(LaboratoryError) -> MetaClassifier {
    guard let familyCount = validation.first?.familyCount else {
      throw .emptyDataSet("nothing to fit the pool on")
    }
    let prior = Familiarity.prior(familyCount)
    var found = [(data: LabelledFeatures, sample: FeatureSet.Sample)]()
    var weights = [Double]()
    for data in validation {
      let ofEntries = Self.weights(data, known: known, where: isIncluded)
      for sample in data.set.samples where isIncluded(sample.entry) {
        found.append((data, sample))
        weights.append(ofEntries[sample.entry])
      }
    }
    SizeBalance.balance(
      &weights, generated: found.map { $0.data.entries[$0.sample.entry].isGenerated },
      sizes: found.map(\.sample.size))
    let examples = zip(found, weights).map { found, weight in
      Example(
        logarithms: heads.scores(of: found.sample, in: found.data).map { scores in
          zip(scores ?? prior, prior).map { log(max($0, MetaClassifier.floor) / $1) }
        },
        isGenerated: found.data.entries[found.sample.entry].isGenerated,
        weight: weight / Double(weights.count),
        context: [
          1, Double(found.sample.quality) / 100,
          Double(found.sample.views) / Double(DetectorInput.maximumViews),
        ])
    }
    guard let detectors = examples.first?.logarithms.count else {
      throw .emptyDataSet("nothing to fit the pool on")
    }
    // Squares, so that no detector counts against itself.
    let start = [Double](repeating: 0.6, count: detectors) + [0, 0, 0]
    let minimum = LBFGS.minimise(from: start) { loss(examples, detectors, $0, &$1) }
    return MetaClassifier(
      head: head(
        weights: minimum.prefix(detectors).map { $0 * $0 }, context: Array(minimum.suffix(3)),
        familyCount: familyCount),
      detectorCount: detectors, familyCount: familyCount)
  }

  /// Mean cross-entropy of *generated* against *real*, and its gradient.
  private static func loss(
    _ examples: [Example], _ detectors: Int, _ point: [Double], _ gradient: inout [Double]
  ) -> Double {
    var value = 0.0
    for index in gradient.indices { gradient[index] = 0 }
    for example in examples {
      var pooled = [Double](repeating: 0, count: example.logarithms[0].count)
      for (detector, logarithms) in example.logarithms.enumerated() {
        let weight = point[detector] * point[detector]
        for family in logarithms.indices { pooled[family] += weight * logarithms[family] }
      }
      // The families' shares of *generated*, and its log-odds.
      let peak = pooled.dropFirst().max() ?? 0
      let shares = pooled.dropFirst().map { exp($0 - peak) }
      let sum = shares.reduce(0, +)
      var odds = peak + log(sum) - pooled[0]
      for (place, context) in example.context.enumerated() {
        odds -= point[detectors + place] * context
      }
      let signed = example.isGenerated ? odds : -odds
      value += example.weight * (signed > 0 ? log1p(exp(-signed)) : log1p(exp(signed)) - signed)
      let slope =
        example.weight * (1 / (1 + exp(-odds)) - (example.isGenerated ? 1 : 0))
      for (detector, logarithms) in example.logarithms.enumerated() {
        var mean = 0.0
        for (share, logarithm) in zip(shares, logarithms.dropFirst()) { mean += share * logarithm }
        gradient[detector] += slope * (mean / sum - logarithms[0]) * 2 * point[detector]
      }
      for (place, context) in example.context.enumerated() {
        gradient[detectors + place] -= slope * context
      }
    }
    return value
  }

  /// By entry: both classes alike; in each, known and unknown sources alike; among those, a
  /// source by the root of its size. They sum to 1 over a tier.
  private static func weights(
    _ data: LabelledFeatures, known: Set<String>, where isIncluded: (Int) -> Bool
  ) -> [Double] {
    struct Part: Hashable {
      var isGenerated: Bool
      var isKnown: Bool
    }
    let parts = data.entries.map {
      Part(isGenerated: $0.isGenerated, isKnown: known.contains($0.source))
    }
    let kept = data.entries.indices.filter(isIncluded)
    let sizes = Dictionary(kept.map { (data.entries[$0].source, 1.0) }, uniquingKeysWith: +)
    let raw = data.entries.map { 1 / (sizes[$0.source] ?? 1).squareRoot() }
    let sums = Dictionary(kept.map { (parts[$0], raw[$0]) }, uniquingKeysWith: +)
    return data.entries.indices.map { index in
      let halves = sums.keys.count { $0.isGenerated == parts[index].isGenerated }
      return raw[index] / (sums[parts[index]] ?? 1) / Double(2 * max(1, halves))
    }
  }

  /// The pool as a meta-classifier of one linear layer.
  private static func head(
    weights: [Double], context: [Double], familyCount: Int
  ) -> DenseHead {
    let inputs = MetaClassifier.inputCount(detectors: weights.count, families: familyCount)
    let prior = Familiarity.prior(familyCount)
    // Halved and doubled again: logarithms down to that of the floor stay within the clip.
    let scale: Float = 0.5
    var matrix = [Float](repeating: 0, count: inputs * familyCount)
    for (detector, weight) in weights.enumerated() {
      for family in 0..<familyCount {
        let input = detector * (familyCount + 1) + family
        matrix[input * familyCount + family] = Float(weight) / scale
        // On the flag of a detector that ran, so that one that did not leaves no trace.
        let flag = detector * (familyCount + 1) + familyCount
        matrix[flag * familyCount + family] = -Float(weight * log(prior[family])) / scale
      }
    }
    matrix[(inputs - 2) * familyCount] = Float(context[1]) / scale
    matrix[(inputs - 1) * familyCount] = Float(context[2]) / scale
    var bias = [Float](repeating: 0, count: familyCount)
    bias[0] = Float(context[0])
    return DenseHead(
      mean: [Float](repeating: 0, count: inputs), scale: [Float](repeating: scale, count: inputs),
      layers: [DenseHead.Layer(weight: matrix, bias: bias)])
  }
}
