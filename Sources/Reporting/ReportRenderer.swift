import Crypto
import ForensicCore

/// `Report` → `report.html`: one file, no script, nothing fetched from elsewhere.
///
/// Templates are read and parsed once; one renderer serves any number of tasks at a time.
public struct ReportRenderer: Sendable {
  private let templates: Templates
  private let policy: String

  /// - Parameter directory: The folder of the Mustache templates and `style.css`.
  /// - Throws: `TemplateFailure`, naming the file that is missing or malformed.
  public init(templates directory: String) throws(TemplateFailure) {
    templates = try Templates(directory: directory, roots: ["report"])
    policy = ContentSecurityPolicy.text(style: templates.style)
  }

  /// The page of one report.
  ///
  /// - Parameters:
  ///   - report: What to show; nothing else is shown, save words.
  ///   - json: The bytes of `report.json`, whose SHA-256 digest the page carries, beside the
  ///     exhibit's: who signs the page signs which files it belongs to.
  /// - Throws: Nothing today; kept so that a page can be refused one day.
  public func html(_ report: Report, json: [UInt8]) throws -> [UInt8] {
    let digest = SHA256.hash(data: json)
    var fields = ReportView(report).fields
    fields["policy"] = policy
    fields["style"] = Markup(templates.style)
    fields["jsonDigest"] = SHA256Digest(bytes: digest)?.hex
    fields["exhibitDigest"] = report.exhibit.sha256?.hex ?? "none"
    return Array(templates.render("report", fields).utf8)
  }
}

/// What the page allows a browser to do: show inlined pictures and its own style sheet.
enum ContentSecurityPolicy {
  /// - Parameter style: The exact text of the page's only `style` element.
  static func text(style: String) -> String {
    let digest = Base64.text(Array(SHA256.hash(data: Array(style.utf8))))
    return "default-src 'none'; img-src data:; style-src 'sha256-\(digest)'; "
      + "base-uri 'none'; form-action 'none'"
  }
}

/// Base 64 (RFC 4648, section 4).
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = 0
      for index in 0..<3 {
        bits = bits << 8 | (index < group.count ? Int(group[start + index]) : 0)
      }
      for index in 0..<4 {
        let isPadding = index > group.count
        output.append(isPadding ? UInt8(ascii: "=") : alphabet[bits >> (18 - 6 * index) & 63])
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Whether every byte is of the alphabet, with padding at the end only: what may stand in a
  /// data URI without escaping.
  static func isValid(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
      guard padding <= 2, padding < bytes.count else { return false }
      // One look-up a byte and no early end: pictures are long, and nearly always valid.
      var isMember = true
      for byte in bytes[..<(bytes.count - padding)] {
        isMember = isMember && members[Int(byte)]
      }
      return isMember
    }
  }

  private static let members: [Bool] = (0..<256).map { value in
    alphabet.contains { Int($0) == value }
  }
}
