import Classifiers
import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Laboratory
import Testing

@Suite("Building, checking and cutting data sets") struct DataSetTests {
  static func families() throws -> FamilyMap {
    try FamilyMap(entries: [
      .init(family: .real, title: "Camera", generators: ["camera"]),
      .init(
        family: GeneratorFamily(rawValue: "blocks"), title: "Blocks", generators: ["b1", "b2"]),
    ])
  }

  /// A folder per class: `real/one`, `real/two`, `b1` and `b2`, a copy and a text among them.
  static func folder(pictures: Int = 10) throws -> String {
    let folder = try Places.temporary()
    let names = ["real/one", "real/two", "b1", "b2"]
    for name in names {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    for (place, name) in names.enumerated() {
      for number in 0..<pictures {
        let pixels = Scene.picture(seed: UInt64(100 * place + number))
        let bytes = try ImageEncoder.jpeg(pixels, quality: 90)
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)/\(number).jpg"))
        guard number == 0, place == 0 else { continue }
        // The same bytes, and the same picture saved again.
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/real/two/same.jpg"))
        try Data(ImageEncoder.jpeg(pixels, quality: 60))
          .write(to: URL(fileURLWithPath: "\(folder)/real/two/again.jpg"))
      }
    }
    try Data("not a picture".utf8).write(to: URL(fileURLWithPath: folder + "/b1/note.txt"))
    return folder
  }

