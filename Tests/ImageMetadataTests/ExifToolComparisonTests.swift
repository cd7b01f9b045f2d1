import Foundation
import ImageMetadata
import Testing

/// Every EXIF field of every fixture against what ExifTool reads, in both directions.
@Suite(.enabled(if: Fixtures.exist, "the folder of fixtures is not here"))
struct ExifToolComparisonTests {
  @Test(arguments: Fixtures.exifNames)
  func agreesWithExifTool(name: String) throws {
    let comparison = try ExifToolComparison(name)
    #expect(comparison.unexplained == [], "\(name)")
  }

  /// `docs/exif.md` prints the table that this makes.
  @Test func documentedTableIsCurrent() throws {
    let url = Fixtures.package.appendingPathComponent("docs/exif.md")
    let page = try String(contentsOf: url, encoding: .utf8)
    let table = try Self.table()
    #expect(page.contains(table), "docs/exif.md should hold:\n\(table)")
  }

  private static func table() throws -> String {
    var identical = 0
    var compared = 0
    var counts = [ExifToolDifference: Int]()
    var fields = [ExifToolDifference: Set<String>]()
    for name in Fixtures.exifNames {
      let comparison = try ExifToolComparison(name)
      identical += comparison.identical
      compared += comparison.compared
      for (difference, field) in comparison.explained {
        counts[difference, default: 0] += 1
        fields[difference, default: []].insert(field)
      }
    }
    var lines = [
      "\(Fixtures.exifNames.count) files, \(compared) fields reported by ExifTool, "
        + "\(identical) of them identical here.",
      "", "| fields | times | here | ExifTool | why |", "|---|---|---|---|---|",
    ]
    for difference in ExifToolDifference.allCases {
      guard let count = counts[difference] else { continue }
      let names = fields[difference, default: []].sorted().joined(separator: ", ")
      let columns = difference.columns
      lines.append(
        "| \(names) | \(count) | \(columns.here) | \(columns.exifTool) | \(columns.why) |")
    }
    return lines.joined(separator: "\n")
  }
}
