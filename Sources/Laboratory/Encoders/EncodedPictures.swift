import Classifiers
import Detectors
import ForensicCore
import FoundationEssentials
import ImageCodecs
import Safetensors
import VisionTransformer

/// What an encoder sees in pictures after a chain: one row a picture and draw.
struct EncodedPictures: Sendable {
  let plan: EncoderPlan
  private(set) var features: FeatureMatrix
  private let draws: Int

  /// The row of a sample.
  func row(of sample: FeatureSet.Sample) -> Int { sample.entry * draws + sample.draw }

  /// Encodes `entries`, `draws` times each through the chain, or reads what an earlier run kept.
  init(
    _ plan: EncoderPlan, _ entries: [Manifest.Entry], chain: DegradationChain, draws: Int,
    images: String, cache: String?, progress: ProgressHandler?
  ) throws(LaboratoryError) {
    self.plan = plan
    self.draws = draws
    let path = cache.map { "\($0)/\(Self.key(plan, entries, chain, draws).hex).safetensors" }
    let rows = entries.count * draws
    if let path, let file = try? SafetensorsFile.open(path),
      let tensor = try? file.tensor("features"), tensor.shape == [rows, plan.dimension],
      let values = try? tensor.floats()
    {
      features = FeatureMatrix(rows: rows, columns: plan.dimension, values: values)
      return
    }
    features = FeatureMatrix(rows: rows, columns: plan.dimension, repeating: 0)
    try encode(entries, chain: chain, images: images, progress: progress)
    guard let path, let cache else { return }
    do {
      try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
      try SafetensorsWriter.write(
        ["features": TensorValue(features.values, shape: [rows, plan.dimension])], to: path)
    } catch { throw .unwritable(path) }
  }

  private mutating func encode(
    _ entries: [Manifest.Entry], chain: DegradationChain, images: String,
    progress: ProgressHandler?
  ) throws(LaboratoryError) {
    var placesOfFile = [String: [Int]]()
    for (place, entry) in entries.enumerated() {
      placesOfFile[entry.file, default: []].append(place)
    }
    let files = placesOfFile.sorted { $0.key < $1.key }
    let counter = Counter(
      stage: "\(plan.name), \(chain.recipe.name)", total: files.count, progress)
    var values = features.values
    for (file, places) in files {
      let picture = try PictureSource.load(
        "\(images)/\(file)", sha256: entries[places[0]].sha256)
      for place in places {
        let region = try PictureSource.region(of: picture, entry: entries[place])
        for draw in 0..<draws {
          let row = try encode(region, entries[place], draw: draw, chain: chain)
          let start = (place * draws + draw) * plan.dimension
          values.replaceSubrange(start..<start + plan.dimension, with: row)
        }
      }
      counter.step()
    }
    features = FeatureMatrix(rows: features.rows, columns: features.columns, values: values)
  }

  private func encode(
    _ region: PixelBuffer, _ entry: Manifest.Entry, draw: Int, chain: DegradationChain
  ) throws(LaboratoryError) -> [Float] {
    let outcome: DegradationChain.Outcome
    do {
      outcome = try chain.apply(to: region, identity: entry.identity, draw: draw)
    } catch { throw .unusablePicture(file: entry.file, detail: error.message) }
    do throws(EncoderError) {
      let input = plan.encoder.preprocessor(DetectorInput.rgb(outcome.pixels))
      return try plan.encoder.embed([input], layer: plan.layer).first ?? []
    } catch { throw .training("\(plan.name) on \(entry.file): \(error)") }
  }

  /// Everything that the features depend on.
  private static func key(
    _ plan: EncoderPlan, _ entries: [Manifest.Entry], _ chain: DegradationChain, _ draws: Int
  ) -> SHA256Digest {
    var text = "encoder 1 \(plan.reference.sha256) \(plan.layer) \(plan.reference.arithmetic) "
    text += "chain \(chain.recipe.version) \(chain.recipe.name) \(chain.window) "
    text += "\(chain.seed) \(draws)\n"
    for entry in entries { text += entry.identity + "\n" }
    return BundleDigest.of(Array(text.utf8))
  }
}
