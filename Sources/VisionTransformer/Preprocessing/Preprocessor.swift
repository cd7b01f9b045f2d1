import ImageCodecs

/// An encoder's input: three planes (red, green, blue) of normalised values.
public struct EncoderInput: Hashable, Sendable {
  public let height: Int
  public let width: Int
  /// 3 × height × width.
  public let values: [Float]

  /// - Precondition: `values.count == 3 * height * width`.
  public init(height: Int, width: Int, values: [Float]) {
    precondition(height > 0 && width > 0 && values.count == 3 * height * width)
    self.height = height
    self.width = width
    self.values = values
  }
}

/// Turns pictures into an encoder's input, bit for bit as Pillow and torchvision (open_clip, timm)
/// or Pillow and transformers do.
public struct Preprocessor: Sendable {
  public let recipe: PreprocessingRecipe
  /// For each channel, the normalised value of each byte.
  private let table: [Float]

  public init(_ recipe: PreprocessingRecipe) {
    self.recipe = recipe
    table = (0..<3).flatMap { channel in
      (0..<256).map {
        (Float(Double($0) * recipe.scale) - recipe.mean[channel])
          / recipe.standardDeviation[channel]
      }
    }
  }

  /// Resizes, crops, converts and normalises. EXIF orientation and colour profiles are ignored, as
  /// the reference implementations do.
  public func callAsFunction(_ image: StoredImage) -> EncoderInput { normalised(cropped(image)) }

  /// The same for an RGB picture.
  /// - Precondition: three channels.
  public func callAsFunction(_ pixels: PixelBuffer) -> EncoderInput {
    self(StoredImage(rgb: pixels))
  }

  /// The RGB crop, before normalisation.
  package func cropped(_ image: StoredImage) -> PixelBuffer {
    let source =
      recipe.order == .convertFirst ? StoredImage(rgb: image.convertedToRGB) : image
    let size = recipe.resizedSize(width: source.pixels.width, height: source.pixels.height)
    let x = recipe.cropOffset(size.width, recipe.cropWidth)
    let y = recipe.cropOffset(size.height, recipe.cropHeight)
    let window = PixelWindow(
      x: max(0, x)..<min(size.width, x + recipe.cropWidth),
      y: max(0, y)..<min(size.height, y + recipe.cropHeight))
    let resized = Resampler.resize(
      source, width: size.width, height: size.height, window: window, filter: recipe.interpolation)
    return padded(resized, left: max(0, -x), top: max(0, -y)).convertedToRGB
  }

  /// Fills what a picture smaller than the crop leaves empty, in the picture's own mode.
  private func padded(_ image: StoredImage, left: Int, top: Int) -> StoredImage {
    let pixels = image.pixels
    guard pixels.width < recipe.cropWidth || pixels.height < recipe.cropHeight else {
      return image
    }
    let channels = pixels.channels
    let fill: UInt8 =
      image.mode == .bilevel ? (recipe.fill == 0 ? 0 : 255) : UInt8(clamping: recipe.fill)
    var samples = [UInt8](
      repeating: fill, count: recipe.cropWidth * recipe.cropHeight * channels)
    if image.mode == .gray16 {
      for high in stride(from: 1, to: samples.count, by: 2) { samples[high] = 0 }
    }
    let row = pixels.width * channels
    for y in 0..<pixels.height {
      let target = ((top + y) * recipe.cropWidth + left) * channels
      samples.replaceSubrange(target..<target + row, with: pixels.samples[y * row..<(y + 1) * row])
    }
    return StoredImage(
      mode: image.mode,
      pixels: PixelBuffer(
        width: recipe.cropWidth, height: recipe.cropHeight, channels: channels, samples: samples),
      palette: image.palette)
  }

  /// Normalises an RGB picture by table.
  package func normalised(_ pixels: PixelBuffer) -> EncoderInput {
    let count = pixels.width * pixels.height
    let values = [Float](unsafeUninitializedCapacity: 3 * count) { out, initialised in
      pixels.samples.withUnsafeBufferPointer { samples in
        table.withUnsafeBufferPointer { table in
          for channel in 0..<3 {
            for pixel in 0..<count {
              out[channel * count + pixel] =
                table[channel * 256 + Int(samples[pixel * 3 + channel])]
            }
          }
        }
      }
      initialised = 3 * count
    }
    return EncoderInput(height: pixels.height, width: pixels.width, values: values)
  }
}

extension PreprocessingRecipe {
  /// The size of the resized picture before the crop.
  package func resizedSize(width: Int, height: Int) -> (width: Int, height: Int) {
    switch resize {
    case .shortestEdge(let length):
      let short = min(width, height)
      let long = Int(Double(length * max(width, height)) / Double(short))
      return width <= height ? (length, long) : (long, length)
    case .none: return (width, height)
    case .exact(let height, let width): return (width, height)
    case .keepRatio(let targetHeight, let targetWidth, let longest):
      let ratios = (
        Double(height) / Double(targetHeight), Double(width) / Double(targetWidth)
      )
      let ratio = longest ? max(ratios.0, ratios.1) : min(ratios.0, ratios.1)
      func scaled(_ side: Int) -> Int {
        max(1, Int((Double(side) / ratio).rounded(.toNearestOrEven)))
      }
      return (scaled(width), scaled(height))
    }
  }

  /// Where the crop begins; negative where the picture is smaller than the crop.
  package func cropOffset(_ size: Int, _ crop: Int) -> Int {
    let spare = size - crop
    switch centring {
    case .down: return spare >> 1
    case .halfToEven:
      // torchvision pads by the half, rounded down, and rounds the crop's offset.
      return spare < 0
        ? -(-spare / 2) : Int((Double(spare) / 2).rounded(.toNearestOrEven))
    }
  }
}
