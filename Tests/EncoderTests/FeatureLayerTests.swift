import Testing
import VisionTransformer

/// Layers as text.
@Suite struct FeatureLayerTests {
  @Test(arguments: [
    ("embedding", FeatureLayer.embedding),
    ("class+patches", .output(.both)),
    ("block:-2", .block(-2, .classToken, normalised: false)),
    ("-2", .block(-2, .classToken, normalised: false)),
    ("11", .block(11, .classToken, normalised: false)),
    ("block:3:patches:norm", .block(3, .patchMean, normalised: true)),
  ])
  func texts(_ text: String, _ layer: FeatureLayer) {
    #expect(FeatureLayer(text) == layer)
    #expect(FeatureLayer(layer.description) == layer)
  }

  @Test(arguments: ["", "block", "block:", "block:x", "2:patches", "1.5", "block:1:cls", "-"])
  func nonsense(_ text: String) {
    #expect(FeatureLayer(text) == nil)
  }
}
