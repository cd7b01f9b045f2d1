import DeclaredOrigin
import ForensicCore
import Testing

/// Texts and patterns of photographs that resemble what generators leave.
@Suite struct MisreadTests {
  private static let camera: [(Int, [UInt8])] = [
    (0x010F, Array("Canon\0".utf8)), (0x0110, Array("Canon EOS\0".utf8)),
  ]

  /// A photograph with a camera, an exposure and a description.
  private func photograph(_ description: String) throws -> DeclarationReading {
    let segment = Container.exifSegment(
      ifd0: Self.camera + [(0x010E, Array(description.utf8) + [0])],
      exif: [(0x829A, Array("1/60\0".utf8))])
    return try Container.read(Container.jpeg([segment]))
  }

  @Test(arguments: [
    "{\"app_version\": \"9.1.0\", \"filter\": \"warm\", \"device\": \"x\"}",
    "Town hall, press photo. Job ID: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    "a cat --v 6.1 Job ID: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 (see the archive)",
    "The tower of St Mary\nSteps: 120, Height: 30 m", "Sowing\nSteps: 3, Seed: tomato",
  ])
  func `a description is no recipe`(_ description: String) throws {
    let reading = try photograph(description)
    #expect(reading.declaration?.generations == [])
    #expect(reading.declaration?.origin == .camera)
    #expect(reading.findings.isEmpty)
  }

  /// A graph that scales a photograph, and InvokeAI's graph beside its settings.
  @Test(arguments: [
    (
      "prompt",
      """
      {"1": {"class_type": "LoadImage", "inputs": {"image": "a.jpg"}}, "2": {"class_type": \
      "ImageUpscaleWithModel", "inputs": {"image": ["1", 0]}}}
      """
    ),
    ("invokeai_graph", "{\"id\": \"g\", \"nodes\": {\"a\": {\"type\": \"denoise_latents\"}}}"),
  ])
  func `a graph without a sampler made nothing for certain`(
    _ keyword: String, _ graph: String
  ) throws {
    let reading = try Container.read(
      Container.png([Container.textChunk(keyword, Array(graph.utf8))]))
    #expect(reading.declaration?.origin == nil)
    #expect(reading.declaration?.generations.count == 1)
    #expect(reading.findings.map(\.code) == ["origin.workflow"])
  }

  /// A checkpoint that imitates a service is not the service.
  @Test(arguments: [
    ("midjourneyStyle_v4", nil), ("nijiMix_v2", nil),
    ("realisticVisionXL_v3", "stable-diffusion-xl"),
  ])
  func `a checkpoint's family`(_ model: String, _ family: String?) throws {
    let text = "a cat\nSteps: 20, Seed: 7, Model: \(model), Version: v1.9"
    let reading = try Container.read(
      Container.png([Container.textChunk("parameters", Array(text.utf8))]))
    #expect(reading.declaration?.generations.map(\.family) == [family])
  }

  /// PNG text can bear the names of other statements.
  @Test func `a keyword is no field of XMP`() throws {
    let texts = [
      Container.textChunk("Digital source type", Array("digitalCapture".utf8)),
      Container.textChunk("Camera", Array("Leica".utf8)),
    ]
    let reading = try Container.read(Container.png(texts))
    #expect(reading.declaration?.origin == nil)
    #expect(reading.findings.isEmpty)
  }

  @Test(arguments: ["keine", "Aucune", "ninguno", "false", "unknown"])
  func `denials in other languages`(_ system: String) throws {
    let packet = Container.packet(
      "<Iptc4xmpExt:AISystemUsed>\(system)</Iptc4xmpExt:AISystemUsed>")
    let reading = try Container.read(Container.jpeg([Container.xmpSegment(packet)]))
    #expect(reading.declaration?.origin == nil)
  }
}
