import Classifiers
import Detectors
import ForensicCore
import Glibc
import ImageCodecs
import SignalAnalysis

/// The one chain of degradations that pictures of both classes pass through before a detector
/// sees them, in training and in every measurement:
///
/// decoded region → perhaps brought to a web page's size → window at a random place → perhaps
/// resized → perhaps edited (`PictureEdit`) → perhaps a first generation of JPEG or WebP → JPEG.
///
/// Pictures larger than detectors look at (`ExaminedSize`) are mostly saved whole instead, shrunk as a
/// detector would, and a window is taken of that.
///
/// It takes away what would give the class away without looking at the picture: container, size,
/// quality and subsampling. Every choice is drawn from one generator, seeded by the picture's own
/// digest and the number of the draw, and never from the class.
public struct DegradationChain: Hashable, Sendable {
  /// What is done with a picture.
  public enum Recipe: Hashable, Sendable {
    /// Everything at random, as in training.
    case random
    /// A window, then JPEG at this quality, 4:2:0; large pictures whole, as above.
    case quality(Int)
    /// The same with a quality drawn from 75…98 (what published photographs have), 4:2:0
    /// or 4:4:4.
    case asReceived
    /// As on a web page: the long side brought to at most 768 with a kernel drawn at random, then
    /// JPEG at 60, 4:2:0.
    case web
    /// As after a messenger: the same with 512 and 40.
    case hard
    /// As received, with one or two edits drawn from `PictureEdit` before the picture is saved.
    case edited

    /// The name of the row in the tables of accuracy.
    public var name: String {
      switch self {
      case .random: "training"
      case .quality(let quality): "quality \(quality)"
      case .asReceived: "as received"
      case .web: "web"
      case .hard: "hard"
      case .edited: BundleMetrics.edited
      }
    }

    /// Grows whenever the same seed gives other pixels.
    public var version: Int { self == .random ? 5 : 3 }
  }

  /// A picture after the chain.
  public struct Outcome: Hashable, Sendable {
    public var pixels: PixelBuffer
    /// The quality of the last JPEG.
    public var quality: Int
  }

  /// The qualities drawn in training.
  public static let trainingQualities = 30...100
  /// The qualities drawn for `asReceived`.
  public static let publishedQualities = 75...98
  /// The long sides drawn in training for pictures shrunk as for a web page, each octave as often.
  public static let publishedSides = 320...1280
  /// The share of the draws in training that are edited.
  public static let editedShare = 0.35

  public var recipe: Recipe
  /// The longest side of a window in pixels, in measurements.
  public var window: Int
  public var seed: UInt64

  public init(recipe: Recipe, window: Int = 512, seed: UInt64 = 0) {
    self.recipe = recipe
    self.window = window
    self.seed = seed
  }

  /// Passes one decoded region (RGB) through the chain.
  /// - Parameter identity: what the choices are seeded with, beside `seed` and `draw`.
  public func apply(
    to region: PixelBuffer, identity: String, draw: Int
  ) throws(ExaminationFailure) -> Outcome {
    var random = Self.generator(seed: seed, identity: identity, draw: draw)
    switch recipe {
    case .random: return try degrade(region, &random)
    case .quality(let quality):
      return try publish(region, quality: quality, subsampling: .s420, &random)
    case .asReceived, .edited:
      let quality = random.integer(in: Self.publishedQualities)
      let subsampling: ImageEncoder.Subsampling = random.chance(0.5) ? .s420 : .s444
      let edits = recipe == .edited ? PictureEdit.several(&random) : []
      return try publish(
        region, edits: edits, quality: quality, subsampling: subsampling, &random)
    case .web: return try shrink(region, longSide: 768, quality: 60, &random)
    case .hard: return try shrink(region, longSide: 512, quality: 40, &random)
    }
  }

  /// A window saved as JPEG; of a picture larger than detectors look at, the whole is saved, and the
  /// window is one of what they see of it.
  private func publish(
    _ region: PixelBuffer, edits: [PictureEdit] = [], quality: Int,
    subsampling: ImageEncoder.Subsampling, _ random: inout SplitMix64
  ) throws(ExaminationFailure) -> Outcome {
    if Self.isLarge(region) {
      return try Self.seenWhole(
        region.edited(edits), quality: quality, subsampling: subsampling, width: window,
        height: window, &random)
    }
    let part = Self.window(of: region, width: window, height: window, &random)
    return try Self.finish(part.edited(edits), quality: quality, subsampling: subsampling)
  }

  private static func seenWhole(
    _ region: PixelBuffer, quality: Int, subsampling: ImageEncoder.Subsampling, width: Int,
    height: Int, _ random: inout SplitMix64
  ) throws(ExaminationFailure) -> Outcome {
    let saved = try finish(region, quality: quality, subsampling: subsampling)
    let seen = ExaminedSize.bounded(saved.pixels)
    return Outcome(
      pixels: window(of: seen, width: width, height: height, &random), quality: quality)
  }

  private static func isLarge(_ picture: PixelBuffer) -> Bool {
    max(picture.width, picture.height) > ExaminedSize.longSide
  }

  private func shrink(
    _ region: PixelBuffer, longSide: Int, quality: Int, _ random: inout SplitMix64
  ) throws(ExaminationFailure) -> Outcome {
    let kernel = Resampler.Kernel.allCases[random.integer(below: Resampler.Kernel.allCases.count)]
    let small = Resampler(kernel: kernel).shrink(region, longSide: longSide)
    return try publish(small, quality: quality, subsampling: .s420, &random)
  }

