import ForensicCore
import Foundation
import Reporting
import Testing

/// What every page keeps to, whatever is in the report.
@Suite struct PageTests {
  static let renderer = Result { try ReportRenderer(templates: Folders.templates) }

  static func page(_ report: Report) throws -> String {
    let json = try ReportEncoder.json(report, pretty: true)
    return String(decoding: try renderer.get().html(report, json: json), as: UTF8.self)
  }

  static func page(_ name: String) throws -> String {
    try page(#require(SampleReports.all.first { $0.name == name }?.report))
  }

  @Test(arguments: SampleReports.all.map(\.name))
  func `no script, nothing from elsewhere, no inline style`(_ name: String) throws {
    let page = try Self.page(name)
    #expect(!page.contains("<script"))
    #expect(page.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none"))
    for tag in Self.tags(page) {
      let attributes = Self.attributes(tag)
      for (name, value) in attributes {
        #expect(!name.hasPrefix("on"), "\(tag)")
        #expect(name != "style", "\(tag)")
        if ["src", "href", "action", "data", "poster", "srcset"].contains(name) {
          #expect(
            value.hasPrefix("data:image/") || value.hasPrefix("#") || value.hasPrefix("./"),
            "\(tag.prefix(200))")
        }
      }
    }
  }

  @Test(arguments: SampleReports.all.map(\.name))
  func `hidden marks are shown`(_ name: String) throws {
    let page = try Self.page(name)
    #expect(!page.unicodeScalars.contains { $0 != "\n" && $0.hides })
  }

  @Test func `hostile text appears as text`() throws {
    let page = try Self.page("hostile")
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(page.contains("{{name}} {{{style}}}"))
    #expect(page.contains("invoice\\u{202e}gpj.exe"))
    #expect(page.contains("line\\u{a}break"))
    #expect(!page.contains("<img src=x"))
  }

  @Test(arguments: SampleReports.all.map(\.name))
  func `elements are closed in order`(_ name: String) throws {
    let void: Set = [
      "meta", "img", "br", "hr", "link", "!doctype", "line", "rect", "circle", "path",
    ]
    var open: [String] = []
    for tag in Self.tags(try Self.page(name)) {
      let element = tag.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" }
      let lower = element.lowercased()
      if lower.hasPrefix("/") {
        #expect(open.popLast() == String(lower.dropFirst()), "\(tag)")
      } else if !void.contains(lower), !tag.hasSuffix("/>") {
        open.append(lower)
      }
    }
    #expect(open.isEmpty, "\(open)")
  }

