import Detectors
import ForensicCore
import Foundation
import Laboratory
import Testing

@Suite("Experiments on pictures made here", .serialized) struct ExperimentTests {
  /// A folder with pictures and features for the whole suite.
  static let bench: (data: ExperimentData, folder: String)? = {
    guard let folder = try? Places.temporary(),
      let set = try? SyntheticDataSet(folder: folder, sources: 4),
      let data = try? ExperimentData.load(
        manifest: set.manifest, families: set.families,
        store: FeatureStore(images: folder, cache: folder + "/store"))
    else { return nil }
    return (data, folder)
  }()

  @Test(arguments: Experiments.all.map(\.name))
  func everyExperimentRuns(name: String) throws {
    let bench = try #require(Self.bench)
    let experiment = try #require(Experiments.named(name))
    let result = try experiment.run(bench.data)
    #expect(!result.tables.isEmpty)
    for table in result.tables {
      #expect(!table.rows.isEmpty)
      #expect(table.rows.allSatisfy { $0.count == table.columns.count }, "\(table.name)")
      let read = try DataTable.parse(table.csv)
      #expect(read.columns == table.columns && read.rows.count == table.rows.count)
      #expect(table.markdown.split(separator: "\n").count == table.rows.count + 2)
    }
    for figure in result.figures {
      #expect(figure.svg.hasPrefix("<svg") && figure.svg.hasSuffix("</svg>\n"))
      // Pictures in base64 may hold these letters by chance, numbers may not.
      for mark in ["\"nan", "\"NaN", ",nan", ",NaN", "inf"] {
        #expect(!figure.svg.replacing(/base64,[^"]*/, with: "").contains(mark))
      }
    }
    _ = try JSONEncoder().encode(result)
    let out = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: out) }
    let files = try ExperimentPages(output: out).write(result, of: experiment)
    #expect(files.count == result.tables.count + result.figures.count + 1)
    #expect(files.allSatisfy { FileManager.default.fileExists(atPath: $0) })
  }

  /// The two kinds of picture differ plainly, so that what measures them has to say so.
  @Test func figuresAreThoseOfTheData() throws {
    let bench = try #require(Self.bench)
    let matrix = try #require(Experiments.named("quality-matrix")).run(bench.data).tables[0]
    // Each quality at itself, and all three at each.
    for (row, column) in [(0, 1), (1, 2), (2, 3), (3, 1), (3, 2), (3, 3)] {
      guard case .figure(let value, _) = matrix.rows[row][column] else { continue }
      #expect(value > 0.9)
    }
    let left = try #require(Experiments.named("leave-one-source-out")).run(bench.data).tables[0]
    #expect(left.rows.count == 5)
    guard case .figure(let mean, _) = try #require(left.rows.last?[7]) else { return }
    #expect(mean > 0.95)
  }

  /// The same pictures under another manifest; what was computed for the suite is not computed again.
  private static func load(
    _ bench: (data: ExperimentData, folder: String), _ entries: [Manifest.Entry]
  ) throws -> ExperimentData {
    try ExperimentData.load(
      manifest: Manifest(entries: entries, digest: bench.data.manifest.digest),
      families: bench.data.families, store: bench.data.store)
  }

  /// A split of one class would give figures of two classes that are none.
  @Test(arguments: Split.allCases, [false, true])
  func aSplitOfOneClassIsRefused(split: Split, isGenerated: Bool) throws {
    let bench = try #require(Self.bench)
    let error = #expect(throws: LaboratoryError.self) {
      try Self.load(
        bench,
        bench.data.entries.filter { $0.split != split || $0.isGenerated == isGenerated })
    }
    #expect(error?.description.contains("the split \(split.rawValue) has no") == true)
  }

  /// A part of the pictures that has one class only has no balanced accuracy.
  @Test func onePartOfOneClass() throws {
    let bench = try #require(Self.bench)
    // The two smaller generated sources are those to tune on and the unseen ones.
    let data = try Self.load(
      bench,
      bench.data.entries.filter {
        !($0.isGenerated && $0.split == .test && ["s0", "s1"].contains($0.source))
      })
    let result = try #require(Experiments.named("fine-tuning")).run(data)
    let sets = try #require(result.tables.first { $0.name == "sets" })
    #expect(sets.csv.contains("fine-tuned sources (test_meta),2,–,–,–,–"), "\(sets.csv)")
  }

  /// Eight pictures of a class at six tiers are eight pictures: they bear no promise below one in nine.
  @Test func promisesAreOfPictures() throws {
    let bench = try #require(Self.bench)
    let result = try #require(Experiments.named("reliability")).run(bench.data)
    let table = try #require(result.tables.first { $0.name == "abstention" })
    for row in table.rows {
      guard case .figure(let promised, _) = row[0], promised < 1.0 / 9 else { continue }
      #expect(row[1] == .share(1), "\(promised)")
    }
    #expect(table.rows.count == 5)
  }

  /// The cache holds the pictures that there are, twelve, and stands beside the report's figures only
  /// where the size is the report's.
  @Test func cachesAreAsLargeAsTheyAreSaidToBe() throws {
    let bench = try #require(Self.bench)
    let sizes = try #require(Experiments.named("tip-cache")).run(bench.data).tables[0]
    #expect(sizes.rows.map { $0[0] } == [2, 4, 6, 8, 12].map { .count($0) })
    #expect(sizes.rows[0][3] == .figure(0.68, decimals: 2))
    #expect(sizes.csv.split(separator: "\n").last?.hasSuffix(",–,–") == true)
    for name in ["tip-alpha", "tip-epochs"] {
      let result = try #require(Experiments.named(name)).run(bench.data)
      #expect(result.tables[0].caption.contains("a cache of 12"))
    }
  }

  /// With one source of camera pictures, leaving it out leaves one class to learn from: nothing is
  /// measured, and the page says why.
  @Test(arguments: ["leave-one-source-out", "families", "encoders"])
  func aFoldOfOneClassIsNotMeasured(name: String) throws {
    let bench = try #require(Self.bench)
    let entries = bench.data.entries.map { entry in
      var entry = entry
      if !entry.isGenerated { entry.source = "camera" }
      return entry
    }
    let data = try Self.load(bench, entries)
    let experiment = try #require(Experiments.named(name))
    let result = try experiment.run(data)
    #expect(result.remarks.first?.hasPrefix("No source could be left out.") == true)
    // The mean of nothing.
    if name == "leave-one-source-out" { #expect(result.tables[0].rows.count == 1) }
    #expect(result.remarks.allSatisfy { !$0.contains("--features") })
    let whole = try experiment.run(bench.data)
    #expect(whole.remarks.allSatisfy { !$0.contains("left out.") })
  }

  /// Words that hold for one data set are wrong for the next: they take their figures from the
  /// table, and judge nothing that was not computed.
  @Test func remarksAreOfTheFigures() throws {
    let bench = try #require(Self.bench)
    let result = try #require(Experiments.named("quality-matrix")).run(bench.data)
    let words = try #require(result.remarks.first)
    let shares = result.tables[0].rows.map { row in
      row.compactMap { if case .figure(let value, _) = $0 { value } else { nil } }
    }
    let figure = { (value: Double) in
      String(format: "%.2f", (value * 100).rounded() / 100)
    }
    #expect(words.contains("here from \(figure(shares[2][2])) to \(figure(shares[2][0]))."))
    #expect(
      words.contains("\(figure(shares[3][1])) against \(figure(shares[1][1])) at 65"), "\(words)")
    for claim in ["higher throughout", "loses nothing", "costs little"] {
      #expect(!words.contains(claim))
    }
    let families = try #require(Experiments.named("confusion-families")).run(bench.data)
    #expect(
      families.remarks[0].contains("Here 0 of 2 families come from one source")
        && families.remarks[0].contains("2 have fewer than 15"), "\(families.remarks)")
  }

  @Test func pageKeepsWhatWasWrittenByHand() throws {
    let out = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: out) }
    let path = out + "/page.md"
    let experiment = try #require(Experiments.named("quality-matrix"))
    let result = ExperimentResult(
      tables: [ExperimentTable(name: "t", caption: "Caption.", columns: ["a"], rows: [["b"]])])
    for _ in 0..<2 {
      try ExperimentPages.writePage(
        [(experiment, result)], to: path, figures: "x/", introduction: "Words.")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      if !text.hasSuffix("By hand.\n") {
        try (text + "By hand.\n").write(toFile: path, atomically: true, encoding: .utf8)
      }
    }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasSuffix("By hand.\n"))
    #expect(text.components(separatedBy: ExperimentPages.keptBelow).count == 2)
    #expect(text.contains("Table 1"))
  }
}

