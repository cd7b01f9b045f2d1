import Detectors
import Foundation
import ImageCodecs
import SignalAnalysis
import Testing

@Suite struct ViewPoolingTests {
  @Test func theMeanOfTheFeatures() {
    let rows: [[Float]] = [[1, 2, -4], [3, 6, 1]]
    #expect(ViewPooling.features.pooled(rows) == [[2, 4, -1.5]])
    #expect(ViewPooling.softmaxes.pooled(rows) == rows)
    #expect(ViewPooling.features.pooled([[5, 7]]) == [[5, 7]])
    #expect(ViewPooling.features.pooled([]) == [])
  }

  /// What a bundle's description says is what its detectors do; bundles that say nothing keep to the
  /// mean of the softmaxes.
  @Test(arguments: [ViewPooling.features, .softmaxes, nil])
  func detectorsPoolAsTheBundleSays(pooling: ViewPooling?) throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var sample = SampleBundle(detectors: ["colour"])
    sample.edit = { $0.detectors[0].pooling = pooling }
    try sample.write(to: folder)
    let bundle = try ModelBundle.load(folder)
    let pixels = picture(width: 640, height: 500)
    let kind = try #require(DetectorKind.named("colour"))
    let rows = DetectorInput(pixels: pixels, jpegQuality: 90).features(of: kind.extractor)
    #expect(rows.count > 1)
    let mean = rows[0].indices.map { column in
      rows.reduce(0) { $0 + $1[column] } / Float(rows.count)
    }
    let softmaxes = bundle.heads[0].probabilities(rows: pooling == .features ? [mean] : rows)
    let expected = softmaxes[0].indices.map { family in
      softmaxes.reduce(0) { $0 + $1[family] } / Double(softmaxes.count)
    }
    let found = try #require(
      Ensemble(bundle: bundle).examine(pixels, jpegQuality: 90).detectors.first?.scores)
    for (family, value) in zip(["real", "alpha", "beta"], expected) {
      #expect(abs((found[family] ?? 9) - value) < 1e-6)
    }
  }
}
