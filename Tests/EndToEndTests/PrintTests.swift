import Foundation
import Testing

@Suite("forensicctl pdf", .enabled(if: Programs.areBuilt, "the programs are not built"))
struct PrintTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "print #\(UUID())")

  /// A report of a picture; its folder.
  private func report() throws -> URL {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let picture = folder.appending(path: "a picture.jpg")
    try Data(try TestPicture.jpeg(seed: 4)).write(to: picture)
    let reports = folder.appending(path: "reports")
    #expect(
      try Programs.control(["examine", "--output", reports.path, picture.path]).status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: reports.path)
    return reports.appending(path: try #require(names.first))
  }

  @Test(
    "the report on paper",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium"), "no chromium"))
  func prints() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let report = try report()
    let pdf = report.appending(path: "report.pdf")
    let output = try Programs.control(["pdf", "--json", report.path])
    #expect(output.status == 0)
    #expect(try JSONDecoder().decode([String: String].self, from: output.out) == ["pdf": pdf.path])
    let bytes = try Data(contentsOf: pdf)
    #expect(bytes.starts(with: Array("%PDF-".utf8)))
    #expect(bytes.count > 50_000)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: report.path).sorted()
        == ["report.html", "report.json", "report.pdf"])
  }

  @Test(
    "what cannot be printed leaves nothing behind, and what is there as it is",
    arguments: [
      (["--browser", "/nonexistent/browser"], "not a program"),
      (["--browser", "/bin/false"], "did not print"),
      (["--browser", "/bin/sleep", "--limit", "1"], "did not print"),
    ])
  func fails(options: [String], why: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let report = try report()
    let output = try Programs.control(["pdf", report.path] + options)
    #expect(output.status == 1)
    #expect(output.error.contains(why))
    let pdf = report.appending(path: "report.pdf")
    #expect(!FileManager.default.fileExists(atPath: pdf.path))
    try Data("mine".utf8).write(to: pdf)
    #expect(try Programs.control(["pdf", report.path]).status == 1)
    #expect(try Programs.control(["pdf", "--force", report.path] + options).status == 1)
    #expect(try Data(contentsOf: pdf) == Data("mine".utf8))
  }

  @Test("no report: exit 65")
  func nothing() throws {
    #expect(try Programs.control(["pdf", "/nonexistent"]).status == 65)
  }
}
