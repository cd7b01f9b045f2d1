import Detectors
import Foundation
import ImageCodecs
import Laboratory
import Testing

@Suite("Fetching pictures from a real server on loopback") struct FetchTests {
  /// A server with every kind of trouble, and pictures `/1.png` … that are fine.
  private static func server() throws -> LoopbackServer {
    let picture = try ImageEncoder.png(
      SyntheticDataSet.picture(isGenerated: false, seed: 7, side: 64), level: 1)
    return try LoopbackServer { request in
      let name = request.path.dropFirst()
      switch name {
      case "gone.png": return .init(status: 404)
      case "broken": return .init(status: 500)
      case "page": return .init(headers: [("Content-Type", "text/html")], body: Array("<p>".utf8))
      case "large.png": return .init(body: picture + [UInt8](repeating: 0, count: 1 << 20))
      case "slow.png": return .init(body: picture, delay: 5)
      case "cut.png": return .init(body: picture, missing: 10)
      case "loop": return .init(status: 302, headers: [("Location", "/loop")])
      case "twice": return .init(status: 302, headers: [("Location", "/moved")])
      case "moved": return .init(status: 301, headers: [("Location", "/9.png")])
      default:
        // A picture of its own for every number.
        let seed = UInt64(name.prefix { $0.isNumber }) ?? 0
        let bytes = try? ImageEncoder.png(
          SyntheticDataSet.picture(isGenerated: seed > 20, seed: seed, side: 64), level: 1)
        return .init(headers: [("Content-Type", "image/png")], body: bytes ?? [])
      }
    }
  }

  private static func list(_ server: LoopbackServer, _ names: [String]) -> DataTable {
    DataTable(
      columns: ["url", "generator", "group"],
      rows: names.map { name in
        let number = Int(name.prefix { $0.isNumber }) ?? 0
        return ["\(server.base)/\(name)", number > 20 ? "blocks" : "real", "g\(number % 20)"]
      })
  }

