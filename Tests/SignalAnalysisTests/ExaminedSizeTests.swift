import ImageCodecs
import SignalAnalysis
import Testing

@Suite("The size at which detectors look at pictures")
struct ExaminedSizeTests {
  @Test(
    "larger ones are shrunk, as far as their short side allows",
    arguments: [
      (640, 480, 640, 480), (641, 480, 640, 479), (4000, 3000, 640, 480), (3000, 4000, 480, 640),
      (1024, 1024, 640, 640), (2000, 300, 1813, 272), (5000, 272, 5000, 272), (900, 100, 900, 100),
      (1, 1, 1, 1),
    ])
  func size(width: Int, height: Int, seenWidth: Int, seenHeight: Int) {
    let picture = PixelBuffer(
      width: width, height: height, channels: 3,
      samples: [UInt8](repeating: 77, count: width * height * 3))
    let seen = ExaminedSize.bounded(picture)
    #expect(seen.width == seenWidth && seen.height == seenHeight)
    #expect(seen.samples.allSatisfy { $0 == 77 })
  }

  @Test("what is small enough stays as it is")
  func unchanged() {
    let picture = Samples.noise(width: 640, height: 300, seed: 4)
    #expect(ExaminedSize.bounded(picture) == picture)
  }

  /// Pillow 13.0.0, `Image.resize((12, 7), Image.BICUBIC)`: the same kernel in whole numbers, a level
  /// apart at most.
  @Test("shrinks as Pillow does")
  func asPillow() {
    var samples = [UInt8]()
    for y in 0..<23 {
      for x in 0..<37 {
        for c in 0..<3 { samples.append(UInt8((x * x * 7 + y * 13 + c * 31 + x * y) & 255)) }
      }
    }
    let picture = PixelBuffer(width: 37, height: 23, channels: 3, samples: samples)
    let small = Resampler(kernel: .catmullRom).resize(picture, width: 12, height: 7)
    #expect(small.samples.count == Self.expected.count)
    #expect(zip(small.samples, Self.expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  private static let expected: [UInt8] = [
    31, 64, 97, 127, 140, 157, 143, 124, 125, 132, 122, 122, 124, 138, 149, 81, 77, 95, 113, 83,
    84, 117, 123, 157, 125, 116, 124, 143, 120, 112, 124, 119, 110, 153, 155, 113, 80, 114, 145,
    144, 140, 130, 123, 123, 140, 113, 134, 133, 141, 120, 109, 128, 157, 175, 124, 157, 177,
    131, 121, 116, 130, 133, 129, 132, 130, 122, 138, 123, 132, 108, 133, 140, 131, 161, 184,
    140, 129, 128, 137, 108, 123, 144, 129, 125, 111, 110, 125, 163, 129, 93, 175, 144, 110,
    122, 120, 128, 123, 133, 129, 134, 124, 129, 118, 129, 123, 143, 113, 100, 173, 188, 185,
    132, 127, 111, 124, 146, 141, 121, 123, 132, 132, 147, 154, 70, 88, 126, 99, 112, 138, 122,
    156, 142, 113, 138, 133, 133, 126, 119, 148, 120, 117, 149, 142, 160, 185, 157, 84, 112,
    118, 134, 136, 114, 124, 138, 119, 133, 132, 122, 111, 171, 185, 167, 153, 169, 149, 110,
    117, 117, 128, 129, 114, 129, 133, 122, 131, 142, 134, 122, 104, 131, 119, 76, 71, 122, 120,
    139, 126, 137, 134, 144, 132, 117, 102, 110, 132, 106, 68, 60, 105, 102, 108, 141, 145, 138,
    124, 115, 123, 127, 128, 125, 123, 125, 116, 138, 133, 130, 64, 86, 119, 131, 141, 124, 133,
    107, 120, 123, 114, 129, 153, 155, 159, 79, 121, 162, 137, 156, 153, 144, 126, 114, 127,
    130, 123, 135, 118, 119, 139, 141, 152, 102, 132, 161,
  ]
}
