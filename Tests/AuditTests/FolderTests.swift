import Audit
import Foundation
import Synchronization
import Testing

/// What an audit does in its own folder and in the archive, without examining anything.
@Suite("Folders of an audit")
final class FolderTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "folder-\(UUID())")
    .path

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func write(_ names: [String]) throws {
    for name in names {
      let url = URL(filePath: folder + "/" + name)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
  }

  @Test(
    "the audit's own folder is no part of the audit, by whatever name", arguments: ["out", "link"])
  func own(output: String) throws {
    try write(["a.jpg", "b/b.jpg", "out/results.jsonl"])
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link", withDestinationPath: "out")
    let settings = AuditSettings(
      input: folder,
      provenance: .init(
        version: "1", bundle: "none", bundleDigest: nil, configurationDigest: nil, command: "x"))
    var count = 0
    try FileSelection(settings: settings, output: folder + "/" + output)
      .count(isEnded: { false }) { count += 1 }
    #expect(count == 2)
  }

  @Test("one at a time holds a folder, though its lock is taken away again and again")
  func lock() throws {
    let holders = Mutex(0)
    let most = Mutex(0)
    let taken = Mutex(0)
    let folder = folder
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<300 {
        guard let lock = try? AuditLock(folder: folder) else { continue }
        let now = holders.withLock { count in
          count += 1
          return count
        }
        most.withLock { $0 = max($0, now) }
        taken.withLock { $0 += 1 }
        holders.withLock { $0 -= 1 }
        lock.remove()
      }
    }
    #expect(most.withLock { $0 } == 1)
    #expect(taken.withLock { $0 } > 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test("the count that runs ahead ends when it is asked to, wanted files or none")
  func count() throws {
    try write((0..<20).flatMap { ["d\($0)/a.jpg", "d\($0)/b.txt", "\($0).jpg"] })
    for include in [["*.jpg"], ["nothing"]] {
      let settings = AuditSettings(
        input: folder, include: include,
        provenance: .init(
          version: "1", bundle: "none", bundleDigest: nil, configurationDigest: nil, command: "x"))
      let selection = FileSelection(settings: settings, output: folder + "/none")
      var (all, found, asked) = (0, 0, 0)
      try selection.count(isEnded: { false }) { all += 1 }
      #expect(all == (include == ["*.jpg"] ? 40 : 0))
      try selection.count(
        isEnded: {
          asked += 1
          return asked > 5
        },
        found: { found += 1 })
      #expect(found <= 5)
      // Once more by every folder on the way out.
      #expect((6...8).contains(asked))
    }
  }

  @Test("drafts of killed runs and reports without a line are swept, and nothing else")
  func sweep() throws {
    let digits = String(repeating: "a", count: 30)
    let (kept, gone) = ("reports/3f/3f\(digits)", "reports/4e/4e\(digits)")
    let stay = [
      kept + "/report.json", kept + "/report.html", "reports/notes.txt", "reports/3f/mine/x.json",
      "results.jsonl",
    ]
    try write(
      stay + [
        kept + "/report.json.tmp-1f", gone + "/report.json", gone + "/report.html",
        gone + "/report.html.tmp-7",
      ])
    try ReportSweep.run(audit: folder) { $0 == kept }
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
    #expect(Set(files.filter { $0.contains(".") }) == Set(stay))
    #expect(!files.contains("reports/4e"))
  }
}
