import ForensicCore
import ImageCodecs

/// Invisible watermarks of the method `dwtDct`, as Stable Diffusion's and FLUX's own programs put
/// into every picture (the package invisible-watermark, `EmbedMaxDct`).
///
/// The chroma plane U is transformed by one step of the Haar wavelet. Each 4 × 4 block of the low
/// frequencies carries one bit of the message in its largest value after the first: the value's
/// remainder by 36 is a quarter (0) or three quarters (1) of it. The message goes round and round
/// in reading order. Flat blocks are read wrongly, mostly as ones; therefore the whole message is
/// laid over all blocks and the correlation decides, not the majority bit by bit as in the package.
package enum Watermark {
  /// A message that a known program writes.
  package struct Message: Hashable, Sendable {
    package var title: String
    package var bits: [Bool]
    /// Which programs write it.
    package var writers: String
    /// By its name in `etc/families.toml`.
    package var family: String?
  }

  /// A message that was found.
  package struct Mark: Hashable, Sendable {
    package var message: Message
    /// Correlation of the blocks' bits with the message, in standard deviations.
    package var score: Double
    /// Bits of the message that the majority of their blocks carries.
    package var matching: Int
  }

  /// The correlation from which on a message counts as found, in standard deviations of what
  /// independent bits would give: a chance of 4e-11 a message. Pictures are not independent bits:
  /// what real ones reach stands in `docs/declared-origin.md`.
  package static let leastScore = 6.5

  /// By how much a message must be stronger than any other of its kind. Stripes, tiles and other patterns
  /// that come back go with all kinds of messages by chance, far beyond 6.5; a mark goes with its own.
  static let leastLead = 1.4

  /// Smaller pictures are not marked by the package.
  package static let leastPixels = 256 * 256

  package static let messages = [
    Message(
      title: "StableDiffusionV1", bits: bits(of: "StableDiffusionV1"),
      writers: "written by Stable Diffusion's reference program, version 1",
      family: "stable-diffusion-1"),
    Message(
      title: "SDV2", bits: bits(of: "SDV2"),
      writers: "written by Stable Diffusion's reference program, version 2",
      family: "stable-diffusion-2"),
    Message(
      title: "SDXL (48 bits)",
      bits: bits(0b101100111110110010010000011110111011000110011110),
      writers:
        "written by the reference programs and the library Diffusers for Stable Diffusion XL",
      family: "stable-diffusion-xl"),
    // The program drops the message's two leading zeros.
    Message(
      title: "FLUX.1 (46 bits)",
      bits: bits(0b001010101111111010000111100111001111010100101110),
      writers: "written by FLUX's reference program", family: "flux"),
  ]

  /// The message that `pixels` carry; `nil` for none of those known.
  package static func find(in pixels: PixelBuffer) -> Mark? {
    guard let blocks = WatermarkBlocks(pixels) else { return nil }
    let marks = messages.map { message in
      Mark(
        message: message, score: blocks.correlation(with: message.bits),
        matching: zip(blocks.bits(length: message.bits.count), message.bits).count { $0 == $1 })
    }
    return marks.filter { $0.score >= leastScore && blocks.single(out: $0) }
      .max { $0.score < $1.score }
  }

  /// Most significant bit first.
  private static func bits(of text: String) -> [Bool] {
    text.utf8.flatMap { byte in (0..<8).map { byte >> (7 - UInt8($0)) & 1 == 1 } }
  }

  /// From the highest bit that is set.
  private static func bits(_ number: UInt64) -> [Bool] {
    (0..<(64 - number.leadingZeroBitCount)).reversed().map { number >> UInt64($0) & 1 == 1 }
  }
}

extension Watermark.Mark {
  var finding: Finding {
    Finding(
      code: "origin.watermark",
      method: "Decoding of the invisible watermark dwtDct (package invisible-watermark)",
      summary: "The pixels carry the invisible watermark \(message.title), "
        + "\(message.writers).",
      weight: .notable,
      parameters: [
        "messages looked for": Watermark.messages.map(\.title).joined(separator: ", "),
        "least correlation": "\(Watermark.leastScore) standard deviations",
        "least lead over messages that nobody writes": "\(Watermark.leastLead) times",
      ],
      result: [
        "correlation": "\((score * 10).rounded() / 10) standard deviations",
        "matching bits": "\(matching) of \(message.bits.count)",
      ],
      limits:
        "Anybody can put the mark into any picture. It does not survive scaling, nor cropping "
        + "at the left or top, and seldom JPEG compression below a quality of about 95: its absence "
        + "says nothing.")
  }
}
