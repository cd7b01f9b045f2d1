import ForensicCore
import ImageCodecs
import Laboratory
import Testing

@Suite struct ChainTests {
  static let recipes: [DegradationChain.Recipe] = [
    .random, .quality(40), .quality(90), .asReceived, .web, .hard,
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

  @Test(arguments: [(DegradationChain.Recipe.web, 768, 60), (.hard, 512, 40)])
  func shrinksForTheWeb(recipe: DegradationChain.Recipe, longSide: Int, quality: Int) throws {
    // A window as large as the shrunk picture shows its size, less at most 15 cut pixels.
    let picture = SyntheticDataSet.picture(isGenerated: false, seed: 4, side: 900)
    let chain = DegradationChain(recipe: recipe, window: 2000, seed: 1)
    let outcome = try chain.apply(to: picture, identity: "a", draw: 0)
    #expect(outcome.quality == quality)
    #expect((longSide - 15...longSide).contains(outcome.pixels.width))
    #expect((longSide - 15...longSide).contains(outcome.pixels.height))
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
