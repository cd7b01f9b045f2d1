import Detectors
import ForensicCore
import Foundation
import Laboratory
import Safetensors
import Testing

@Suite("Pool, gate and network in a bundle") struct PoolTests {
  @Test func aBundleWithAllOfThem() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, sources: 3)
    try SafetensorsWriter.write(Self.network(), to: folder + "/network.safetensors")
    var options = TrainingTests.quick
    options.fusion = .pool
    options.network = try TrainedNetwork(path: folder + "/network.safetensors")
    options.detectors = ["residual", "joined", "familiar", "network", "combined"]
    // Of eight pictures a class, three come from each of two sources and two from the third.
    options.largeSource = 3
    let description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: folder + "/out",
      options: options)
    #expect(description.detectors.map { $0.gate != nil } == [false, false, true, false, false])
    #expect(description.detectors.map { $0.network != nil } == [false, false, false, true, true])
    #expect(description.metrics.tiers.allSatisfy { $0.auc > 0.9 })
    // Read back, it says the same of the same pictures, and can be examined with.
    let bundle = try ModelBundle.load(folder + "/out")
    let measured = try Laboratory.evaluate(
      bundle: bundle, manifest: data.manifest, images: folder)
    #expect(measured.tiers == description.metrics.tiers)
    let chain = DegradationChain(recipe: .quality(90))
    let pictures = try [true, false].map { isGenerated in
      try chain.apply(
        to: SyntheticDataSet.picture(isGenerated: isGenerated, seed: 900), identity: "one", draw: 0)
    }
    // Whole, and without one of them: the others go on.
    for missing in [[], ["joined"]] as [Set<String>] {
      let ensemble = try Ensemble(bundle: bundle, excluding: missing)
      let results = pictures.map { ensemble.examine($0.pixels, jpegQuality: $0.quality) }
      #expect(Set(results[0].detectors.filter { !$0.ran }.map(\.name)) == missing)
      let probabilities = results.map(\.conclusion.probabilityGenerated)
      #expect(probabilities[0] > probabilities[1] + 0.1)
    }
  }

  @Test func withoutSmallSourcesThereIsNoGate() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 6)
    var options = TrainingTests.quick
    options.detectors = ["colour", "familiar"]
    options.fusion = .pool
    let description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: folder + "/out",
      options: options)
    #expect(description.detectors.allSatisfy { $0.gate == nil })
  }

  @Test func unseenSourcesAloneAreMeasured() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 6)
    var options = TrainingTests.quick
    options.detectors = ["residual"]
    try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: folder + "/out",
      options: options)
    // Every source is known.
    #expect(throws: LaboratoryError.self) {
      try Laboratory.evaluate(
        bundle: ModelBundle.load(folder + "/out"), manifest: data.manifest, images: folder,
        unseen: true)
    }
  }

  @Test func aFileThatIsNoNetworkIsRefused() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var tensors = Self.network()
    tensors["conv2.weight"] = nil
    try SafetensorsWriter.write(tensors, to: folder + "/network.safetensors")
    #expect(throws: LaboratoryError.self) {
      try TrainedNetwork(path: folder + "/network.safetensors")
    }
  }

  private static func network() -> [String: TensorValue] {
    func values(_ count: Int) -> [Float] {
      (0..<count).map { Float(($0 * 37) % 19) / 19 - 0.5 }
    }
    return [
      "strides": TensorValue([2, 2], shape: [2]), "range": TensorValue([Float(8)], shape: [1]),
      "conv1.weight": TensorValue(values(4 * 27), shape: [4, 3, 3, 3]),
      "conv1.bias": TensorValue(values(4), shape: [4]),
      "conv2.weight": TensorValue(values(6 * 36), shape: [6, 4, 3, 3]),
      "conv2.bias": TensorValue(values(6), shape: [6]),
    ]
  }
}
