import ForensicCore
import Foundation
import TOMLKit
import Testing

/// The reader of sidecar files, beside TOMLKit.
@Suite struct SidecarTextTests {
  static let good = [
    "", "\n\r\n  \t\n", "# nothing\n", "\u{FEFF}case = \"1\"",
    "case = \"2026/114\"\nexhibit = 'B-3'\nexaminer=\"J. Doe\" # desk\n\tremark\t=\t\"as received\"",
    "case = \"2026/114\"\r\nremark = \"CRLF\"\r\n", "\"case\" = \"1\"\n'remark' = \"2\"",
    #"remark = "tab\t quote \" backslash \\ \b\f\r \n \u00e9 \U0001F642""#,
    "remark = '''it's 'literal' \\ and\nlong'''",
    "remark = \"\"\"\nfirst\nsecond \\\n   \n  third \"quoted\" \"\"\"\"\"", "remark = ''''''",
    "remark = \"\"\"a\\\n\n\n b\"\"\"", "remark = 'ünïcödé 🙂 e\u{301}'", "case = \"\"",
    "remark = \"\"\"\r\nwindows\r\nlines\"\"\"",
    "remark = \"<script>alert(1)</script> \\u001b[31m\"",
  ]

  @Test("what it reads, TOMLKit reads alike", arguments: good)
  func agrees(_ text: String) throws {
    let ours = try SidecarText.fields(Array(text.utf8), name: "a.jpg.case.toml")
    let table = try TOMLTable(string: text)
    // A parser may turn line ends into the platform's own (TOML 1.0, string); this one does.
    func theirs(_ key: String) -> String? {
      let value = table[key]?.string?.replacingOccurrences(of: "\r\n", with: "\n")
      return value == "" ? nil : value
    }
    #expect(ours.number == theirs("case"))
    #expect(ours.exhibit == theirs("exhibit"))
    #expect(ours.examiner == theirs("examiner"))
    #expect(ours.remark == theirs("remark"))
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    var text: [UInt8]
    var code: String
    var line: Int?
    var says: String

    init(_ text: String, _ code: String, line: Int? = 1, _ says: String) {
      self.init(Array(text.utf8), code, line: line, says)
    }

    init(_ text: [UInt8], _ code: String, line: Int? = 1, _ says: String) {
      self.text = text
      self.code = code
      self.line = line
      self.says = says
    }

    var testDescription: String {
      "\(String(decoding: text.prefix(60), as: UTF8.self).madeVisible): \(code)"
    }
  }

  static let bad = [
    Bad("# hello\ncase = \"1\"\nexaminor = \"x\"", "sidecar.key", line: 3, "\"examinor\""),
    Bad("CASE = \"1\"", "sidecar.key", "\"CASE\""),
    Bad("case = \"1\"\n\ncase = \"2\"", "sidecar.key", line: 3, "twice"),
    Bad("case = 2026", "sidecar.type", "\"case\""), Bad("remark = true", "sidecar.type", "remark"),
    Bad("case = [\"1\"]", "sidecar.type", "case"), Bad("case =", "sidecar.type", "case"),
    Bad("case = 2026-11-24", "sidecar.type", "case"), Bad("case = {}", "sidecar.type", "case"),
    Bad("[case]\nnumber = \"1\"", "sidecar.syntax", "tables"),
    Bad("[[]]", "sidecar.syntax", "tables"), Bad("[", "sidecar.syntax", "tables"),
    Bad("case.number = \"1\"", "sidecar.syntax", "equals"), Bad("case", "sidecar.syntax", "equals"),
    Bad("= \"1\"", "sidecar.syntax", "key"), Bad("case : \"1\"", "sidecar.syntax", "equals"),
    Bad("case = \"1\" exhibit = \"2\"", "sidecar.syntax", "follows"),
    Bad("case = \"a\"b\"", "sidecar.syntax", "follows"), Bad("case = \"1", "sidecar.syntax", "end"),
    Bad("\ncase = \"1\n\"", "sidecar.syntax", line: 2, "end"),
    Bad("case = '1", "sidecar.syntax", "end"),
    Bad("remark = \"\"\"a\nb\"\"", "sidecar.syntax", line: 1, "end"),
    Bad(#"case = "\x41""#, "sidecar.syntax", "backslash"),
    Bad(#"case = "\ud800""#, "sidecar.syntax", "backslash"),
    Bad(#"case = "\U00110000""#, "sidecar.syntax", "backslash"),
    Bad(#"case = "\u12"#, "sidecar.syntax", "backslash"),
    Bad(#"case = "\u+123""#, "sidecar.syntax", "backslash"),
    Bad("case = \"\\", "sidecar.syntax", "backslash"),
    Bad("case = \"a\u{0}b\"", "sidecar.syntax", "control"),
    Bad("case = '\u{1B}[31m'", "sidecar.syntax", "control"),
    Bad("# \u{7F}\n", "sidecar.syntax", "control"),
    Bad("case = 'a\rb'", "sidecar.syntax", "control"),
    Bad("\u{1B}[2J = \"1\"", "sidecar.syntax", "key"),
    Bad(
      Array("case = \"1\"\nremark = \"".utf8) + [0xE9, 0x22], "sidecar.encoding", line: 2, "UTF-8"),
    Bad([0xFF, 0xFE, 0x63, 0x00], "sidecar.encoding", "UTF-8"),
    Bad([0xC0, 0x80], "sidecar.encoding", "UTF-8"),
    Bad([0xED, 0xA0, 0x80], "sidecar.encoding", "UTF-8"),
    Bad([UInt8](repeating: 0x20, count: Sidecar.sizeLimit + 1), "sidecar.size", line: nil, "65536"),
  ]

  @Test("what it does not read is an error with file, line and mend", arguments: bad)
  func refuses(_ bad: Bad) {
    let error = #expect(throws: Sidecar.Problem.self) {
      try SidecarText.fields(bad.text, name: "a.jpg.case.toml")
    }
    #expect(error?.code == bad.code)
    #expect(error?.line == bad.line)
    #expect(error?.message.hasPrefix("a.jpg.case.toml") == true)
    #expect(error?.message.contains(bad.says) == true, "\(error?.message ?? "")")
    #expect(error?.mend.isEmpty == false)
    if let line = bad.line { #expect(error?.message.contains("line \(line)") == true) }
  }

  @Test("the longest file is read, and every cut of a good one ends in fields or an error")
  func limits() throws {
    let shell = "remark = \"\""
    let remark = String(repeating: "x", count: Sidecar.sizeLimit - shell.utf8.count)
    let fields = try SidecarText.fields(
      Array("remark = \"\(remark)\"".utf8), name: "a")
    #expect(fields.remark == remark)
    var reads = 0
    for text in Self.good {
      let bytes = Array(text.utf8)
      for count in bytes.indices {
        for cut in [Array(bytes[..<count]), Array(bytes[count...])] {
          do {
            _ = try SidecarText.fields(cut, name: "a")
            reads += 1
          } catch { #expect(error.message.hasPrefix("a")) }
        }
      }
    }
    #expect(reads > Self.good.count)
  }

  @Test(
    "which names are sidecars",
    arguments: [
      ("a.jpg.case.toml", true), (".case.toml", false), ("a.case.toml", true), ("case.toml", false),
      ("a.jpg.CASE.TOML", false), ("a.jpg.case.toml.jpg", false),
    ])
  func names(_ name: String, _ isSidecar: Bool) {
    #expect(Sidecar.isName(Array(name.utf8)) == isSidecar)
  }
}
