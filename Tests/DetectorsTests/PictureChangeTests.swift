import Detectors
import ForensicCore
import ImageCodecs
import SignalAnalysis
import Testing

/// The pictures that stability is measured on.
@Suite struct PictureChangeTests {
  @Test(arguments: [95, 80, 60])
  func savedAgain(quality: Int) throws {
    let picture = picture(width: 400, height: 300)
    let made = try PictureChange.saved(picture, quality: quality)
    #expect(made.width == 400 && made.height == 300 && made.channels == 3)
    #expect(made != picture)
    #expect(
      made == (try ImageDecoder.decode(ImageEncoder.jpeg(picture, quality: quality)).pixels))
  }

  @Test func lowerQualitiesChangeMore() throws {
    let picture = picture(width: 400, height: 300)
    let errors = try [95, 80, 60].map { quality in
      zip(try PictureChange.saved(picture, quality: quality).samples, picture.samples)
        .reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    }
    #expect(errors == errors.sorted() && errors[0] < errors[2])
  }

  @Test func halfSize() {
    let made = PictureChange.halved(picture(width: 641, height: 530))
    #expect(made.width == 320 && made.height == 265)
  }

  /// A tenth goes, half of it at each end, and every block of 8 pixels is cut.
  @Test(arguments: [1, 2, 9, 10, 19, 20, 40, 255, 256, 427, 480, 512, 640, 65_500])
  func cropped(length: Int) {
    let kept = PictureChange.kept(of: length)
    #expect(kept.count == length - length / 10 && kept.count > 0)
    #expect(kept.lowerBound >= 0 && kept.upperBound <= length)
    #expect(abs(kept.lowerBound - (length - kept.upperBound)) <= 2)
    if length >= 10 { #expect(kept.lowerBound % 2 == 1) }
  }

  /// What is looked at is the middle view of the cropped picture.
  @Test func croppedView() throws {
    let whole = picture(width: 640, height: 480)
    let view = try #require(PictureChange.viewWhenCropped(width: 640, height: 480))
    #expect(view == ViewRectangle(x: 193, y: 105))
    let cropped = whole.cropped(x: 33, y: 25, width: 576, height: 432)
    let own = try #require(ViewSampler.views(of: cropped, maximum: 1).first)
    #expect(
      ViewSampler.view(of: cropped, at: own) == ViewSampler.view(of: whole, at: view))
    #expect(PictureChange.viewWhenCropped(width: 640, height: 283) == nil)
    #expect(PictureChange.viewWhenCropped(width: 284, height: 284) != nil)
  }

  /// Of what is longer than detectors look at only the middle is made, and they see the same.
  @Test(arguments: [(3001, 272), (640, 600), (545, 544)])
  func onlyWhatIsSeenIsMade(width: Int, height: Int) throws {
    let long = picture(width: width, height: height)
    let made = try PictureChange.saved(long, quality: 80)
    #expect(made.width <= 544 && made.height <= 544)
    let whole = try ImageDecoder.decode(ImageEncoder.jpeg(long, quality: 80)).pixels
    let seen = DetectorInput(pixels: whole, jpegQuality: 80, views: 1)
    let part = DetectorInput(pixels: made, jpegQuality: 80, views: 1)
    #expect(seen.views == part.views)
    #expect(CoarseViews.middle(of: whole) == CoarseViews.middle(of: made))
    let half = PictureChange.halved(long)
    #expect(half.width <= 544 && half.height <= 544)
  }

  @Test(arguments: [(1, 1), (16, 16), (1, 400), (400, 1), (2, 3), (17, 641)])
  func small(width: Int, height: Int) throws {
    let tiny = picture(width: width, height: height)
    let saved = try PictureChange.saved(tiny, quality: 60)
    #expect(saved.width == width && saved.height == min(height, 544))
    let half = PictureChange.halved(tiny)
    #expect(half.width == max(1, width / 2) && half.height == max(1, height / 2))
    #expect(PictureChange.viewWhenCropped(width: width, height: height) == nil)
  }
}
