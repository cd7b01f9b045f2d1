import ImageCodecs
import SignalAnalysis
import Testing

@Suite("The views at half and at a quarter of the size")
struct CoarseViewTests {
  /// Reflects at the last sample, which is repeated, as often as it takes.
  static func reflected(_ index: Int, _ length: Int) -> Int {
    var index = index
    while !(0..<length).contains(index) {
      index = index < 0 ? -1 - index : 2 * length - 1 - index
    }
    return index
  }

  /// Where the middle 512 samples begin.
  static func start(_ length: Int) -> Int { max(0, length - 512) / 2 / 16 * 16 }

  @Test(
    "each sample is the mean of 2 × 2 from the middle, mirrored where the picture ends",
    arguments: [512, 700, 2000, 511, 300, 256, 100, 3, 1], [512, 530, 40])
  func mean(width: Int, height: Int) {
    let picture = Samples.noise(width: width, height: height, seed: UInt64(width * 7 + height))
    let half = CoarseViews(of: picture).half.view
    #expect(half.width == 256 && half.height == 256 && half.channels == 3)
    let (left, top) = (Self.start(width), Self.start(height))
    func sample(_ x: Int, _ y: Int, _ channel: Int) -> Int {
      let column = Self.reflected(left + x, width)
      let row = Self.reflected(top + y, height)
      return Int(picture.samples[(row * width + column) * 3 + channel])
    }
    var different = 0
    for y in stride(from: 0, to: 256, by: 5) {
      for x in stride(from: 0, to: 256, by: 3) {
        for channel in 0..<3 {
          let sum =
            sample(2 * x, 2 * y, channel) + sample(2 * x + 1, 2 * y, channel)
            + sample(2 * x, 2 * y + 1, channel) + sample(2 * x + 1, 2 * y + 1, channel)
          // Rounded half up, as by hand.
          let expected = sum / 4 + (sum % 4 >= 2 ? 1 : 0)
          if Int(half.samples[(y * 256 + x) * 3 + channel]) != expected { different += 1 }
        }
      }
    }
    #expect(different == 0)
  }

  @Test(
    "at a quarter: each sample is the mean of 2 × 2 of what is halved, mirrored where it ends",
    arguments: [512, 700, 511, 300, 256, 5, 1], [512, 530, 40])
  func quarter(width: Int, height: Int) {
    let picture = Samples.noise(width: width, height: height, seed: UInt64(width * 5 + height))
    let quarter = CoarseViews(of: picture).quarter.view
    #expect(quarter.width == 256 && quarter.height == 256 && quarter.channels == 3)
    let (left, top) = (Self.start(width), Self.start(height))
    let wide = max(1, min(width, 512) / 2)
    let high = max(1, min(height, 512) / 2)
    func rounded(_ samples: [Int]) -> Int { Int((Double(samples.reduce(0, +)) / 4 + 0.5)) }
    func halved(_ x: Int, _ y: Int, _ channel: Int) -> Int {
      let column = Self.reflected(x, wide)
      let row = Self.reflected(y, high)
      return rounded(
        [(0, 0), (1, 0), (0, 1), (1, 1)].map { dx, dy in
          let x = min(left + 2 * column + dx, width - 1)
          let y = min(top + 2 * row + dy, height - 1)
          return Int(picture.samples[(y * width + x) * 3 + channel])
        })
    }
    var different = 0
    for y in stride(from: 0, to: 256, by: 5) {
      for x in stride(from: 0, to: 256, by: 3) {
        for channel in 0..<3 {
          let expected = rounded(
            [(0, 0), (1, 0), (0, 1), (1, 1)].map { halved(2 * x + $0, 2 * y + $1, channel) })
          if Int(quarter.samples[(y * 256 + x) * 3 + channel]) != expected { different += 1 }
        }
      }
    }
    #expect(different == 0)
  }

  @Test("at a quarter, the features are those of the other scales' extractors")
  func quarterFeatures() {
    let picture = Samples.noise(width: 600, height: 520, seed: 4)
    let coarse = CoarseViews(of: picture)
    let parts: [any FeatureExtractor] = JoinedFeatures.native + [TextureFeatures()]
    let features = QuarterSizeFeatures()
    #expect(features.dimension == parts.reduce(0) { $0 + $1.dimension })
    #expect(features.isSharedByViews)
    let view = ViewAnalysis(Samples.noise(seed: 1), coarse: coarse)
    #expect(features.features(of: view) == parts.flatMap { $0.features(of: coarse.quarter) })
  }

  @Test(
    "at half, the features are the other extractor's, of the half-size view, in every view alike")
  func features() {
    let picture = Samples.noise(width: 600, height: 520, seed: 4)
    let coarse = CoarseViews(of: picture)
    let native = JoinedFeatures(name: "native", JoinedFeatures.native)
    let features = HalfSizeFeatures()
    #expect(features.dimension == native.dimension && features.isSharedByViews)
    let expected = native.features(of: coarse.half)
    for rectangle in ViewSampler.views(of: picture, maximum: 4) {
      let view = ViewSampler.view(of: picture, at: rectangle)
      #expect(features.features(of: ViewAnalysis(view, coarse: coarse)) == expected)
      #expect(native.features(of: ViewAnalysis(view, coarse: coarse)) != expected)
    }
  }
}
