import Foundation
import Safetensors
import Testing
import VisionTransformer

@Suite(.enabled(if: Goldens.exist, "no reference values"))
struct ImageTowerTests {
  static func encoders(_ model: EncoderModel) throws -> [(String, VisionEncoder)] {
    [
      ("fast", try VisionEncoder(model, threads: 2)),
      ("plain", try VisionEncoder(model, trunk: model.referenceImageTrunk(), arithmetic: .fp32)),
    ]
  }

  /// fp32: every value on the way, and the features.
  @Test(arguments: ModelCase.exact) func everyBlock(_ test: ModelCase) throws {
    let expected = try test.expected()
    for size in try test.sizes() {
      let inputs = try test.inputs(size)
      let hub = expected.contains(size + "fb.pos_embed") && test.heads != nil
      for (name, encoder) in try Self.encoders(test.model()) {
        let trace = try encoder.trace(inputs)
        func check(_ found: [Float], _ keys: String...) throws {
          guard let key = keys.map({ size + $0 }).first(where: expected.contains) else { return }
          let off = difference(found, try expected.floats(key))
          #expect(off <= 2e-5, "\(name) \(key): \(off)")
        }
        try check(trace.patches, "patch_embed", "image.patch_embed")
        if hub {
          try check(trace.positions, "fb.pos_embed")
        } else {
          try check(trace.positions, "pos_embed")
          try check(trace.embeddings, "embeddings", "image.embeddings")
          try check(trace.normalised, "image.ln_pre")
          for (block, values) in trace.blocks.enumerated() {
            try check(values, "block\(block)", "image.block\(block)")
          }
          try check(trace.output, "norm")
        }
      }
    }
  }

  /// All types, fp32 arithmetic: what callers get.
  @Test(arguments: ModelCase.all) func features(_ test: ModelCase) throws {
    let expected = try test.expected()
    let suffix = try test.suffix()
    let sizes = try test.sizes()
    #expect(!sizes.isEmpty)
    for size in sizes {
      let inputs = try test.inputs(size)
      let hub = expected.contains(size + "fb.cls") && test.heads != nil
      // torch.hub's interpolation has expected values in fp32 only.
      if hub, suffix != "" { continue }
      var compared = 0
      for (name, encoder) in try Self.encoders(test.model()) {
        func check(_ layer: FeatureLayer, unit: Bool, _ keys: String...) throws {
          let stored = keys.flatMap { [size + $0 + suffix, size + $0] }.first {
            expected.contains($0) && (suffix == "" || $0.hasSuffix(suffix))
          }
          guard let key = stored else { return }
          let rows = try encoder.embed(inputs, layer: layer)
          let found = rows.flatMap { unit ? Embedding.unit($0) : $0 }
          let values = try expected.floats(key)
          let off = unit ? distance(found, values) : difference(found, values)
          #expect(off <= 5e-6, "\(name) \(key): \(off)")
          compared += 1
        }
        if hub {
          try check(.embedding, unit: false, "fb.cls")
          continue
        }
        try check(.embedding, unit: true, "cls_l2", "image.embed_l2")
        try check(.embedding, unit: false, "cls", "image.embed")
        try check(.output(.classToken), unit: false, "cls", "image.pooled")
        try check(.output(.patchMean), unit: false, "patch_mean")
        try check(.output(.both), unit: false, "cls_patchmean")
      }
      #expect(compared >= 2)
    }
  }

  /// torch.hub's interpolation with weights of 16 bits: close to the values of 32.
  @Test(arguments: ModelCase.all.filter { $0.heads != nil })
  func hubInterpolation(_ test: ModelCase) throws {
    let expected = try test.expected()
    let encoder = try VisionEncoder(test.model())
    for size in try test.sizes() where expected.contains(size + "fb.cls") {
      let found = try encoder.embed(test.inputs(size))
      let (plain, _) = cosines(found, try expected.floats(size + "fb.cls"))
      #expect(plain >= 0.9997)
      // The other interpolation is visibly another.
      if try test.suffix() == "" {
        #expect(difference(found.flatMap { $0 }, try expected.floats(size + "cls")) > 1e-3)
      }
    }
  }

  static let arithmetics: [(Arithmetic, plain: Double, centred: Double)] = [
    (.bf16, 0.9997, 0.998), (.int8, 0.995, 0.95),
  ]

  @Test(arguments: ModelCase.exact, [Arithmetic.bf16, .int8])
  func reducedPrecision(_ test: ModelCase, _ arithmetic: Arithmetic) throws {
    let encoder = try VisionEncoder(test.model(), arithmetic: arithmetic)
    let expected = try test.expected()
    let gate = try #require(Self.arithmetics.first { $0.0 == arithmetic })
    for size in try test.sizes() {
      let inputs = try test.inputs(size)
      // A mean of two pictures says nothing of what they have in common.
      guard inputs.count > 2 else { continue }
      let keys = ["image.embed_l2", "cls_l2"].map { size + $0 }
      let key = try #require(keys.first(where: expected.contains))
      let found = cosines(
        try encoder.embed(inputs).map(Embedding.unit), try expected.floats(key))
      #expect(found.plain >= gate.plain, "\(key) \(found)")
      #expect(found.centred >= gate.centred, "\(key) \(found)")
    }
  }

