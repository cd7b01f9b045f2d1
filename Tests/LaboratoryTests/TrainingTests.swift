import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Laboratory
import Testing

@Suite struct TrainingTests {
  static let quick = TrainingOptions(
    name: "tiny", draws: 2, folds: 2, hidden: 8, epochs: 6, leaveOneSourceOut: false, threads: 1)

  @Test func tinyDataSetFromEndToEnd() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder)
    var options = Self.quick
    options.cache = folder + "/cache"
    let description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families,
      output: folder + "/one", options: options)
    // Again from the cache, on other threads: the same bundle, bit for bit.
    options.threads = 2
    try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families,
      output: folder + "/two", options: options)

    let one = try Ensemble.load(bundle: folder + "/one")
    let two = try Ensemble.load(bundle: folder + "/two")
    #expect(one.bundleDigest == two.bundleDigest)
    #expect(one.bundle == description)
    #expect(
      description.metrics.tiers.map(\.name) == [
        "quality 40", "quality 65", "quality 90", "as received",
      ])
    for tier in description.metrics.tiers {
      #expect(tier.auc > 0.9)
      #expect(tier.realCount == 8 && tier.generatedCount == 8)
    }
    // Measured again from the written bundle: the figures that training stated.
    let measured = try Laboratory.evaluate(
      bundle: ModelBundle.load(folder + "/one"), manifest: data.manifest, images: folder)
    #expect(measured.tiers == description.metrics.tiers)
    let picture = SyntheticDataSet.picture(isGenerated: true, seed: 400)
    let result = one.examine(picture, jpegQuality: nil)
    #expect(result == two.examine(picture, jpegQuality: nil))
    #expect(result.conclusion.probabilityGenerated > 0.5)
  }

  @Test func changedFileIsRefused() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 1)
    try Data("other".utf8).write(
      to: URL(fileURLWithPath: folder + "/" + data.manifest.entries[0].file))
    #expect(throws: LaboratoryError.self) {
      try FeatureStore(images: folder).features(
        of: data.manifest.entries, chain: DegradationChain(recipe: .quality(90)), draws: 1)
    }
  }

  @Test func missingClassIsRefused() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 1)
    let real = try Manifest(
      entries: data.manifest.entries.filter { !$0.isGenerated }, digest: data.manifest.digest)
    #expect(throws: LaboratoryError.self) {
      try Laboratory.train(
        manifest: real, images: folder, families: data.families, output: folder + "/out",
        options: Self.quick)
    }
  }
}
