import ForensicCore
import ImageCodecs
import SignalAnalysis

/// One picture as the detectors see it: its pixels and the views cut from them, once for all.
public struct DetectorInput: Sendable {
  /// The most views that are cut from one picture.
  public static let maximumViews = 4

  /// The whole picture, RGB.
  public let pixels: PixelBuffer
  /// The picture at the size that views are cut at (`ExaminedSize`): itself unless it is larger.
  package let bounded: PixelBuffer
  /// The quality measured from the file's quantisation tables, 1…100; `nil` where it has none.
  public let jpegQuality: Int?
  /// Where the views lie in the bounded picture, at least one.
  package let rectangles: [ViewRectangle]
  /// Crops of `ViewSampler.side` squared pixels of the bounded picture, with what several detectors
  /// need of them; in the order of the rectangles.
  public let analyses: [ViewAnalysis]
  private let memo: FeatureMemo

  /// The size of the bounded picture where it is not the picture's own.
  var shrunkTo: PictureSize? {
    guard bounded.width < pixels.width || bounded.height < pixels.height else { return nil }
    return PictureSize(width: bounded.width, height: bounded.height)
  }

  /// The samples of the views.
  public var views: [PixelBuffer] { analyses.map(\.view) }

  /// Takes any layout of samples; gray is repeated, alpha is dropped.
  /// - Parameter views: the most views that are cut; one is the middle.
  public init(pixels: PixelBuffer, jpegQuality: Int?, views: Int = Self.maximumViews) {
    let colour = pixels.rgb
    self.pixels = colour
    self.jpegQuality = jpegQuality
    let bounded = ExaminedSize.bounded(colour)
    self.bounded = bounded
    rectangles = ViewSampler.views(of: bounded, maximum: views)
    let coarse = CoarseViews(of: bounded)
    analyses = rectangles.map {
      ViewAnalysis(ViewSampler.view(of: bounded, at: $0), coarse: coarse)
    }
    memo = FeatureMemo()
  }

  /// The same picture in other views; what is known of one already is not worked out again.
  init(_ other: DetectorInput, rectangles: [ViewRectangle]) {
    pixels = other.pixels
    bounded = other.bounded
    jpegQuality = other.jpegQuality
    self.rectangles = rectangles
    analyses = rectangles.map { rectangle in
      if let known = other.rectangles.firstIndex(of: rectangle) { return other.analyses[known] }
      return ViewAnalysis(
        ViewSampler.view(of: other.bounded, at: rectangle),
        coarse: other.analyses.first?.coarse)
    }
    memo = other.memo
  }

  /// Another picture of the same size as a bounded one, in some of the same views.
  init(like other: DetectorInput, bounded: PixelBuffer, rectangles: [ViewRectangle]) {
    pixels = bounded
    self.bounded = bounded
    jpegQuality = other.jpegQuality
    self.rectangles = rectangles
    let coarse = CoarseViews(of: bounded)
    analyses = rectangles.map {
      ViewAnalysis(ViewSampler.view(of: bounded, at: $0), coarse: coarse)
    }
    memo = FeatureMemo()
  }

  /// An extractor's features, one row a view. What several detectors look at is computed once.
  package func features(of extractor: any FeatureExtractor) -> [[Float]] {
    let parts = extractor.parts.map { part in
      zip(rectangles, analyses).map { rectangle, analysis in
        let view = part.isSharedByViews ? nil : rectangle
        return memo.features(.init(extractor: part.name, view: view)) {
          part.features(of: analysis)
        }
      }
    }
    guard parts.count > 1 else { return parts.first ?? [] }
    return analyses.indices.map { view in parts.flatMap { $0[view] } }
  }

  /// The picture with three channels: gray repeated, alpha dropped. Four channels are taken for
  /// RGBA; CMYK is converted by the decoder and never comes here.
  package static func rgb(_ picture: PixelBuffer) -> PixelBuffer { picture.rgb }

  /// The standard deviation of luma (BT.601) over all views, in levels of 255: 0 where the
  /// picture is flat.
  public var deviation: Double {
    var sum = 0
    var squares = 0
    for view in analyses {
      let own = view.planes.sums(of: .luma)
      sum += own.values
      squares += own.squares
    }
    guard !analyses.isEmpty else { return 0 }
    let count = Double(analyses.count * ViewPlanes.area)
    let mean = Double(sum) / count
    return max(0, Double(squares) / count - mean * mean).squareRoot()
  }
}

extension PixelBuffer {
  fileprivate var rgb: PixelBuffer {
    guard channels != 3 else { return self }
    let pixels = width * height
    let gray = channels < 3
    let colours = [UInt8](unsafeUninitializedCapacity: pixels * 3) { target, count in
      samples.withUnsafeBufferPointer { source in
        for pixel in 0..<pixels {
          let from = pixel * channels
          target[pixel * 3] = source[from]
          target[pixel * 3 + 1] = source[gray ? from : from + 1]
          target[pixel * 3 + 2] = source[gray ? from : from + 2]
        }
      }
      count = pixels * 3
    }
    return PixelBuffer(width: width, height: height, channels: 3, samples: colours)
  }
}
