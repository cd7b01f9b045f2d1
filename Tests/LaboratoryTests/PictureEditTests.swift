import Classifiers
import Foundation
import ImageCodecs
import Laboratory
import Testing

@Suite struct PictureEditTests {
  private static let edits: [PictureEdit] = [
    .blur(0.5), .blur(2.5), .sharpen(deviation: 2, amount: 2), .contrast(0.6), .contrast(1.8),
    .gamma(0.55), .gamma(1.8), .saturation(2), .grain(4, seed: 7),
  ]

  private func flat(_ level: UInt8, width: Int = 21, height: Int = 13) -> PixelBuffer {
    PixelBuffer(
      width: width, height: height, channels: 3,
      samples: [UInt8](repeating: level, count: width * height * 3))
  }

  @Test(arguments: edits) func sameEditSamePixels(edit: PictureEdit) {
    let picture = SyntheticDataSet.picture(isGenerated: false, seed: 2, side: 64)
    let edited = edit.applied(to: picture)
    #expect(edited == edit.applied(to: picture))
    #expect(edited != picture)
    #expect((edited.width, edited.height, edited.channels) == (64, 64, 3))
  }

  /// Where nothing varies there is nothing to blur, sharpen, stretch or colour.
  @Test(arguments: [0, 1, 100, 254, 255], edits)
  func evenPicturesStayEven(level: UInt8, edit: PictureEdit) {
    switch edit {
    case .grain: break
    case .gamma(let power):
      let expected = UInt8((255 * pow(Double(level) / 255, power)).rounded())
      #expect(edit.applied(to: flat(level)) == flat(expected))
    default: #expect(edit.applied(to: flat(level)) == flat(level))
    }
  }

  /// A point becomes the normal distribution of this deviation, up and down as to both sides, and
  /// nothing of it is lost.
  @Test(arguments: [0.7, 1.0, 2.0]) func blursAPoint(deviation: Double) {
    let side = 25
    var point = flat(0, width: side, height: side)
    point.samples[(12 * side + 12) * 3 + 1] = 255
    let soft = PictureEdit.blur(deviation).applied(to: point)
    var sum = 0
    for y in 0..<side {
      for x in 0..<side {
        let (across, down) = (Double(x - 12), Double(y - 12))
        let weight =
          exp(-(across * across + down * down) / (2 * deviation * deviation))
          / (2 * .pi * deviation * deviation)
        let found = soft.samples[(y * side + x) * 3 + 1]
        // The kernel is cut at three deviations, and sums over pixels are no integrals.
        #expect(abs(Double(found) - 255 * weight) <= 1 + 255 * 0.012, "\(x) \(y) \(found)")
        #expect(soft.samples[(y * side + x) * 3] == 0)
        #expect(found == soft.samples[(x * side + y) * 3 + 1])
        sum += Int(found)
      }
    }
    #expect(abs(sum - 255) < 40)
  }

  /// Neighbours at the edges are what lies there, not black.
  @Test func edgesAreContinued() {
    var halves = flat(200, width: 30, height: 8)
    for index in halves.samples.indices where index / 3 % 30 < 15 { halves.samples[index] = 40 }
    let soft = PictureEdit.blur(2).applied(to: halves)
    #expect(soft.samples[0] == 40)
    #expect(soft.samples[29 * 3] == 200)
    #expect((100...140).contains(soft.samples[14 * 3]))
    let sharp = PictureEdit.sharpen(deviation: 2, amount: 1).applied(to: halves)
    #expect(sharp.samples[14 * 3] < 40)
    #expect(sharp.samples[15 * 3] > 200)
  }

  @Test func contrastKeepsTheMean() {
    var picture = flat(100, width: 2, height: 1)
    picture.samples = [90, 90, 90, 110, 110, 110]
    #expect(PictureEdit.contrast(1.5).applied(to: picture).samples == [85, 85, 85, 115, 115, 115])
    picture.samples = [0, 0, 0, 255, 255, 255]
    #expect(PictureEdit.contrast(1.8).applied(to: picture).samples == picture.samples)
  }

  /// Gray keeps its brightness, colours move away from it or towards it.
  @Test func saturation() {
    let picture = PixelBuffer(width: 1, height: 1, channels: 3, samples: [150, 100, 100])
    // Brightness 0.299 · 150 + 0.701 · 100 = 114.95.
    #expect(PictureEdit.saturation(2).applied(to: picture).samples == [185, 85, 85])
    #expect(PictureEdit.saturation(0).applied(to: picture).samples == [115, 115, 115])
  }

  @Test func grainHasItsDeviation() {
    let noisy = PictureEdit.grain(6, seed: 3).applied(to: flat(128, width: 100, height: 100))
    let levels = noisy.samples.map { Double($0) - 128 }
    let variance = levels.map { $0 * $0 }.reduce(0, +) / Double(levels.count)
    #expect(abs(variance.squareRoot() - 6) < 0.2)
    #expect(noisy != PictureEdit.grain(6, seed: 4).applied(to: flat(128, width: 100, height: 100)))
  }

  /// All kinds are drawn, each about as often, and one in three pictures gets two.
  @Test func drawsEveryKind() {
    var random = SplitMix64(seed: 1)
    var counts = [String: Int]()
    var twice = 0
    for _ in 0..<3000 {
      let edits = PictureEdit.several(&random)
      twice += edits.count - 1
      for edit in edits { counts[String("\(edit)".prefix { $0 != "(" }), default: 0] += 1 }
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { (500...800).contains($0) }, "\(counts)")
    #expect((800...1000).contains(twice))
  }
}
