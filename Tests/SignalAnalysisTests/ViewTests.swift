import ImageCodecs
import SignalAnalysis
import Testing

@Suite("Views")
struct ViewTests {
  @Test(
    "views are aligned, inside, and as many as asked at most",
    arguments: [1, 17, 255, 256, 257, 300, 384, 481, 512, 1000, 4000], [1, 2, 4, 6])
  func grid(width: Int, maximum: Int) {
    for height in [1, 200, 256, 321, 1024] {
      let views = ViewSampler.views(width: width, height: height, maximum: maximum)
      #expect((1...maximum).contains(views.count))
      #expect(Set(views).count == views.count)
      for view in views {
        #expect(view.x % ViewSampler.alignment == 0 && view.y % ViewSampler.alignment == 0)
        #expect(view.x >= 0 && view.x + ViewSampler.side <= max(width, ViewSampler.side))
        #expect(view.y >= 0 && view.y + ViewSampler.side <= max(height, ViewSampler.side))
      }
    }
  }

  @Test("a view of a large picture is its crop")
  func crop() {
    let picture = Samples.noise(width: 300, height: 280, seed: 3)
    let rectangle = ViewRectangle(x: 32, y: 16)
    #expect(
      ViewSampler.view(of: picture, at: rectangle)
        == picture.cropped(x: 32, y: 16, width: 256, height: 256))
  }

  @Test("a small picture is mirrored, a grey one spread", arguments: [1, 2, 3, 4])
  func small(channels: Int) {
    let samples = (0..<(5 * 3 * channels)).map { UInt8($0 * 3) }
    let picture = PixelBuffer(width: 5, height: 3, channels: channels, samples: samples)
    let view = ViewSampler.view(of: picture, at: ViewRectangle(x: 0, y: 0))
    #expect(view.width == 256 && view.height == 256 && view.channels == 3)
    #expect(view.samples[0] == samples[0])
    #expect(view.samples[2] == samples[channels >= 3 ? 2 : 0])
    // Column 4 is the last; the next one repeats a column inside the picture.
    #expect(samples.contains(view.samples[5 * 3]))
  }
}

/// Pictures made here.
enum Samples {
  static func noise(width: Int = 256, height: Int = 256, seed: UInt64) -> PixelBuffer {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    let samples = (0..<(width * height * 3)).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 32)
    }
    return PixelBuffer(width: width, height: height, channels: 3, samples: samples)
  }

  static func gray(_ value: (Int, Int) -> Double) -> PixelBuffer {
    var samples = [UInt8]()
    for y in 0..<256 {
      for x in 0..<256 {
        let level = UInt8(max(0, min(255, value(x, y).rounded())))
        samples += [level, level, level]
      }
    }
    return PixelBuffer(width: 256, height: 256, channels: 3, samples: samples)
  }
}