@Suite("The feature store") struct FeatureStoreTests {
  @Test func whatIsThereIsNotComputedAgain() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 2)
    let entries = data.manifest.entries
    let chains = [DegradationChain.Recipe.quality(60), .hard].map { DegradationChain(recipe: $0) }
    let store = FeatureStore(images: folder, cache: folder + "/store")
    let plain = try FeatureStore(images: folder).features(of: entries, chains: chains)
    // A part first, as a run that was stopped leaves it; then everything.
    _ = try store.features(of: Array(entries.prefix(5)), chains: [chains[1]])
    let full = try store.features(of: entries, chains: chains)
    #expect(full == plain)

    // With the pictures gone, all of it comes from the store, in whatever order.
    let hidden = FeatureStore(images: folder + "/nowhere", cache: folder + "/store")
    #expect(try hidden.features(of: entries, chains: chains) == plain)
    let reversed = try hidden.features(of: Array(entries.reversed()), chains: [chains[0]])
    #expect(reversed[0].samples.map(\.quality) == plain[0].samples.reversed().map(\.quality))

    // Pooled, a picture has one row, the mean of its views', whether computed or kept.
    let fresh = FeatureStore(images: folder)
    for pooled in [
      try hidden.features(of: entries, chains: chains, pooling: .features),
      try fresh.features(of: entries, chains: chains, pooling: .features),
    ] {
      for (whole, mean) in zip(plain, pooled) {
        #expect(mean.samples.map(\.views) == whole.samples.map(\.rows.count))
        #expect(mean.rowCount == entries.count)
        for (name, matrix) in whole.features {
          for (from, to) in zip(whole.samples, mean.samples) {
            let rows = from.rows.map { Array(matrix.row($0)) }
            #expect(
              mean.features[name]?.row(to.rows.lowerBound).elementsEqual(
                ViewPooling.features.pooled(rows)[0]) == true)
          }
        }
      }
    }

    // A damaged shard costs its features, nothing else.
    let kept = try #require(FileManager.default.subpaths(atPath: folder + "/store"))
      .filter { $0.hasSuffix(".safetensors") }
    #expect(kept.count == 2)
    let path = folder + "/store/" + kept[0]
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    #expect(throws: LaboratoryError.self) { try hidden.features(of: entries, chains: chains) }
    #expect(try store.features(of: entries, chains: chains) == plain)
  }

  /// A gray picture among those in colour, and the others once they are toned.
  @Test func shadesOfOneColourAreCounted() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 3, odd: [.gray])
    var experiment = OneColourExperiment()
    experiment.splits = [.validation]
    experiment.qualities = [92, 40]
    let result = try experiment.run(manifest: data.manifest, images: folder)
    let whole = try #require(result.tables.first)
    let limit = try #require(whole.columns.firstIndex(of: "< 2.5"))
    #expect(whole.rows.allSatisfy { $0[1] == .count(3) && $0[2] == .count(1) })
    #expect(whole.rows.allSatisfy { $0[limit] == .count(1) })
    let toned = try #require(result.tables.last)
    #expect(toned.rows[0] == ["gray", "4, 0.0", "4, 0.0"])
    for row in toned.rows.prefix(5) {
      for case .text(let cell) in row.dropFirst() { #expect(cell.hasPrefix("4, "), "\(row)") }
    }
  }
}
