import ImageCodecs
import SignalAnalysis

/// One picture as the detectors see it: its pixels and the views cut from them, once for all.
public struct DetectorInput: Sendable {
  /// The most views that are cut from one picture.
  public static let maximumViews = 4

  /// The whole picture, RGB.
  public let pixels: PixelBuffer
  /// The quality measured from the file's quantisation tables, 1…100; `nil` where it has none.
  public let jpegQuality: Int?
  /// Crops of `ViewSampler.side` squared pixels at native resolution, at least one.
  public let views: [PixelBuffer]
  /// The views with what several detectors need of them, in the same order.
  public let analyses: [ViewAnalysis]
  private let memo = FeatureMemo()

  /// Takes any layout of samples; gray is repeated, alpha is dropped.
  public init(pixels: PixelBuffer, jpegQuality: Int?) {
    let colour = pixels.rgb
    self.pixels = colour
    self.jpegQuality = jpegQuality
    views = ViewSampler.views(of: colour, maximum: Self.maximumViews)
      .map { ViewSampler.view(of: colour, at: $0) }
    let halfSize = HalfSizeView(of: colour)
    analyses = views.map { ViewAnalysis($0, halfSize: halfSize) }
  }

  /// An extractor's features, one row a view. What several detectors look at is computed once.
  package func features(of extractor: any FeatureExtractor) -> [[Float]] {
    let parts = extractor.parts.map { part in
      memo.features(named: part.name) {
        guard part.isSharedByViews, let first = analyses.first else {
          return analyses.map { part.features(of: $0) }
        }
        return Array(repeating: part.features(of: first), count: analyses.count)
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
    var count = 0
    for view in views {
      view.samples.withUnsafeBufferPointer { samples in
        for pixel in stride(from: 0, to: samples.count - 2, by: 3) {
          let luma =
            (77 * Int(samples[pixel]) + 150 * Int(samples[pixel + 1])
              + 29 * Int(samples[pixel + 2])) >> 8
          sum += luma
          squares += luma * luma
        }
        count += samples.count / 3
      }
    }
    guard count > 0 else { return 0 }
    let mean = Double(sum) / Double(count)
    return max(0, Double(squares) / Double(count) - mean * mean).squareRoot()
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
