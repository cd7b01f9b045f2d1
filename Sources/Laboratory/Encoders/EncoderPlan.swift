import Detectors
import ForensicCore
import ModelStore
import VisionTransformer

/// A detector to be trained on an installed encoder.
public struct EncoderPlan: Sendable {
  /// The detector's name in the bundle: the model's and the layer's.
  public let name: String
  public let reference: BundleDescription.Encoder
  public let layer: FeatureLayer
  /// The kind of its head.
  public let head: HeadKind
  let encoder: VisionEncoder
  /// Numbers of one picture.
  let dimension: Int

  /// Loads the encoder.
  ///
  /// - Parameters:
  ///   - wish: `NAME` or `NAME,LAYER` of an installed model, such as
  ///     `clip-vit-l-14-datacomp,block:-2:class+patches`; the layer is `embedding` unless given.
  ///   - threads: 0 for one a processor.
  public init(
    _ wish: String, head: HeadKind, arithmetic: Arithmetic?, models: ModelStore, threads: Int
  ) throws(LaboratoryError) {
    let parts = wish.split(separator: ",", maxSplits: 1).map(String.init)
    let model = parts.first ?? ""
    let text = parts.count > 1 ? parts[1] : "embedding"
    guard let layer = FeatureLayer(text) else {
      throw .training("\(text) names no layer of an encoder; docs/models.md lists them")
    }
    let record: ModelRecord
    do throws(ModelStoreError) { record = try models.record(model) } catch {
      throw .training("\(error)")
    }
    do throws(EncoderError) {
      let loaded = try EncoderModel.load(models.folder(of: model), heads: record.heads)
      dimension = try loaded.description.size(of: layer)
      encoder = try VisionEncoder(
        loaded, arithmetic: arithmetic ?? .fastest,
        threads: threads > 0 ? threads : Parallel.cores, cache: models.packedFolder())
    } catch { throw .training("the encoder \(model): \(error)") }
    if let arithmetic, encoder.arithmetic != arithmetic {
      throw .training("\(arithmetic.rawValue): \(encoder.reason ?? "not possible here")")
    }
    self.layer = layer
    self.head = head
    name = parts.count > 1 ? "\(model):\(text)" : model
    reference = BundleDescription.Encoder(
      model: model, sha256: record.identity, layer: text,
      arithmetic: encoder.arithmetic.rawValue)
  }

  /// The name of the head's file in the bundle.
  var file: String { plainName + ".safetensors" }

  /// The name of the file of known pictures in the bundle.
  var referencesFile: String { plainName + ".references.safetensors" }

  private var plainName: String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }
}
