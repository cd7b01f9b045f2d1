/// Whether a file's name announces the format that its bytes are in.
public enum NameCheck {
  /// The code of its finding.
  static let code = "file.extension"

  /// `nil` where it does, and where the name does not end like that of a picture.
  public static func finding(_ name: FileName, format: ImageFormat) -> Finding? {
    guard let ending = ending(of: name), let said = titles[ending] else { return nil }
    let real = title(format)
    guard said != real else { return nil }
    return Finding(
      code: code, method: "Comparison of the name's ending with the file's first bytes",
      summary: "The name says \(said), the file is \(real).",
      result: ["ending": ".\(ending)", "format by its bytes": real],
      limits: "Services that convert pictures often keep the name; a name is no evidence.")
  }

  /// What follows the last full stop, in lower-case ASCII; `nil` without one or where it is
  /// something else. Names need not be UTF-8: their bytes are looked at.
  private static func ending(of name: FileName) -> String? {
    guard let stop = name.bytes.lastIndex(of: UInt8(ascii: ".")), stop > 0 else { return nil }
    let bytes = name.bytes[(stop + 1)...]
    guard (1...5).contains(bytes.count) else { return nil }
    let lower = bytes.map { (65...90).contains($0) ? $0 + 32 : $0 }
    return lower.allSatisfy { $0 < 0x80 } ? String(decoding: lower, as: UTF8.self) : nil
  }

  private static func title(_ format: ImageFormat) -> String {
    switch format {
    case .jpeg: "JPEG"
    case .png: "PNG"
    case .webp: "WebP"
    }
  }

  /// Formats of pictures by the endings that are in use for them.
  private static let titles = [
    "jpg": "JPEG", "jpeg": "JPEG", "jpe": "JPEG", "jfif": "JPEG", "jif": "JPEG", "png": "PNG",
    "apng": "PNG", "webp": "WebP", "gif": "GIF", "bmp": "BMP", "dib": "BMP", "tif": "TIFF",
    "tiff": "TIFF", "heic": "HEIF", "heif": "HEIF", "hif": "HEIF", "avif": "AVIF",
    "jxl": "JPEG XL", "jp2": "JPEG 2000", "j2k": "JPEG 2000", "jpx": "JPEG 2000",
    "psd": "Photoshop", "svg": "SVG", "ico": "an icon", "dng": "a raw picture (DNG)",
    "cr2": "a raw picture (Canon)", "cr3": "a raw picture (Canon)", "nef": "a raw picture (Nikon)",
    "arw": "a raw picture (Sony)", "raf": "a raw picture (Fujifilm)",
    "orf": "a raw picture (Olympus)", "rw2": "a raw picture (Panasonic)",
  ]
}

extension Examination {
  /// This examination as the same bytes under another name have it: what is said of the name is
  /// said of that one.
  public func underName(_ name: FileName) -> Examination {
    var renamed = self
    renamed.findings.removeAll { $0.code == NameCheck.code }
    if let finding = NameCheck.finding(name, format: image.format) {
      // First of what is information, as the examiner has it.
      let place = renamed.findings.firstIndex { $0.weight == finding.weight }
      renamed.findings.insert(finding, at: place ?? renamed.findings.endIndex)
    }
    return renamed
  }
}
