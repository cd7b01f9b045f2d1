import Foundation
import ImageCodecs
import SignalAnalysis
import Testing

@Suite("Features")
struct FeatureTests {
  static let extractors: [any FeatureExtractor] = [
    SpectrumFeatures(), ResidualFeatures(), ColourFeatures(), HalfSizeFeatures(), TextureFeatures(),
    QuarterSizeFeatures(),
    JoinedFeatures(),
  ]

  @Test("as many as promised, all finite, whatever the view", arguments: extractors.indices)
  func finite(index: Int) {
    let extractor = Self.extractors[index]
    let views = [
      Samples.noise(seed: 1), Samples.gray { _, _ in 0 }, Samples.gray { _, _ in 255 },
      Samples.gray { x, y in Double((x + y) % 2 * 255) }, Samples.gray { x, _ in Double(x) },
    ]
    for view in views {
      let features = extractor.features(of: ViewAnalysis(view))
      #expect(features.count == extractor.dimension)
      let allFinite = features.allSatisfy { $0.isFinite }
      #expect(allFinite)
    }
  }

  @Test("the same view gives the same bits", arguments: extractors.indices)
  func deterministic(index: Int) async {
    let extractor = Self.extractors[index]
    let view = Samples.noise(seed: 5)
    let expected = extractor.features(of: ViewAnalysis(view))
    await withTaskGroup(of: [Float].self) { group in
      for _ in 0..<8 { group.addTask { extractor.features(of: ViewAnalysis(view)) } }
      for await features in group { #expect(features == expected) }
    }
  }

  @Test("the spectrum of a wave peaks at its frequency", arguments: [(16, 0), (0, 40), (64, 32)])
  func wave(horizontal: Int, vertical: Int) {
    let picture = (0..<(256 * 256)).map { index -> Float in
      let phase = Double(horizontal * (index % 256) + vertical * (index / 256)) / 256
      return Float(cos(2 * .pi * phase))
    }
    let spectrum = PowerSpectrum(ofPicture: picture)
    let peak = spectrum.power(horizontal: horizontal, vertical: vertical)
    // A cosine of amplitude 1 puts (N/2)² into each of its two frequencies.
    #expect(abs(peak / Float(32768.0 * 32768.0) - 1) < 1e-3)
    let rest = spectrum.power(horizontal: horizontal + 5, vertical: vertical + 3)
    #expect(rest < peak * 1e-6)
  }

  @Test("the transform agrees with the definition")
  func definition() {
    let view = Samples.noise(seed: 9)
    let picture = (0..<65536).map { Float(view.samples[$0 * 3]) - 128 }
    let spectrum = PowerSpectrum(ofPicture: picture)
    for (u, v) in [(0, 0), (1, 0), (3, 7), (128, 128), (100, 200)] {
      var (real, imaginary) = (0.0, 0.0)
      for y in 0..<256 {
        for x in 0..<256 {
          let phase = 2 * Double.pi * Double((u * x + v * y) % 256) / 256
          real += Double(picture[y * 256 + x]) * cos(phase)
          imaginary -= Double(picture[y * 256 + x]) * sin(phase)
        }
      }
      let expected = real * real + imaginary * imaginary
      let found = Double(spectrum.power(horizontal: u, vertical: v))
      #expect(abs(found - expected) <= 1e-3 * expected + 10)
    }
  }

  @Test("the figure does not depend on the order of views")
  func figure() throws {
    let views = (1...4).map { ViewAnalysis(Samples.noise(seed: UInt64($0))) }
    let forward = try #require(ResidualSpectrum.averaged(views))
    #expect(ResidualSpectrum.averaged(views.reversed()) == forward)
    #expect(forward.width == ResidualSpectrum.side)
    #expect(ResidualSpectrum.averaged([]) == nil)
  }

  @Test("selection gives what sorting gives", arguments: [1, 2, 3, 10, 257, 1000])
  func selection(count: Int) {
    let noise = Samples.noise(width: 64, height: 64, seed: UInt64(count)).samples
    let values = (0..<count).map { Int64(noise[$0] % 17) }
    let sorted = values.sorted()
    for rank in 0..<count {
      var copy = values
      #expect(OrderStatistic.value(at: rank, of: &copy) == sorted[rank])
    }
  }
}
