import Classifiers
import Glibc
import ImageCodecs

/// What people do to pictures every day before they publish them. Detectors trained on pictures that
/// were only scaled and compressed take a blur for a generator's work, and sharpening for a camera's.
package enum PictureEdit: Hashable, Sendable {
  /// A Gaussian blur; its standard deviation in pixels.
  case blur(Double)
  /// An unsharp mask: `amount` times what a blur of this standard deviation takes away is added.
  case sharpen(deviation: Double, amount: Double)
  /// Distances from the picture's mean brightness, multiplied.
  case contrast(Double)
  /// Brightness on a scale of 0 to 1, to this power.
  case gamma(Double)
  /// Distances from gray, multiplied.
  case saturation(Double)
  /// Normally distributed noise of this standard deviation in levels, seeded; each channel its own.
  case grain(Double, seed: UInt64)

  /// One of them, as strong as people make them without spoiling the picture.
  package static func drawn(_ random: inout SplitMix64) -> PictureEdit {
    // Every choice is drawn, used or not, so that one does not shift the others.
    let kind = random.integer(below: 6)
    let strength = random.uniform()
    let amount = random.uniform(from: 0.4, to: 2.4)
    let seed = random.next()
    func between(_ lower: Double, _ upper: Double) -> Double {
      lower * exp(strength * log(upper / lower))
    }
    switch kind {
    case 0: return .blur(between(0.5, 2.5))
    case 1: return .sharpen(deviation: between(0.6, 3), amount: amount)
    case 2: return .contrast(between(0.6, 1.8))
    case 3: return .gamma(between(0.55, 1.8))
    case 4: return .saturation(between(0.4, 2))
    default: return .grain(between(1.5, 9), seed: seed)
    }
  }

  /// One edit, in three of ten cases with another after it.
  package static func several(_ random: inout SplitMix64) -> [PictureEdit] {
    let isOne = random.chance(0.7)
    let edits = [drawn(&random), drawn(&random)]
    return isOne ? [edits[0]] : edits
  }

  /// The edited picture (RGB), as large as before.
  package func applied(to picture: PixelBuffer) -> PixelBuffer {
    switch self {
    case .blur(let deviation):
      let soft = GaussianBlur(deviation: deviation).samples(of: picture)
      return Self.picture(like: picture) { soft[$0] }
    case .sharpen(let deviation, let amount):
      let soft = GaussianBlur(deviation: deviation).samples(of: picture)
      return Self.picture(like: picture) { index in
        let value = Float(picture.samples[index])
        return value + Float(amount) * (value - soft[index])
      }
    case .contrast(let factor):
      let sum = picture.samples.reduce(0) { $0 + Int($1) }
      let mean = Float(sum) / Float(picture.samples.count)
      return Self.mapped(picture) { mean + Float(factor) * ($0 - mean) }
    case .gamma(let power):
      return Self.mapped(picture) { 255 * pow($0 / 255, Float(power)) }
    case .saturation(let factor):
      return Self.picture(like: picture) { index in
        let gray = Self.brightness(picture.samples, of: index / 3)
        return gray + Float(factor) * (Float(picture.samples[index]) - gray)
      }
    case .grain(let deviation, let seed):
      var random = SplitMix64(seed: seed)
      return Self.picture(like: picture) { index in
        Float(picture.samples[index]) + Float(deviation * random.normal())
      }
    }
  }

  /// Rec. 601 (ITU-R BT.601), as JPEG has it.
  private static func brightness(_ samples: [UInt8], of pixel: Int) -> Float {
    0.299 * Float(samples[3 * pixel]) + 0.587 * Float(samples[3 * pixel + 1])
      + 0.114 * Float(samples[3 * pixel + 2])
  }

  /// Each sample by a table.
  private static func mapped(_ picture: PixelBuffer, _ value: (Float) -> Float) -> PixelBuffer {
    let table = (0...255).map { value(Float($0)) }
    return Self.picture(like: picture) { table[Int(picture.samples[$0])] }
  }

  /// A picture of rounded samples.
  private static func picture(
    like picture: PixelBuffer, _ value: (Int) -> Float
  ) -> PixelBuffer {
    var edited = picture
    for index in picture.samples.indices {
      edited.samples[index] = UInt8(min(max(value(index) + 0.5, 0), 255))
    }
    return edited
  }
}

extension PixelBuffer {
  /// After these edits, one after the other.
  func edited(_ edits: [PictureEdit]) -> PixelBuffer { edits.reduce(self) { $1.applied(to: $0) } }
}
