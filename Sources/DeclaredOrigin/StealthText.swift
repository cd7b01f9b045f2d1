import CImageCodecs
import ImageCodecs

/// A text in the lowest bits of a picture's samples, as NovelAI writes its settings into the alpha
/// channel and programs like AUTOMATIC1111's with the extension stealth-pnginfo into either.
///
/// The bits run down the columns, from the left one on, highest bit of each byte first: fifteen letters
/// that name the channels and whether the text is packed, the text's length in bits as 32 bits, and the
/// text, in UTF-8, as it is or compressed by gzip.
struct StealthText {
  /// `Alpha channel` or `Colour channels`.
  let place: String
  let text: String

  /// Longer texts, in bytes, are not read.
  private static let longest = 2 << 20

  /// `nil` where the channels hold none. Looks at 120 bits where there is none.
  /// - Parameter picture: RGB (the colours are looked at) or RGBA (the alpha channel alone).
  init?(_ picture: PixelBuffer) {
    let isAlpha = picture.channels == 4
    guard isAlpha || picture.channels == 3 else { return nil }
    var bits = LowestBits(picture, channels: isAlpha ? 3..<4 : 0..<3)
    let name = isAlpha ? "stealth_png" : "stealth_rgb"
    guard let mark = bits.bytes(15) else { return nil }
    let isPacked = mark == Array("\(name)comp".utf8)
    guard isPacked || mark == Array("\(name)info".utf8), let size = bits.bytes(4) else {
      return nil
    }
    let length = size.reduce(0) { $0 << 8 | Int($1) }
    guard length % 8 == 0, length <= 8 * Self.longest, let body = bits.bytes(length / 8),
      let bytes = isPacked ? PNGText.expand(body[...], Self.longest) : body,
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    place = isAlpha ? "Alpha channel" : "Colour channels"
    self.text = text
  }
}

/// The lowest bits of some channels, down one column after the other.
private struct LowestBits {
  private let picture: PixelBuffer
  private let channels: Range<Int>
  private let count: Int
  private var at = 0

  init(_ picture: PixelBuffer, channels: Range<Int>) {
    self.picture = picture
    self.channels = channels
    count = picture.width * picture.height * channels.count
  }

  /// The next so many bytes; `nil` where the picture ends before.
  mutating func bytes(_ number: Int) -> [UInt8]? {
    guard number <= (count - at) / 8 else { return nil }
    return picture.samples.withUnsafeBufferPointer { samples in
      (0..<number).map { _ in
        (0..<8).reduce(0) { byte, _ in
          let (pixel, channel) = at.quotientAndRemainder(dividingBy: channels.count)
          let (x, y) = pixel.quotientAndRemainder(dividingBy: picture.height)
          at += 1
          let sample = (y * picture.width + x) * picture.channels + channels.lowerBound + channel
          return byte << 1 | samples[sample] & 1
        }
      }
    }
  }
}
