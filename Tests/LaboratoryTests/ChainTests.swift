import ForensicCore
import ImageCodecs
import Laboratory
import SignalAnalysis
import Testing

@Suite struct ChainTests {
  static let recipes: [DegradationChain.Recipe] = [
    .random, .quality(40), .quality(90), .asReceived, .web, .hard, .edited,
  ]

  @Test(arguments: recipes)
  func sameSeedSamePixels(recipe: DegradationChain.Recipe) throws {
    let picture = SyntheticDataSet.picture(isGenerated: false, seed: 3, side: 420)
    let chain = DegradationChain(recipe: recipe, seed: 5)
    for draw in 0..<6 {
      let first = try chain.apply(to: picture, identity: "a", draw: draw)
      #expect(try chain.apply(to: picture, identity: "a", draw: draw) == first)
      #expect(try chain.apply(to: picture, identity: "b", draw: draw) != first)
      #expect(min(first.pixels.width, first.pixels.height) >= 256)
      #expect(max(first.pixels.width, first.pixels.height) <= 512)
      #expect(first.pixels.channels == 3)
    }
  }

  /// The choices depend on the identity alone: pictures of either class and of whatever size
  /// meet the same qualities.
  @Test func qualitiesDoNotDependOnThePicture() throws {
    let small = SyntheticDataSet.picture(isGenerated: false, seed: 1, side: 256)
    let large = SyntheticDataSet.picture(isGenerated: true, seed: 2, side: 600)
    let chain = DegradationChain(recipe: .random, seed: 1)
    for draw in 0..<12 {
      let first = try chain.apply(to: small, identity: "x", draw: draw).quality
      #expect(try chain.apply(to: large, identity: "x", draw: draw).quality == first)
      #expect(DegradationChain.trainingQualities.contains(first))
    }
  }

  @Test(arguments: [
    (DegradationChain.Recipe.web, 640, 60), (.hard, 512, 40), (.quality(90), 640, 90),
  ])
  func shrinks(recipe: DegradationChain.Recipe, longSide: Int, quality: Int) throws {
    // A window as large as the shrunk picture shows its size, less at most 15 cut pixels. What is
    // still larger than detectors look at is shrunk to what they see.
    let picture = SyntheticDataSet.picture(isGenerated: false, seed: 4, side: 900)
    let chain = DegradationChain(recipe: recipe, window: 2000, seed: 1)
    let outcome = try chain.apply(to: picture, identity: "a", draw: 0)
    #expect(outcome.quality == quality)
    #expect((longSide - 15...longSide).contains(outcome.pixels.width))
    #expect((longSide - 15...longSide).contains(outcome.pixels.height))
  }

  /// A large picture is saved whole and shrunk afterwards, as an examination would do it.
  @Test func largePicturesAreSavedWhole() throws {
    let picture = SyntheticDataSet.picture(isGenerated: true, seed: 6, side: 1000)
    let chain = DegradationChain(recipe: .quality(50), window: 2000, seed: 1)
    let outcome = try chain.apply(to: picture, identity: "a", draw: 0)
    let saved = try ImageDecoder.decode(
      ImageEncoder.jpeg(picture, quality: 50, subsampling: .s420)
    ).pixels
    let seen = ExaminedSize.bounded(saved)
    let places = (0..<16).flatMap { y in (0..<16).map { (x: $0, y: y) } }
    #expect(
      places.contains { place in
        place.x + outcome.pixels.width <= seen.width
          && place.y + outcome.pixels.height <= seen.height
          && seen.cropped(
            x: place.x, y: place.y, width: outcome.pixels.width, height: outcome.pixels.height)
            == outcome.pixels
      })
  }

  @Test(arguments: Resampler.Kernel.allCases)
  func resamplingKeepsFlatPictures(kernel: Resampler.Kernel) {
    let flat = PixelBuffer(
      width: 40, height: 30, channels: 3, samples: [UInt8](repeating: 93, count: 3600))
    for (width, height) in [(40, 30), (17, 9), (90, 71), (1, 1)] {
      let resized = Resampler(kernel: kernel).resize(flat, width: width, height: height)
      #expect(resized.samples.allSatisfy { $0 == 93 })
    }
  }

  @Test func resamplingToTheSameSizeKeepsThePicture() {
    let picture = SyntheticDataSet.picture(isGenerated: false, seed: 9, side: 64)
    for kernel in Resampler.Kernel.allCases {
      #expect(Resampler(kernel: kernel).resize(picture, width: 64, height: 64) == picture)
    }
  }
}