  @Test func folderPerClassBecomesAManifest() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let built = try DataSetBuilder(families: Self.families()).build(folder)
    #expect(built.refused.map(\.file) == ["b1/note.txt"])
    #expect(built.copies == ["real/two/same.jpg"])
    let manifest = try built.table.manifest()
    #expect(manifest.entries.count == 41)
    #expect(manifest.entries.count(where: \.isGenerated) == 20)
    #expect(Set(manifest.entries.map(\.source)) == ["real/one", "real/two", "b1", "b2"])
    let again = try #require(manifest.entries.first { $0.file == "real/two/again.jpg" })
    let first = try #require(manifest.entries.first { $0.file == "real/one/0.jpg" })
    #expect(again.group == first.group && again.split == first.split)
    for split in Split.allCases {
      let part = manifest.entries(of: split)
      #expect(part.contains(where: \.isGenerated) && part.contains { !$0.isGenerated })
    }
    let check = try DataSetCheck.run(manifest, images: folder, families: Self.families())
    #expect(check.isSound, "\(check.problems) \(check.straddling)")
    #expect(check.copies.count == 1)
  }

  /// Nobody can tell which folder is right; two generators of one family say the same.
  @Test func theSameBytesUnderTwoFamiliesAreLeftOut() throws {
    let folder = try Self.folder(pictures: 4)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (from, to) in [("real/one/1", "b1/camera"), ("b1/2", "b2/again")] {
      try FileManager.default.copyItem(
        atPath: "\(folder)/\(from).jpg", toPath: "\(folder)/\(to).jpg")
    }
    let built = try DataSetBuilder(families: Self.families()).build(folder)
    #expect(built.contradictions.map(\.files) == [["b1/camera.jpg", "real/one/1.jpg"]])
    #expect(built.contradictions.map(\.generators) == [["b1", "real"]])
    let words = try #require(built.contradictions.first).description
    #expect(words.hasPrefix("b1/camera.jpg (as b1) and real/one/1.jpg (as real): "), "\(words)")
    #expect(built.copies == ["b2/again.jpg", "real/two/same.jpg"])
    let files = Set(try built.table.manifest().entries.map(\.file))
    #expect(files.isDisjoint(with: ["b1/camera.jpg", "real/one/1.jpg", "b2/again.jpg"]))
    #expect(files.contains("b1/2.jpg"))
  }

  /// However deep they lie; a source has its class in its name, since `one` may be two things.
  @Test func deepFilesAreTakenAndLooseOnesNamed() throws {
    let folder = try Self.folder(pictures: 3)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = FileManager.default
    for (from, to) in [("real/one/1", "real/one/2024/05/1"), ("b1/2", "b1/one/2")] {
      let place = URL(fileURLWithPath: "\(folder)/\(to).jpg")
      try files.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try files.moveItem(at: URL(fileURLWithPath: "\(folder)/\(from).jpg"), to: place)
    }
    try files.copyItem(atPath: folder + "/real/two/1.jpg", toPath: folder + "/loose.jpg")
    try files.createSymbolicLink(atPath: folder + "/b1/back", withDestinationPath: folder)
    #expect(mkfifo(folder + "/b1/pipe.jpg", 0o600) == 0)
    let built = try DataSetBuilder(families: Self.families()).build(folder)
    #expect(
      built.refused.map(\.file) == ["b1/back", "loose.jpg", "b1/note.txt", "b1/pipe.jpg"])
    let entries = try built.table.manifest().entries
    #expect(entries.first { $0.file == "real/one/2024/05/1.jpg" }?.source == "real/one")
    #expect(entries.first { $0.file == "b1/one/2.jpg" }?.source == "b1/one")
    #expect(entries.first { $0.file == "b1/1.jpg" }?.source == "b1")
  }

  @Test func damagedPicturesAreLeftOutAndWarnedOf() throws {
    let folder = try Self.folder(pictures: 4)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let builder = try DataSetBuilder(families: Self.families())
    var table = try builder.build(folder).table
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder + "/b1/1.jpg"))
    let half = whole.prefix(whole.count / 2)
    try half.write(to: URL(fileURLWithPath: folder + "/b1/1.jpg"))
    let refused = try builder.build(folder).refused
    #expect(refused.map(\.file) == ["b1/1.jpg", "b1/note.txt"])
    #expect(refused.first?.reason.hasPrefix("it is damaged: only ") == true)
    // A manifest that names it, and another twice: used as it says, and warned of.
    let (file, digest) = (try table.place(of: "file"), try table.place(of: "sha256"))
    for row in table.rows.indices where table.rows[row][file] == "b1/1.jpg" {
      table.rows[row][digest] = BundleDigest.of([UInt8](half)).hex
    }
    let split = try table.place(of: "split")
    let twice = try #require(
      table.rows.first { $0[split] == "train" && $0[file] != "b1/1.jpg" })
    table.rows.append(twice)
    let check = try DataSetCheck.run(table.manifest(), images: folder, families: Self.families())
    #expect(check.problems.isEmpty)
    #expect(check.warnings.contains { $0.hasPrefix("b1/1.jpg: it is damaged: only ") })
    #expect(check.warnings.contains { $0.hasPrefix("\(twice[file]) is listed more than once") })
  }

  @Test func unknownGeneratorIsNamed() throws {
    let folder = try Self.folder(pictures: 1)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.moveItem(atPath: folder + "/b2", toPath: folder + "/b3")
    let error = #expect(throws: LaboratoryError.self) {
      try DataSetBuilder(families: Self.families()).build(folder)
    }
    #expect(error?.description.contains("\"b3\"") == true)
  }

  @Test func changedFilesAndStraddlingCopiesAreFound() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var table = try DataSetBuilder(families: Self.families()).build(folder).table
    let (file, group, split) = (
      try table.place(of: "file"), try table.place(of: "group"), try table.place(of: "split")
    )
    for row in table.rows.indices where table.rows[row][file] == "real/two/again.jpg" {
      table.rows[row][group] = "alone"
      table.rows[row][split] = table.rows[row][split] == "test" ? "train" : "test"
    }
    try Data("other".utf8).write(to: URL(fileURLWithPath: folder + "/b1/3.jpg"))
    let check = try DataSetCheck.run(
      table.manifest(), images: folder, families: Self.families())
    #expect(!check.isSound)
    #expect(check.problems.count == 1 && check.problems[0].contains("b1/3.jpg"))
    #expect(
      check.straddling.map { Set($0.files) } == [["real/one/0.jpg", "real/two/again.jpg"]])
  }

  @Test(arguments: [false, true])
  func groupsAndFilesAreNeverSplit(bySource: Bool) throws {
    var random = SplitMix64(seed: 5)
    var table = DataTable(columns: DataSetTests.columns)
    for row in 0..<400 {
      // Files in several sources would hang them all together.
      let file = bySource ? row : row % 350
      let family = ["real", "a", "b"][random.integer(below: 3)]
      table.rows.append([
        "\(file)", "\(file)", family, "g\(random.integer(below: 120))\(family)",
        "s\(random.integer(below: 12))", "train",
      ])
    }
    try Splitter(seed: 3, bySource: bySource).split(&table)
    for column in bySource ? [1, 4] : [1, 3] {
      var splits = [String: Set<String>]()
      for row in table.rows { splits[row[column], default: []].insert(row[5]) }
      #expect(splits.values.allSatisfy { $0.count == 1 })
    }
    var again = table
    try Splitter(seed: 3, bySource: bySource).split(&again)
    #expect(again == table)
    if !bySource {
      let test = Double(table.rows.count { $0[5] == "test" }) / 400
      #expect((0.1...0.3).contains(test))
    }
  }

  /// Fourteen pictures a source; families of one source each, as folders often are.
  private static func sources(real: Int, generated: Int) -> DataTable {
    var table = DataTable(columns: DataSetTests.columns)
    for (family, count) in [("real", real), ("generated", generated)] {
      for source in 0..<count {
        for _ in 0..<14 {
          let file = String(table.rows.count)
          let name = family == "real" ? family : "\(family)\(source)"
          table.rows.append([file, file, name, "g\(file)", "\(family)/\(source)", "train"])
        }
      }
    }
    return table
  }

  @Test(arguments: [(2, 3, 0, 0.4), (3, 3, 0.15, 0.2), (3, 4, 0.3, 0.4), (9, 5, 0.15, 0.2)])
  func wholeSourcesOfBothClassesInEverySplit(
    real: Int, generated: Int, validation: Double, test: Double
  ) throws {
    var table = Self.sources(real: real, generated: generated)
    try Splitter(validationShare: validation, testShare: test, bySource: true).split(&table)
    var splits = [String: Set<String>]()
    for row in table.rows { splits[row[4], default: []].insert(row[5]) }
    #expect(splits.values.allSatisfy { $0.count == 1 })
    let wanted: Set = validation > 0 ? ["train", "validation", "test"] : ["train", "test"]
    for isReal in [true, false] {
      let own = table.rows.filter { ($0[2] == "real") == isReal }
      #expect(Set(own.map { $0[5] }) == wanted)
    }
  }

  @Test func tooFewSourcesForTheSplitsAreNamed() throws {
    var table = Self.sources(real: 2, generated: 3)
    let error = #expect(throws: LaboratoryError.self) {
      try Splitter(bySource: true).split(&table)
    }
    let words = "the split validation gets no real pictures"
    #expect(error?.description.contains(words) == true, "\(error.debugDescription)")
  }

  private static let columns = ["file", "sha256", "family", "group", "source", "split"]

  @Test func balanceExcludeAndPairs() throws {
    var table = DataTable(columns: ["label", "generator", "split", "group", "extra"])
    for number in 0..<30 {
      let split = number % 3 == 0 ? "test" : "train"
      table.rows.append(["real", "camera", split, "p\(number)", "kept, \"whole\""])
      if number % 2 == 0 {
        table.rows.append(["generated", "sdxl", split, "p\(number)", ""])
      }
    }
    var cut = table
    #expect(try Selection.exclude(["SDXL"], splits: [.test], from: &cut) == 5)
    #expect(cut.rows.count { $0[1] == "sdxl" } == 10)
    #expect(throws: LaboratoryError.self) {
      try Selection.exclude(["nothing"], splits: [.test], from: &cut)
    }
    var even = table
    _ = try Selection.balance(&even, per: .label)
    #expect(even.rows.count { $0[0] == "real" } == even.rows.count { $0[0] == "generated" })
    #expect(even.rows.count { $0[2] == "test" } == 10)
    var pairs = table
    #expect(try Selection.pairs(&pairs) == 15)
    #expect(pairs.columns.last == "pair" && pairs.rows.count == 30)
    // What is written reads back the same.
    #expect(try DataTable.parse(table.csv) == table)
  }
}

/// Pictures that a perceptual hash tells apart: a few soft blobs each.
enum Scene {
  static func picture(seed: UInt64, width: Int = 288, height: Int = 272) -> PixelBuffer {
    var random = SplitMix64(seed: seed &* 7919 &+ 1)
    let blobs = (0..<7).map { _ in
      (
        x: random.uniform() * Double(width), y: random.uniform() * Double(height),
        size: 20 + 60 * random.uniform(), level: 220 * random.uniform() - 110
      )
    }
    var samples = [UInt8]()
    samples.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        var value = 128 + 6 * random.normal()
        for blob in blobs {
          let (dx, dy) = ((Double(x) - blob.x) / blob.size, (Double(y) - blob.y) / blob.size)
          let square = dx * dx + dy * dy
          if square < 9 { value += blob.level * exp(-square) }
        }
        for shift in [0.0, 9, -7] { samples.append(UInt8(min(max(value + shift, 0), 255))) }
      }
    }
    return PixelBuffer(width: width, height: height, channels: 3, samples: samples)
  }
}
