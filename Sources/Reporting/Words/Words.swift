import ForensicCore

/// The plain words of the page: one place, so that the whole report speaks one language.
enum Words {
  static func short(_ leaning: Conclusion.Leaning) -> String {
    switch leaning {
    case .generated: "Generated"
    case .camera: "Camera"
    case .inconclusive: "Inconclusive"
    }
  }

  static func format(_ format: ImageFormat) -> String {
    switch format {
    case .jpeg: "JPEG"
    case .png: "PNG"
    case .webp: "WebP"
    }
  }

  /// Why a file could not be examined, by the failure's code; a code without words stays as it is.
  static func failure(_ code: String) -> String { failures[code] ?? code }

  private static let failures = [
    "format.unknown": "not a JPEG, PNG or WebP",
    "format.malformed": "so broken that nothing of the picture could be read",
    "format.unsupported": "a kind of JPEG that is not decoded",
    "limit.pixels": "more pixels than are allowed",
    "limit.dimension": "a longer side than is allowed",
    "limit.expansion": "more pixels than a file of this length may hold",
    "limit.ancillary": "more metadata than is allowed",
    "limit.scans": "more progressive scans than are allowed",
    "limit.size": "a larger file than is allowed",
    "limit.file-size": "a larger file than is allowed",
    "limit.memory": "its examination took more memory than is allowed",
    "limit.time": "its examination took longer than is allowed",
    "examiner.crashed": "its examiner died, in each attempt",
    "evidence.unavailable": "the kept original could not be opened",
    "file.changed": "changed while it was read",
    "file.kind": "not a regular file",
    "file.unreadable": "could not be read",
    "service.interrupted": "the service ended again and again while it was examined",
  ]

  /// The text as a sentence's end: with a full stop.
  static func closed(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }

  /// `1 finding`, `3 findings`.
  static func count(_ count: Int, _ noun: String) -> String {
    "\(Digits.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A family's identifier as a name, such as `Stable Diffusion 1` for `stable-diffusion-1`:
  /// its words with capitals, and the usual spelling where a word has one of its own.
  static func family(_ identifier: String) -> String {
    if let name = familyNames[identifier] { return name }
    return identifier.split(separator: "-").map { word in
      wordSpellings[String(word)] ?? word.prefix(1).uppercased() + word.dropFirst()
    }.joined(separator: " ")
  }

  private static let familyNames = [
    "real": "Camera", "dall-e-2": "DALL·E 2", "dall-e-3": "DALL·E 3",
    "dalle-mini": "DALL·E mini", "gpt-image": "GPT Image",
    "stable-diffusion-xl": "Stable Diffusion XL",
    "stylegan2": "StyleGAN2", "stylegan3": "StyleGAN3", "flux": "FLUX",
  ]

  private static let wordSpellings = [
    "gan": "GAN", "gans": "GANs", "sd": "SD", "xl": "XL", "glide": "GLIDE", "vae": "VAE",
    "gpt": "GPT", "vqgan": "VQGAN",
  ]

  /// What was held probable before looking.
  static func beforehand(_ prior: Double) -> String {
    prior == 0.5
      ? "if both were equally probable beforehand"
      : "if, before looking, it was taken to be \(percent(prior))"
  }

  /// A probability or share in per cent, whole; never rounded up to certainty.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "?" }
    if share > 0, share < 0.005 { return "<1%" }
    if share < 1, share >= 0.995 { return ">99%" }
    return Digits.fixed(share * 100, 0) + "%"
  }

  /// A size in bytes: `1.2 MB (1,234,567 bytes)`.
  static func bytes(_ size: Int) -> String {
    let exact = "\(Digits.grouped(size)) \(size == 1 ? "byte" : "bytes")"
    switch size {
    case ..<1000: return exact
    case ..<1_000_000: return "\(Digits.fixed(Double(size) / 1e3, 0)) kB (\(exact))"
    case ..<1_000_000_000: return "\(Digits.fixed(Double(size) / 1e6, 1)) MB (\(exact))"
    default: return "\(Digits.fixed(Double(size) / 1e9, 2)) GB (\(exact))"
    }
  }
}

extension Timestamp {
  /// `24 November 2026, 08:15:02 UTC`.
  var readable: String { "\(day), \(second) UTC" }

  /// `24 November 2026, 08:15:02.417`, in UTC: for steps that follow one another within a second.
  var readableToTheMillisecond: String {
    let thousandths = String(1000 + components.millisecond).dropFirst()
    return "\(day), \(second).\(thousandths)"
  }

  private var day: String {
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    let parts = components
    return "\(parts.day) \(months[parts.month - 1]) \(parts.year)"
  }

  private var second: String {
    let parts = components
    return "\(Self.two(parts.hour)):\(Self.two(parts.minute)):\(Self.two(parts.second))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
