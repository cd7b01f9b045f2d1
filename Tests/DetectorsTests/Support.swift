import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Safetensors
import SignalAnalysis

enum Places {
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static func temporary() throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("detectors-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}

/// A bundle of made-up weights, written into a folder, to be spoilt at will.
struct SampleBundle {
  var detectors = DetectorKind.handMade.map(\.name)
  var families = ["real", "alpha", "beta"]
  var versionOffset = 0
  /// Detector → log-odds with which its gate knows every picture.
  var gates: [String: Float] = [:]
  /// Changes the tensors of a file before they are written.
  var spoil: (String, inout [String: TensorValue]) -> Void = { _, _ in }
  /// Changes the description before it is written.
  var edit: (inout BundleDescription) -> Void = { _ in }

  func write(to folder: String) throws {
    var parts = [BundleDescription.Detector]()
    for name in detectors {
      let kind = DetectorKind.named(name)
      let dimension = kind?.extractor.dimension ?? 7
      parts.append(
        BundleDescription.Detector(
          name: name, featuresVersion: (kind?.extractor.version ?? 1) + versionOffset,
          dimension: dimension,
          weights: try write(head(inputs: dimension), "\(name).safetensors", folder),
          gate: try gates[name].map {
            try write(gate($0, inputs: dimension), "\(name)-gate.safetensors", folder)
          }))
    }
    let inputs = MetaClassifier.inputCount(detectors: detectors.count, families: families.count)
    var description = BundleDescription(
      name: "sample",
      families: families.map {
        BundleDescription.Family(
          name: GeneratorFamily(rawValue: $0), title: $0, generators: ["\($0)-1"])
      },
      detectors: parts, meta: try write(head(inputs: inputs), "meta.safetensors", folder),
      calibration: BundleDescription.Calibration(
        slope: 1, intercept: 0, realCount: 99, generatedCount: 199, data: "none"),
      decision: BundleDescription.Decision(generated: 0.4, camera: -0.4, rule: "none"),
      limits: BundleDescription.Limits(
        minimumSide: 256, minimumQuality: 30, assumedQuality: 100, minimumDeviation: 4),
      training: BundleDescription.Training(
        manifest: BundleDigest.of([]), realCount: 1, generatedCount: 1, sources: [], recipe: [:]),
      metrics: BundleMetrics(data: "none", tiers: tiers, leftOut: []))
    edit(&description)
    try JSONEncoder().encode(description).write(
      to: URL(fileURLWithPath: folder + "/bundle.json"))
  }

  private var tiers: [BundleMetrics.Tier] {
    [40, 65, 90, nil].map { quality in
      BundleMetrics.Tier(
        name: quality.map { "quality \($0)" } ?? "as received", quality: quality, realCount: 10,
        generatedCount: 20, auc: 0.9, balancedAccuracy: 0.8, falseAlarms: 0.1, misses: 0.2,
        inconclusive: 0.3, calibrationError: 0.1, families: [], detectors: [:])
    }
  }

  /// A linear head whose weights follow from their places.
  private func head(inputs: Int) -> DenseHead {
    let outputs = families.count
    return DenseHead(
      mean: [Float](repeating: 0, count: inputs), scale: [Float](repeating: 1, count: inputs),
      layers: [
        DenseHead.Layer(
          weight: (0..<inputs * outputs).map { Float(($0 * 37) % 11 - 5) / 50 },
          bias: [Float](repeating: 0, count: outputs))
      ])
  }

  /// A head of two classes that says the same of every picture.
  private func gate(_ logOdds: Float, inputs: Int) -> DenseHead {
    DenseHead(
      mean: [Float](repeating: 0, count: inputs), scale: [Float](repeating: 1, count: inputs),
      layers: [
        DenseHead.Layer(
          weight: [Float](repeating: 0, count: inputs * 2), bias: [0, logOdds])
      ])
  }

  private func write(
    _ head: DenseHead, _ file: String, _ folder: String
  ) throws -> BundleDescription.Weights {
    var tensors = head.tensors()
    spoil(file, &tensors)
    try SafetensorsWriter.write(tensors, to: "\(folder)/\(file)")
    return BundleDescription.Weights(
      file: file, sha256: BundleDigest.of(SafetensorsWriter.encode(tensors)))
  }
}

/// A picture of coloured ramps and grain.
func picture(width: Int, height: Int, channels: Int = 3) -> PixelBuffer {
  var state: UInt32 = 12345
  let samples = (0..<width * height * channels).map { index in
    state = state &* 1_664_525 &+ 1_013_904_223
    // Redder downwards, so that it is a picture in colour.
    let red = channels > 2 && index % channels == 0 ? index / (width * channels) * 40 / height : 0
    return UInt8((index / channels % width * 150 / width) + Int(state >> 24) / 4 + red)
  }
  return PixelBuffer(width: width, height: height, channels: channels, samples: samples)
}
