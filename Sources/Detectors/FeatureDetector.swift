import ForensicCore
import SignalAnalysis

/// A detector made of hand-made features and a trained head.
package struct FeatureDetector: Detector {
  package let name: String
  package let summary: String
  let extractor: any FeatureExtractor
  let head: BundleHead
  /// How far the head is believed; `nil` for always.
  let gate: BundleHead?
  /// How its views become one.
  let pooling: ViewPooling
  let families: [GeneratorFamily]
  /// The `id` of the figure that shows what it looked at.
  let figure: String?

  package func examine(_ picture: DetectorInput) throws(DetectorError) -> DetectorResult {
    guard !picture.views.isEmpty else {
      throw DetectorError(reason: "No view could be cut from the picture.")
    }
    let (softmax, share) = softmax(picture.features(of: extractor))
    var scores = [String: Double]()
    for (family, score) in zip(families, softmax) { scores[family.rawValue] = score }
    return DetectorResult(
      name: name, summary: summary, ran: true, scores: scores,
      abstains: share.flatMap { Familiarity.abstains(share: $0) ? true : nil },
      views: picture.views.count, shrunkTo: picture.shrunkTo, figure: figure)
  }

  /// What it says of a picture by its views' features, and how far it knows the like of it.
  func softmax(_ views: [[Float]]) -> (mean: [Double], share: Double?) {
    let rows = pooling.pooled(views)
    let mean = Self.average(head.probabilities(rows: rows))
    let share = Familiarity.share(gate, rows: rows)
    return (share.map { Familiarity.softened(mean, share: $0) } ?? mean, share)
  }

  /// The share of its features that lie far outside of what the head learnt from, 0…1.
  func outlierShare(_ picture: DetectorInput) -> Double {
    head.outlierShare(rows: pooling.pooled(picture.features(of: extractor)))
  }

  /// For each view's features the softmax of a picture that has no other.
  func softmaxes(_ rows: [[Float]]) -> [[Double]] {
    let softmaxes = head.probabilities(rows: rows)
    guard let gate else { return softmaxes }
    return zip(softmaxes, gate.probabilities(rows: rows)).map {
      Familiarity.softened($0, share: $1[1])
    }
  }

  /// The mean of several distributions, number by number.
  package static func average(_ rows: [[Double]]) -> [Double] {
    guard var sum = rows.first else { return [] }
    for row in rows.dropFirst() {
      for index in sum.indices { sum[index] += row[index] }
    }
    return sum.map { $0 / Double(rows.count) }
  }
}