  @Test(
    .enabled(if: Folders.hasProgram("xmllint"), "needs xmllint"),
    arguments: SampleReports.all.map(\.name))
  func `xmllint reads it`(_ name: String) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "page-\(UUID()).html")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(Self.page(name).utf8).write(to: file)
    let result = try Folders.run("xmllint", ["--html", "--noout", file.path])
    // It knows HTML 4 only: newer elements are not errors of ours.
    let errors = result.text.split(separator: "\n").filter {
      $0.contains("error") && !$0.contains("Tag ") && !$0.contains("invalid")
    }
    #expect(errors.isEmpty, "\(errors.prefix(3))")
  }

  @Test(arguments: SampleReports.all.map(\.name))
  func `everything comes from the JSON`(_ name: String) throws {
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    let json = try ReportEncoder.json(report, pretty: true)
    #expect(try Self.page(try ReportDecoder.report(json)) == Self.page(report))
  }

  @Test(arguments: SampleReports.all.map(\.name))
  func `nothing is called clean or authentic`(_ name: String) throws {
    let page = try Self.page(name).lowercased()
    for word in ["authentic", ">clean", " clean ", "genuine", "fake"] {
      #expect(!page.contains(word), "\(word)")
    }
  }

  @Test func `the digest is that of the JSON`() throws {
    let json = Array("abc".utf8)
    let page = String(
      decoding: try Self.renderer.get().html(SampleReports.camera, json: json), as: UTF8.self)
    // FIPS 180-4, the one-block example.
    #expect(page.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
  }

  @Test func `the first screen says what is known`() throws {
    let generated = try Self.page("generated")
    #expect(generated.contains("The pixels speak moderately for generation by a machine"))
    #expect(
      generated.contains(
        "Of 188 camera pictures measured at JPEG quality 65, the file&#39;s own, 8 were wrongly "
          + "called generated; up to about 8 of 100 cannot be excluded."))
    #expect(generated.contains("Stable Diffusion 1"))
    let camera = try Self.page("camera")
    #expect(
      camera.contains(
        "Of 287 generated pictures measured at JPEG quality 65, the file&#39;s own, 25 were "
          + "wrongly called camera; up to about 13 of 100 cannot be excluded."))
    #expect(try Self.page("inconclusive").contains("The detectors disagree"))
    #expect(try Self.page("quarantined").contains("Quarantined"))
    #expect(try Self.page("quarantined").contains("It was tried 3 times."))
    #expect(try Self.page("same").contains("2026-000119"))
    #expect(try Self.page("bare").contains("Nobody has measured it"))
  }

  /// What is declared stands apart from the conclusion, and a disagreement is said.
  @Test func `declaration and case are shown`() throws {
    let generated = try Self.page("generated")
    #expect(generated.contains("What the file declares"))
    #expect(generated.contains("mountains over a lake,<br>morning mist, wide angle"))
    #expect(generated.contains("851616030078638"))
    #expect(generated.contains("made by a trained model"))
    #expect(generated.contains("2026/114"))
    #expect(try Self.page("hostile").contains("The pixels speak for the opposite."))
    #expect(try Self.page("inconclusive").contains("No declaration about the picture’s origin"))
  }

  /// The paragraphs to be copied hold the result, its error and its limits.
  @Test func `the conclusion can be quoted`() throws {
    let generated = try Self.page("generated")
    #expect(
      generated.contains(
        "<blockquote>The pixels speak moderately for generation by a machine. What was measured is "
          + "about 71 times as probable if a machine generated the picture as if no generator made "
          + "it (a photograph, scan, screenshot or drawing: “camera” for short). Of 188 camera "
          + "pictures measured at JPEG quality 65, the file&#39;s own, 8 were wrongly called "
          + "generated; up to about 8 of 100 cannot be excluded. This does not prove who or what "
          + "made the picture."))
    // The long form has both rates, what was left open, and strange sources.
    #expect(generated.contains("Of 287 generated pictures, 25 were wrongly called camera;"))
    #expect(generated.contains("Of 100 pictures, about 12 were left open. These rates are from"))
    #expect(generated.contains("10 to 100</td><td>moderate support <span class=\"quiet\">– here"))
    #expect(generated.contains("was last saved at JPEG quality 65"))
    #expect(try Self.page("bare").contains("was not measured."))
    #expect(
      try Self.page("inconclusive").contains("leave open whether a machine generated this"))
  }

  @Test func `missing templates are named`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(
      at: URL(filePath: Folders.templates).resolvingSymlinksInPath(), to: folder)
    try FileManager.default.removeItem(at: folder.appending(path: "lead.mustache"))
    #expect {
      try ReportRenderer(templates: folder.path)
    } throws: {
      "\($0)".contains("report.mustache") && "\($0)".contains("lead")
    }
    #expect(throws: TemplateFailure.self) { try ReportRenderer(templates: "/nowhere") }
  }

  private static func tags(_ page: String) -> [Substring] {
    var tags: [Substring] = []
    var rest = page[...]
    if let start = rest.range(of: "<style>"), let end = rest.range(of: "</style>") {
      tags += self.tags(in: rest[..<start.upperBound])
      rest = rest[end.lowerBound...]
    }
    return tags + self.tags(in: rest)
  }

  private static func tags(in text: Substring) -> [Substring] {
    text.split(separator: "<", omittingEmptySubsequences: true).compactMap { part in
      guard let end = part.firstIndex(of: ">") else { return nil }
      return "<" + part[...end]
    }.map { Substring($0) }
  }

  private static func attributes(_ tag: Substring) -> [(String, Substring)] {
    tag.matches(of: /([a-zA-Z-]+)="([^"]*)"/).map { ($0.1.lowercased(), $0.2) }
  }
}
