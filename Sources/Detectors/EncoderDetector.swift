import ForensicCore
import VisionTransformer

/// A detector made of an encoder and a head of any kind: the features of the middle of the picture
/// (`EncoderView`), as the encoder's preprocessing takes it, through the head.
struct EncoderDetector: Detector {
  let name: String
  let summary: String
  let encoder: VisionEncoder
  let layer: FeatureLayer
  let head: BundleHead
  /// Known pictures to name beside the examined one.
  let references: ReferencePictures?
  let families: [GeneratorFamily]

  func examine(_ picture: DetectorInput) throws(DetectorError) -> DetectorResult {
    let features: [Float]
    do throws(EncoderError) {
      let input = encoder.preprocessor(EncoderView.of(picture.bounded))
      features = try encoder.embed([input], layer: layer).first ?? []
    } catch { throw DetectorError(reason: "The encoder failed: \(error).") }
    guard features.count == head.inputCount else {
      throw DetectorError(
        reason: "The encoder gave another number of features than the head takes.")
    }
    let softmax = head.probabilities(features)
    guard softmax.allSatisfy(\.isFinite) else {
      throw DetectorError(reason: "The encoder's features of this picture are not numbers.")
    }
    var scores = [String: Double]()
    for (family, score) in zip(families, softmax) { scores[family.rawValue] = score }
    let neighbours = references?.neighbours(of: features, scores: scores) ?? []
    return DetectorResult(
      name: name, summary: summary, ran: true, scores: scores, views: 1,
      shrunkTo: picture.shrunkTo, figure: nil, neighbours: neighbours.isEmpty ? nil : neighbours)
  }
}
