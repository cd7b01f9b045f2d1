import ForensicCore
import Foundation
import ImageCodecs
import JPEGForensics
import Testing

/// Every JPEG of the data set and of the camera samples against ImageMagick's `%Q`.
@Suite struct IdentifyTests {
  private struct Row {
    var url: URL
    var info: JPEGInfo
    var theirs: Int
    /// The segments name a third table although two are the same.
    var repeated: Bool {
      info.tables.count > 2
        && Set(info.tables.dropFirst().map(\.values)).count < info.tables.count - 1
    }
  }

  @Test(
    .enabled(if: Place.identify != nil, "needs ImageMagick"),
    .enabled(if: Place.exists(Place.dataset), "no data set"),
    .enabled(if: Place.exists(Place.fixtures), "no fixtures"))
  func agreesWhereTablesAreStandard() throws {
    let folders = [
      Place.dataset, Place.fixtures.appendingPathComponent("exif"),
      Place.fixtures.appendingPathComponent("tampered"),
      Place.fixtures.appendingPathComponent("c2pa"),
    ]
    let files = folders.flatMap(Place.jpegs)
    #expect(files.count > 1500)
    let rows = try compare(files)
    for row in rows where row.info.quality.standard && !row.repeated {
      #expect(row.info.quality.estimate == row.theirs, "\(row.url.lastPathComponent)")
    }
    #expect(rows.count == files.count)
    if let path = ProcessInfo.processInfo.environment["JPEG_QUALITY_TABLE"] {
      try table(rows).write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  private func compare(_ files: [URL]) throws -> [Row] {
    let program = try #require(Place.identify)
    var rows = [Row]()
    for start in stride(from: 0, to: files.count, by: 200) {
      let batch = Array(files[start..<min(start + 200, files.count)])
      let output = try pipe(
        program, ["-ping", "-format", "%Q\n"] + batch.map { "jpeg:" + $0.path }, [])
      let values = String(decoding: output, as: UTF8.self).split(separator: "\n").map { Int($0) }
      guard values.count == batch.count else {
        Issue.record("identify gave \(values.count) lines for \(batch.count) files")
        continue
      }
      for (url, value) in zip(batch, values) {
        let info = try JPEGStructure.parse(Array(try Data(contentsOf: url)))
        rows.append(Row(url: url, info: info, theirs: value ?? 0))
      }
    }
    return rows
  }

  /// The table of `docs/jpeg-quality.md`.
  private func table(_ rows: [Row]) -> String {
    let standard = rows.filter { $0.info.quality.standard }
    let plain = standard.filter { !$0.repeated }
    let equal = plain.filter { $0.info.quality.estimate == $0.theirs }.count
    var text = """
      | JPEGs | files | same as ImageMagick's %Q |
      |---|---:|---:|
      | standard tables | \(plain.count) | \(equal) |
      | standard tables, the chroma table written twice | \(standard.count - plain.count) | \
      \(standard.filter { $0.repeated && $0.info.quality.estimate == $0.theirs }.count) |
      | other tables | \(rows.count - standard.count) | \
      \(rows.filter { !$0.info.quality.standard && $0.info.quality.estimate == $0.theirs }.count) |

      | example | files | estimate | luma | chroma | %Q | mean difference | known from |
      |---|---:|---:|---:|---:|---:|---:|---|

      """
    var groups = [[Int]: [Row]]()
    for row in rows where !row.info.quality.standard || row.repeated {
      groups[row.info.tables.flatMap(\.values), default: []].append(row)
    }
    let ordered = groups.values.sorted {
      ($1.count, $0[0].url.lastPathComponent) < ($0.count, $1[0].url.lastPathComponent)
    }
    for group in ordered {
      let quality = group[0].info.quality
      let maker =
        quality.standard ? "standard, chroma table twice" : quality.maker ?? "nobody known"
      text +=
        "| `\(group[0].url.lastPathComponent)` | \(group.count) | \(quality.estimate) "
        + "| \(quality.luma) | \(quality.chroma.map(String.init) ?? "–") | \(group[0].theirs) "
        + "| \(Double(Int(quality.distance * 100)) / 100) | \(maker) |\n"
    }
    return text
  }
}
