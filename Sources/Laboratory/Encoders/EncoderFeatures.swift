import Detectors
import VisionTransformer

/// What an encoder sees of a picture, as a source of features: one row a picture
/// (`EncoderView`).
struct EncoderFeatures: FeatureSource {
  let plan: EncoderPlan

  static let part = "encoded"

  var key: String {
    "encoder 2 \(plan.reference.sha256) \(plan.layer) \(plan.reference.arithmetic)"
  }

  var parts: [FeaturePart] { [FeaturePart(name: Self.part, dimension: plan.dimension)] }

  func features(
    of picture: DetectorInput, identity: String
  ) throws(LaboratoryError) -> [[Float]] {
    let rows: [[Float]]
    do throws(EncoderError) {
      let input = plan.encoder.preprocessor(EncoderView.of(picture.bounded))
      rows = try plan.encoder.embed([input], layer: plan.layer)
    } catch { throw .training("\(plan.name): \(error)") }
    guard rows.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw .training("\(plan.name): the features of \(identity) are not numbers")
    }
    return rows
  }
}
