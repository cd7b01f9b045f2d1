import Detectors
import ForensicCore
import ImageCodecs
import SignalAnalysis
import Testing

/// The pictures that stability is measured on.
@Suite struct PictureChangeTests {
  private static let saved: [Stability.Change] = [.resaved95, .resaved80, .resaved60]

  @Test(arguments: saved)
  func savedAgain(_ change: Stability.Change) throws {
    let picture = picture(width: 400, height: 300)
    let made = try PictureChange.made(change, of: picture)
    #expect(made.width == 400 && made.height == 300 && made.channels == 3)
    #expect(made != picture)
    let quality = try #require(change.quality)
    #expect(
      made == (try ImageDecoder.decode(ImageEncoder.jpeg(picture, quality: quality)).pixels))
  }

  @Test func lowerQualitiesChangeMore() throws {
    let picture = picture(width: 400, height: 300)
    let errors = try Self.saved.map { change in
      zip(try PictureChange.made(change, of: picture).samples, picture.samples)
        .reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    }
    #expect(errors == errors.sorted() && errors[0] < errors[2])
  }

  @Test func halfSize() throws {
    let picture = picture(width: 641, height: 530)
    let made = try PictureChange.made(.halfSize, of: picture)
    #expect(made.width == 320 && made.height == 265)
  }

  /// A tenth goes, half of it at each end, and every block of 8 pixels is cut.
  @Test(arguments: [1, 2, 9, 10, 19, 20, 40, 255, 256, 427, 480, 512, 640, 65_500])
  func cropped(length: Int) throws {
    let kept = PictureChange.kept(of: length)
    #expect(kept.count == length - length / 10 && kept.count > 0)
    #expect(kept.lowerBound >= 0 && kept.upperBound <= length)
    #expect(abs(kept.lowerBound - (length - kept.upperBound)) <= 2)
    if length >= 10 { #expect(kept.lowerBound % 2 == 1) }
  }

  @Test func croppedPixels() throws {
    let picture = picture(width: 640, height: 480)
    let made = try PictureChange.made(.cropped10, of: picture)
    #expect(made == picture.cropped(x: 33, y: 25, width: 576, height: 432))
  }

  /// Of what is longer than detectors look at only the middle is made, which is all that they see.
  @Test func panoramasCostNoMore() throws {
    let long = picture(width: 3001, height: 272)
    for change in Stability.Change.allCases {
      let made = try PictureChange.made(change, of: long)
      #expect(made.width <= 640 && made.height <= 640)
    }
    let whole = try ImageDecoder.decode(ImageEncoder.jpeg(long, quality: 80)).pixels
    let seen = DetectorInput(pixels: whole, jpegQuality: 80, views: 1)
    let made = DetectorInput(
      pixels: try PictureChange.made(.resaved80, of: long), jpegQuality: 80, views: 1)
    #expect(seen.views == made.views)
  }

  @Test(
    arguments: [(1, 1), (16, 16), (1, 400), (400, 1), (2, 3), (17, 641)],
    Stability.Change.allCases)
  func small(_ size: (Int, Int), _ change: Stability.Change) throws {
    let made = try PictureChange.made(change, of: picture(width: size.0, height: size.1))
    #expect(made.width >= 1 && made.height >= 1)
    #expect(made.width <= size.0 && made.height <= size.1)
  }
}
