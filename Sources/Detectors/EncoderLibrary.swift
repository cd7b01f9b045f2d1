import Classifiers
import ForensicCore
import ModelStore
import VisionTransformer

/// The encoders of a bundle's detectors, each loaded once, however many detectors use it.
struct EncoderLibrary {
  private struct Absence: Error { var reason: String }

  let models: ModelStore?
  private var loaded: [BundleDescription.Encoder: Result<VisionEncoder, Absence>] = [:]

  init(models: ModelStore?) { self.models = models }

  /// The detector, or why it cannot run here.
  mutating func slot(
    _ detector: BundleDescription.Detector, _ encoder: BundleDescription.Encoder, head: BundleHead,
    references: ReferencePictures?, families: [GeneratorFamily], excluded: Bool
  ) -> Ensemble.Slot {
    let kind =
      switch head {
      case .dense: "network"
      case .classifier(let head): type(of: head.classifier).kind
      }
    func summary(_ arithmetic: String) -> String {
      """
      Compares what the encoder \(encoder.model) (\(encoder.layer), \(arithmetic)) sees in the \
      picture with camera pictures and with each generator family, through a head of the kind \
      \(kind).
      """
    }
    func missing(_ reason: String) -> Ensemble.Slot {
      .missing(name: detector.name, summary: summary(encoder.arithmetic), reason: reason)
    }
    guard !excluded else { return missing("It was switched off.") }
    guard let layer = FeatureLayer(encoder.layer) else {
      return missing("This version does not know the layer \(encoder.layer).")
    }
    // Layers share an encoder: what is loaded does not depend on them.
    var key = encoder
    key.layer = ""
    let result = loaded[key] ?? load(encoder)
    loaded[key] = result
    switch result {
    case .failure(let failure): return missing(failure.reason)
    case .success(let image):
      do throws(EncoderError) {
        guard try image.description.size(of: layer) == detector.dimension else {
          return missing("The bundle expects another number of features.")
        }
        try image.prepare(batch: EncoderDetector.batch(of: image), layers: [layer])
      } catch { return missing("The encoder \(encoder.model) cannot be used: \(error).") }
      // Where this processor lacks the products that the detector was trained with, others compute.
      let arithmetic = image.arithmetic.rawValue
      let used =
        arithmetic == encoder.arithmetic ? arithmetic : "\(encoder.arithmetic) in \(arithmetic)"
      return .ready(
        EncoderDetector(
          name: detector.name, summary: summary(used), encoder: image, layer: layer, head: head,
          references: references, families: families))
    }
  }

  private func load(_ encoder: BundleDescription.Encoder) -> Result<VisionEncoder, Absence> {
    Result { () throws(Absence) in
      guard let models else {
        throw Absence(reason: "Its encoder \(encoder.model) is not installed: no model store.")
      }
      let record: ModelRecord
      do throws(ModelStoreError) { record = try models.record(encoder.model) } catch {
        if case .notInstalled = error {
          throw Absence(
            reason: """
              Its encoder \(encoder.model) is not installed; `forensicctl model install` adds it.
              """)
        }
        throw Absence(reason: "Its encoder \(encoder.model) cannot be used: \(error).")
      }
      guard record.identity == encoder.sha256 else {
        throw Absence(
          reason: """
            The installed encoder \(encoder.model) is not the one that the detector was trained on.
            """)
      }
      guard let arithmetic = Arithmetic(rawValue: encoder.arithmetic) else {
        throw Absence(reason: "This version does not compute in \(encoder.arithmetic).")
      }
      do throws(EncoderError) {
        let model = try EncoderModel.load(models.folder(of: encoder.model), heads: record.heads)
        return try VisionEncoder(
          model, arithmetic: arithmetic, threads: 1, cache: models.packedFolder())
      } catch {
        throw Absence(reason: "Its encoder \(encoder.model) cannot be loaded: \(error).")
      }
    }
  }
}