  @Test(arguments: ModelCase.exact) func batchAndThreadsChangeNothing(_ test: ModelCase) throws {
    let model = try test.model()
    for arithmetic in Arithmetic.allCases {
      let one = try VisionEncoder(model, arithmetic: arithmetic)
      let three = try VisionEncoder(model, arithmetic: arithmetic, threads: 3)
      for size in try test.sizes() {
        let inputs = try test.inputs(size)
        let alone = try inputs.map { try one.embed([$0])[0] }
        #expect(try one.embed(inputs) == alone)
        #expect(try three.embed(inputs) == alone)
      }
    }
  }

  @Test(arguments: ModelCase.exact) func intermediateLayers(_ test: ModelCase) throws {
    let model = try test.model()
    let encoder = try VisionEncoder(model)
    let size = try test.sizes()[0]
    let inputs = try test.inputs(size)
    let shape = model.description.image.shape
    let trace = try encoder.trace(inputs)
    let tokens = trace.output.count / inputs.count / shape.width
    let layers: [FeatureLayer] = [
      .block(0, .classToken, normalised: false),
      .block(-min(2, shape.layers), .both, normalised: false),
      .block(-1, .classToken, normalised: true), .output(.classToken), .embedding,
    ]
    let found = try encoder.features(inputs, layers: layers)
    for (index, features) in found.enumerated() {
      let first = index * tokens * shape.width
      #expect(features[0] == Array(trace.blocks[0][first..<first + shape.width]))
      let block = trace.blocks[max(0, shape.layers - 2)]
      #expect(Array(features[1].prefix(shape.width)) == Array(block[first..<first + shape.width]))
      let skip = 1 + model.description.image.registers
      let mean = (0..<shape.width).map { channel in
        (skip..<tokens).reduce(0.0) { $0 + Double(block[first + $1 * shape.width + channel]) }
          / Double(tokens - skip)
      }
      #expect(difference(Array(features[1].suffix(shape.width)), mean.map { Float($0) }) < 1e-6)
      #expect(features[2] == features[3])
      for (layer, values) in zip(layers, features) {
        #expect(values.count == (try model.description.size(of: layer)))
      }
    }
    // A last block computed for the class token alone gives the same.
    #expect(try encoder.embed(inputs) == found.map { $0[4] })
    #expect(
      try encoder.features(inputs, layers: [.embedding, .output(.both)]).map { $0[0] }
        == found.map { $0[4] })
    // A pass that ends early gives the same.
    #expect(try encoder.embed(inputs, layer: layers[1]) == found.map { $0[1] })
  }

  @Test func impossibleCallsAreRefused() throws {
    let test = try #require(ModelCase.exact.first { $0.name.hasPrefix("clip") })
    let encoder = try VisionEncoder(test.model())
    let tower = encoder.description.image
    func input(_ height: Int, _ width: Int) -> EncoderInput {
      EncoderInput(
        height: height, width: width, values: [Float](repeating: 0, count: 3 * height * width))
    }
    #expect(throws: EncoderError.self) { try encoder.embed([input(tower.height * 2, tower.width)]) }
    #expect(throws: EncoderError.self) { try encoder.embed([input(1, 1)]) }
    #expect(throws: EncoderError.self) {
      try encoder.embed([input(tower.height, tower.width), input(tower.height, tower.width + 1)])
    }
    for layer in [FeatureLayer.logits, .block(tower.shape.layers, .both, normalised: false)] {
      #expect(throws: EncoderError.self) {
        try encoder.embed([input(tower.height, tower.width)], layer: layer)
      }
    }
    #expect(try encoder.embed([EncoderInput]()).isEmpty)
  }

  @Test(arguments: [
    ("embedding", FeatureLayer.embedding), ("class", .output(.classToken)),
    ("class+patches", .output(.both)), ("logits", .logits),
    ("block:-2:class", .block(-2, .classToken, normalised: false)),
    ("block:3:patches:norm", .block(3, .patchMean, normalised: true)),
  ]) func layersAsText(_ text: String, _ layer: FeatureLayer) {
    #expect(FeatureLayer(text) == layer)
    #expect(layer.description == text)
  }

  @Test(arguments: ["", "block", "block:", "block:x", "block:1:class:", "block:1:norm:class", "b"])
  func wrongLayers(_ text: String) { #expect(FeatureLayer(text) == nil) }
}
