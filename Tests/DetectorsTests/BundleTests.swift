import Detectors
import ForensicCore
import Foundation
import Safetensors
import Testing

@Suite struct BundleTests {
  private func load(_ bundle: SampleBundle) throws -> Ensemble {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try bundle.write(to: folder)
    return try Ensemble.load(bundle: folder)
  }

  @Test func roundTrip() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try SampleBundle().write(to: folder)
    let bundle = try ModelBundle.load(folder)
    #expect(
      bundle.description.detectors.map(\.name)
        == ["spectrum", "residual", "colour", "half-size", "texture", "quarter-size", "joined"])
    #expect(bundle.heads.map(\.inputCount) == bundle.description.detectors.map(\.dimension))
    #expect(try ModelBundle.load(folder).digest == bundle.digest)

    // One other byte anywhere gives another digest, or a refusal.
    let path = folder + "/bundle.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacingOccurrences(of: "sample", with: "simple")
      .write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try ModelBundle.load(folder).digest != bundle.digest)
    var weights = try Data(contentsOf: URL(fileURLWithPath: folder + "/colour.safetensors"))
    weights[weights.count - 1] ^= 1
    try weights.write(to: URL(fileURLWithPath: folder + "/colour.safetensors"))
    #expect(throws: BundleError.digestMismatch(file: "colour.safetensors")) {
      try ModelBundle.load(folder)
    }
  }

  @Test func headsSurviveStorage() throws {
    let head = DenseHead(
      mean: [1, 2], scale: [1, 0.5],
      layers: [
        DenseHead.Layer(weight: [1, -1, 2, 0.5, 0, 3], bias: [0, 1, -1]),
        DenseHead.Layer(weight: [1, 0, 0, 1, -1, 1], bias: [0.5, -0.5]),
      ])
    let file = try SafetensorsFile(bytes: SafetensorsWriter.encode(head.tensors()))
    #expect(try DenseHead.load(from: file, file: "x", inputs: 2, outputs: 2) == head)
    // By hand: standardised (2, 1); hidden (2.5, 0 for −1, 6); logits (−3, 5.5).
    let expected = 1 / (1 + exp(8.5))
    #expect(abs(head.probabilities([3, 4])[0] - expected) < 1e-6)
    // What is not a number counts as the mean: hidden (0, 1, 0), logits (0.5, 0.5).
    #expect(head.probabilities([.nan, 2]) == [0.5, 0.5])
  }

  @Test("together, inputs have the softmaxes that they have alone", arguments: [1, 4, 9])
  func severalInputs(count: Int) {
    var random = SystemRandomNumberGenerator()
    func numbers(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
    }
    let head = DenseHead(
      mean: numbers(70), scale: numbers(70),
      layers: [
        DenseHead.Layer(weight: numbers(70 * 37), bias: numbers(37)),
        DenseHead.Layer(weight: numbers(37 * 5), bias: numbers(5)),
      ])
    let rows = (0..<count).map { _ in numbers(70) }
    #expect(head.probabilities(rows: rows) == rows.map(head.probabilities))
    #expect(head.probabilities(rows: []).isEmpty)
  }

  @Test(arguments: ["mean", "scale", "layers.0.weight", "layers.0.bias"])
  func refusesBadTensors(name: String) {
    for file in ["spectrum.safetensors", "meta.safetensors"] {
      let missing = SampleBundle { written, tensors in
        if written == file { tensors[name] = nil }
      }
      let misshapen = SampleBundle { written, tensors in
        if written == file { tensors[name] = TensorValue([Float](repeating: 0, count: 5)) }
      }
      let infinite = SampleBundle { written, tensors in
        guard written == file, let old = tensors[name] else { return }
        var values = [Float](repeating: 0, count: old.shape.reduce(1, *))
        values[0] = .nan
        tensors[name] = TensorValue(values, shape: old.shape)
      }
      for bundle in [missing, misshapen, infinite] {
        let error = #expect(throws: BundleError.self) { try load(bundle) }
        guard case .badTensor(file, name, _) = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
      }
    }
  }

  static let edits: [@Sendable (inout BundleDescription) -> Void] = [
    { $0.families.removeFirst() },
    { $0.families.append($0.families[1]) },
    { $0.families = Array($0.families.prefix(1)) },
    { $0.detectors = [] },
    { $0.detectors.append($0.detectors[0]) },
    { $0.detectors[0].dimension = 0 },
    { $0.detectors[0].dimension = .max },
    { $0.detectors[0].weights.file = "../spectrum.safetensors" },
    { $0.meta.file = "" },
    { $0.meta.file = "absent.safetensors" },
    { $0.meta.sha256 = BundleDigest.of([1]) },
    { $0.calibration.slope = -1 },
    { $0.calibration.realCount = 0 },
    { $0.decision.camera = 1 },
    { $0.limits.outliers = .init(detector: "joined", maximum: -1e300) },
    { $0.format = 2 },
  ]

  @Test(arguments: edits.indices)
  func refusesInconsistentDescriptions(index: Int) {
    #expect(throws: BundleError.self) { try load(SampleBundle(edit: Self.edits[index])) }
  }

  @Test(arguments: ["", "{}", "[]", "{\"format\":1}", "{\"format\":\"x\"}", "\u{0}"])
  func refusesMalformedJSON(text: String) throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try text.write(toFile: folder + "/bundle.json", atomically: true, encoding: .utf8)
    #expect(throws: BundleError.self) { try ModelBundle.load(folder) }
  }

  @Test func absentFolderIsRefused() {
    #expect(throws: BundleError.unreadable(file: "bundle.json")) {
      try ModelBundle.load("/nonexistent")
    }
  }

  @Test func theShippedBundle() throws {
    let ensemble = try Ensemble.load(bundle: Places.package + "/models/baseline")
    #expect(ensemble.bundleName == "baseline")
    #expect(ensemble.families.families.first == .real)
    let result = ensemble.examine(picture(width: 400, height: 300), jpegQuality: 90)
    #expect(result.detectors.allSatisfy { $0.ran })
    #expect(result.conclusion.errorRate?.tier == "quality 90")
  }
}
