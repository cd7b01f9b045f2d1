import Foundation

/// What `report.html` itself says of the files that it belongs to. It is read from the one place that
/// the page's writer owns: text of the exhibit stands on the page too, and may hold any digest.
struct PageStatement: Hashable, Sendable {
  /// SHA-256 of `report.json`, in hexadecimal.
  var json: String
  /// The exhibit's, `none` where it was not read; absent on pages that were published before it was stated.
  var exhibit: String?

  /// `nil` where the page does not say it, or says it twice, or in another place.
  init?(page: [UInt8]) {
    let page = Data(page)
    if let range = page.range(of: Self.opening) {
      // Before the title, the first text that may be the exhibit's; and nowhere else.
      guard let title = page.range(of: Data("<title>".utf8)), range.upperBound < title.lowerBound,
        page.range(of: Self.opening, in: range.upperBound..<page.endIndex) == nil,
        let match = Self.text(page, after: range).wholeMatch(
          of: /1 json=([0-9a-f]{64}) exhibit=([0-9a-f]{64}|none)/)
      else { return nil }
      (json, exhibit) = (String(match.1), String(match.2))
      return
    }
    // The footer of earlier pages: the exhibit's text cannot hold its markup, which is escaped.
    guard let range = page.range(of: Self.footer),
      page.range(of: Self.footer, in: range.upperBound..<page.endIndex) == nil,
      let match = Self.text(page, after: range).wholeMatch(of: /([0-9a-f]{64})/)
    else { return nil }
    json = String(match.1)
  }

  private static let opening = Data("<meta name=\"forensicd-report\" content=\"".utf8)
  private static let footer = Data("<span class=\"code digest\">".utf8)

  /// What stands between an opening and the next `"` or `<`, if that is short.
  private static func text(_ page: Data, after opening: Range<Data.Index>) -> String {
    let text = page[opening.upperBound...].prefix(256).prefix {
      $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "<")
    }
    return String(decoding: text, as: UTF8.self)
  }
}