  /// A generator of its own for each picture, draw and seed (FNV-1a over the identity).
  static func generator(seed: UInt64, identity: String, draw: Int) -> SplitMix64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in identity.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    var mixed = SplitMix64(seed: hash ^ seed &* 0x9E37_79B9_7F4A_7C15)
    let base = mixed.next()
    return SplitMix64(seed: base &+ UInt64(truncatingIfNeeded: draw) &* 0xD1B5_4A32_D192_ED03)
  }

  private func degrade(
    _ region: PixelBuffer, _ random: inout SplitMix64
  ) throws(ExaminationFailure) -> Outcome {
    // Every choice is drawn, used or not, so that one does not shift the others.
    let shape = Self.shapes[random.integer(below: Self.shapes.count)]
    let resized = random.chance(0.4)
    let factor = exp(random.uniform(from: -0.45, to: 0.45))
    let kernel = Resampler.Kernel.allCases[random.integer(below: Resampler.Kernel.allCases.count)]
    let first = random.uniform()
    let firstQuality = random.integer(in: 60...98)
    let firstSubsampling: ImageEncoder.Subsampling = random.chance(0.5) ? .s420 : .s444
    let quality = random.integer(in: Self.trainingQualities)
    let subsampling: ImageEncoder.Subsampling = random.chance(0.7) ? .s420 : .s444
    let published = random.chance(0.35)
    let longSide = random.size(in: Self.publishedSides)
    let whole = random.chance(0.7)
    let isEdited = random.chance(Self.editedShare)
    let drawnEdits = PictureEdit.several(&random)
    let edits = isEdited ? drawnEdits : []

    let region = published ? Resampler(kernel: kernel).shrink(region, longSide: longSide) : region
    if whole && Self.isLarge(region) {
      return try Self.seenWhole(
        region.edited(edits), quality: quality, subsampling: subsampling,
        width: shape.width, height: shape.height, &random)
    }
    let scale = resized ? Self.feasible(factor, for: region) : 1
    let wide = Int((Double(shape.width) / scale).rounded())
    let high = Int((Double(shape.height) / scale).rounded())
    var part = Self.window(of: region, width: wide, height: high, &random)
    if resized {
      part = Resampler(kernel: kernel).resize(
        part, width: max(1, Int((Double(part.width) * scale).rounded())),
        height: max(1, Int((Double(part.height) * scale).rounded())))
    }
    part = part.edited(edits)
    if first < 0.35 {
      part = try Self.recoded(
        ImageEncoder.jpeg(part, quality: firstQuality, subsampling: firstSubsampling))
    } else if first < 0.5 {
      part = try Self.recoded(ImageEncoder.webp(part, quality: Float(firstQuality)))
    }
    if first < 0.5 {
      // The second generation's grid does not lie on the first's.
      part = Self.window(of: part, width: part.width - 4, height: part.height - 4, &random)
    }
    return try Self.finish(part, quality: quality, subsampling: subsampling)
  }

  /// Sizes of windows, the same for both classes: one to four views of 256 pixels.
  private static let shapes: [(width: Int, height: Int)] = [
    (264, 264), (264, 264), (384, 264), (264, 384), (384, 384), (512, 384), (512, 512),
  ]

  /// The factor, no smaller than leaves the shorter side of the region a view wide.
  private static func feasible(_ factor: Double, for region: PixelBuffer) -> Double {
    max(
      factor, min(1, Double(ExaminedSize.shortSide) / Double(min(region.width, region.height))))
  }

  /// A window of at most this size at a random place. Where the picture is hardly larger it is
  /// cut by up to 15 pixels, so that the window does not lie on the picture's own JPEG grid, but
  /// never below one view.
  static func window(
    of picture: PixelBuffer, width: Int, height: Int, _ random: inout SplitMix64
  ) -> PixelBuffer {
    func span(_ length: Int, _ wanted: Int) -> (start: Int, length: Int) {
      let room = min(15, max(0, length - 256))
      let taken = max(1, min(wanted, length - random.integer(in: 0...room)))
      return (random.integer(in: 0...(length - taken)), taken)
    }
    let across = span(picture.width, width)
    let down = span(picture.height, height)
    return picture.cropped(
      x: across.start, y: down.start, width: across.length, height: down.length)
  }

  private static func finish(
    _ picture: PixelBuffer, quality: Int, subsampling: ImageEncoder.Subsampling
  ) throws(ExaminationFailure) -> Outcome {
    let bytes = try ImageEncoder.jpeg(picture, quality: quality, subsampling: subsampling)
    return Outcome(pixels: try recoded(bytes), quality: quality)
  }

  private static func recoded(_ bytes: [UInt8]) throws(ExaminationFailure) -> PixelBuffer {
    try ImageDecoder.decode(bytes).pixels
  }
}

extension SplitMix64 {
  mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// A size whose logarithm is uniform.
  mutating func size(in range: ClosedRange<Int>) -> Int {
    let drawn = exp(uniform(from: log(Double(range.lowerBound)), to: log(Double(range.upperBound))))
    return min(max(Int(drawn.rounded()), range.lowerBound), range.upperBound)
  }

  mutating func uniform(from lower: Double, to upper: Double) -> Double {
    lower + (upper - lower) * uniform()
  }
}
