import ContentCredentials
import ForensicCore
import Foundation
import Testing

/// Agreement with the reference library on every fixture, and the table of it in
/// `docs/content-credentials.md`, which `make credentials-table` writes anew.
@Suite struct AgreementTests {
  /// One file: what both say, column by column.
  struct Row {
    var name: String
    var columns: [(title: String, ours: String, theirs: String)]

    var agrees: Bool { columns.allSatisfy { $0.ours == $0.theirs } }
  }

  @Test(.enabled(if: Fixtures.isPresent, "the C2PA fixtures are not here"))
  func everyFixture() throws {
    let rows = try Fixtures.expectations().map { try Self.row($0.name, $0.expected) }
    #expect(!rows.isEmpty)
    for row in rows {
      for column in row.columns {
        #expect(
          column.ours == column.theirs, "\(row.name), \(column.title)")
      }
    }
    if let path = ProcessInfo.processInfo.environment["CREDENTIALS_TABLE"] {
      try Self.write(rows, into: path)
    }
  }

  static func row(_ name: String, _ expected: Fixtures.Expectation) throws -> Row {
    let reading = ContentCredentialsReader().read(
      try Fixtures.bytes(name), format: Fixtures.format(of: name))
    guard expected.error == nil else {
      // The reference refuses as a whole what is reported here; both call it not valid.
      let isAbsent = expected.error?.contains("ManifestNotFound") ?? false
      let ours =
        reading.report.map { report in
          [.valid, .trusted].contains(report.state) ? "valid" : "not valid"
        } ?? "none"
      return Row(name: name, columns: [("state", ours, isAbsent ? "none" : "not valid")])
    }
    let report = reading.report
    let active = report?.manifests.first
    return Row(
      name: name,
      columns: [
        ("state", state(report), expected.validation_state ?? ""),
        (
          "failure codes", report?.failureCodes.joined(separator: ", ") ?? "",
          (expected.codes ?? []).sorted().joined(separator: ", ")
        ),
        ("manifests", "\(report?.manifestCount ?? 0)", "\(expected.manifests ?? 0)"),
        ("active manifest", active?.label ?? "", expected.active_manifest ?? ""),
        ("claim generator", active?.claimGenerator ?? "", expected.claim_generator ?? ""),
        (
          "assertions", names(active?.assertions.map(\.label) ?? []),
          names(expected.assertions ?? [])
        ),
        (
          "ingredients",
          (active?.ingredients.map { $0.title ?? "" } ?? []).sorted().joined(separator: ", "),
          (expected.ingredients ?? []).sorted().joined(separator: ", ")
        ),
      ])
  }

  /// The reference knows three states; well-formed is not one of them.
  private static func state(_ report: CredentialReport?) -> String {
    switch report?.state {
    case .trusted: "Trusted"
    case .valid: "Valid"
    default: "Invalid"
    }
  }

  /// As the reference lists them: without hashes, thumbnails and ingredients, which it shows
  /// elsewhere, and with the version that it reads actions into.
  private static func names(_ labels: [String]) -> String {
    labels.filter { label in
      !["c2pa.hash.", "c2pa.thumbnail.", "c2pa.ingredient", "c2pa.icon"].contains {
        label.hasPrefix($0)
      }
    }.map { $0 == "c2pa.actions" ? "c2pa.actions.v2" : $0 }.sorted().joined(separator: ", ")
  }

  /// Replaces what stands between the two marks of the page.
  private static func write(_ rows: [Row], into path: String) throws {
    var table = "| file | state | failure codes | claim generator | assertions | ingredients | "
    table += "agrees |\n|---|---|---|---|---|---|---|\n"
    for row in rows {
      func value(_ title: String) -> String {
        row.columns.first { $0.title == title }.map { $0.ours } ?? "–"
      }
      let cells = ["state", "failure codes", "claim generator", "assertions", "ingredients"].map {
        value($0).isEmpty ? "–" : value($0)
      }
      table += "| `\(row.name)` | \(cells.joined(separator: " | ")) | "
      let differing = row.columns.filter { $0.ours != $0.theirs }.map(\.title)
      table += (differing.isEmpty ? "yes" : "no: " + differing.joined(separator: ", ")) + " |\n"
    }
    let agreeing = rows.count { $0.agrees }
    table += "\n\(agreeing) of \(rows.count) files agree in every column.\n"
    let (begin, end) = ("<!-- agreement -->\n", "<!-- /agreement -->")
    let page = try String(contentsOfFile: path, encoding: .utf8)
    let before = page.components(separatedBy: begin)[0]
    let after = page.components(separatedBy: end)[1]
    try (before + begin + table + end + after).write(
      toFile: path, atomically: true, encoding: .utf8)
  }
}