  @Test func everyTroubleIsCountedAndNoneIsFatal() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Self.server()
    defer { server.stop() }
    let troubles: [(String, PictureFetcher.Outcome)] = [
      ("gone.png", .gone), ("broken", .refused), ("page", .wrongType), ("large.png", .tooLarge),
      ("slow.png", .timedOut), ("cut.png", .failed), ("loop", .tooManyRedirects),
      ("moved", .fetched),
    ]
    var list = Self.list(server, troubles.map(\.0) + (1...12).map { "\($0).png" })
    list.rows.append(["http://127.0.0.1:1/nobody.png", "real", "x"])
    list.rows.append(["ftp://127.0.0.1/a.png", "real", "y"])
    let client = WebClient(
      connectTimeout: 2000, timeout: 1500, maximumSize: 200_000, maximumRedirects: 3)
    let fetcher = PictureFetcher(folder: folder, client: client, connections: 8, tries: 1)
    let report = try fetcher.fetch(list)
    let outcomes = report.records.map(\.outcome)
    let expected =
      troubles.map(\.1) + Array(repeating: .fetched, count: 12) + [.unreachable, .badAddress]
    #expect(outcomes == expected)
    #expect(report.redirected == 1)
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder + "/pictures")
    #expect(kept.count == 12, "the moved one is a copy of the ninth")
  }

  @Test func goesOnWhereItWasStopped() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Self.server()
    defer { server.stop() }
    let names = (1...6).map { "\($0).png" } + (21...26).map { "\($0).png" }
    let fetcher = PictureFetcher(folder: folder, connections: 4)
    _ = try fetcher.fetch(Self.list(server, Array(names.prefix(7))))
    // The last line of the journal cut short, as a kill would leave it; a kept picture removed.
    let journal = folder + "/fetched.csv"
    var text = try String(contentsOfFile: journal, encoding: .utf8)
    text.removeLast(8)
    try text.write(toFile: journal, atomically: true, encoding: .utf8)
    let lost = try #require(
      FileManager.default.contentsOfDirectory(atPath: folder + "/pictures").first)
    try FileManager.default.removeItem(atPath: folder + "/pictures/" + lost)

    let before = server.requests.count
    let list = Self.list(server, names)
    let report = try fetcher.fetch(list)
    #expect(report.records.allSatisfy { $0.outcome == .fetched })
    #expect((5...6).contains(report.resumed))
    #expect(server.requests.count - before == names.count - report.resumed)

    // What was fetched becomes a manifest whose groups are the list's.
    let data = try SyntheticDataSet(folder: folder, pictures: 1)
    let built = try fetcher.manifest(
      list, report, builder: DataSetBuilder(families: data.families))
    let manifest = try built.table.manifest()
    #expect(manifest.entries.count == 12)
    #expect(manifest.entries.count(where: \.isGenerated) == 6)
    #expect(Set(manifest.entries.map(\.group)).count == 6)
    var table = built.table
    #expect(try Selection.pairs(&table) == 6)
  }

  /// A photograph at two addresses, and what was generated from it: one group, in one split.
  @Test func groupsOfTheSameBytesAreOne() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Self.server()
    defer { server.stop() }
    let rows = [
      ("1.png", "real", "first"), ("1-again.png", "real", "second"), ("21.png", "blocks", "first"),
      ("22.png", "blocks", "second"), ("3.png", "real", "third"),
    ]
    let list = DataTable(
      columns: ["url", "generator", "group"],
      rows: rows.map { ["\(server.base)/\($0.0)", $0.1, $0.2] })
    let fetcher = PictureFetcher(folder: folder)
    let families = try SyntheticDataSet(folder: folder, pictures: 1).families
    let built = try fetcher.manifest(
      list, fetcher.fetch(list), builder: DataSetBuilder(families: families))
    #expect(built.copies.isEmpty)
    let entries = try built.table.manifest().entries
    #expect(entries.map(\.group) == ["first", "first", "first", "third"])
    #expect(Set(entries.prefix(3).map(\.split)).count == 1)
  }

  /// A picture that was saved twice, under two of the list's groups and once under none.
  @Test func groupsOfPicturesThatLookAlikeAreOne() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let tiles = PixelBuffer(
      width: 64, height: 64, channels: 3,
      samples: (0..<64 * 64 * 3).map { index in
        let (x, y) = (index / 3 % 64, index / 192)
        return UInt8((x / 16 + y / 16) % 2 * 150 + x)
      })
    let saved = try [1, 6, 9].map { try ImageEncoder.png(tiles, level: $0) }
    let server = try LoopbackServer { request in
      let number = request.path.dropFirst().prefix { $0.isNumber }
      let other = try? ImageEncoder.png(
        SyntheticDataSet.picture(isGenerated: true, seed: 21, side: 64), level: 1)
      let body = Int(number).map { saved[$0] } ?? other ?? []
      return .init(headers: [("Content-Type", "image/png")], body: body)
    }
    defer { server.stop() }
    let rows = [
      ("0.png", "real", "first"), ("1.png", "real", "second"), ("2.png", "real", ""),
      ("made.png", "blocks", "second"),
    ]
    let list = DataTable(
      columns: ["url", "generator", "group"],
      rows: rows.map { ["\(server.base)/\($0.0)", $0.1, $0.2] })
    let fetcher = PictureFetcher(folder: folder)
    let families = try SyntheticDataSet(folder: folder, pictures: 1).families
    let built = try fetcher.manifest(
      list, fetcher.fetch(list), builder: DataSetBuilder(families: families))
    let entries = try built.table.manifest().entries
    #expect(entries.map(\.group) == ["first", "first", "first", "first"])
    #expect(Set(entries.map(\.split)).count == 1)
  }

  /// What failed for a cause that is mended is tried again, and nothing else is.
  @Test func mendedCausesAreTriedAgain() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Self.server()
    defer { server.stop() }
    var list = DataTable(
      columns: ["url", "sha256"],
      rows: ["large.png", "twice", "1.png", "2.png", "gone.png"].map {
        ["\(server.base)/\($0)", ""]
      })
    list.rows[2][1] = String(repeating: "0", count: 64)
    func fetch(size: Int, redirects: Int) throws -> [PictureFetcher.Outcome] {
      try PictureFetcher(
        folder: folder, client: WebClient(maximumSize: size, maximumRedirects: redirects)
      ).fetch(list).records.map(\.outcome)
    }
    let first = try fetch(size: 200_000, redirects: 1)
    #expect(first == [.tooLarge, .tooManyRedirects, .wrongDigest, .fetched, .gone])
    let before = server.requests.count
    #expect(try fetch(size: 200_000, redirects: 1) == first)
    #expect(server.requests.count == before)

    // The digest that came, and for another picture one that did not.
    let journal = try DataTable.load(path: folder + "/fetched.csv")
    let came = try #require(journal.rows.first { $0[1] == "wrong-digest" })
    list.rows[2][1] = came[4]
    list.rows[3][1] = String(repeating: "0", count: 64)
    let second = try fetch(size: 4 << 20, redirects: 3)
    #expect(second == [.fetched, .fetched, .fetched, .wrongDigest, .gone])
    #expect(!server.requests.dropFirst(before).contains("/gone.png"))
  }
}
