import Detectors
import ForensicCore
import Foundation
import Laboratory
import Testing

@Suite struct ManifestTests {
  static let header = "file,sha256,label,family,generator,source,group,split,region,width,height"
  static let digest = String(repeating: "ab", count: 32)
  static let other = String(repeating: "cd", count: 32)

  /// A digest of its own for each number.
  static func digest(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }

  static func parse(_ rows: [String]) throws -> Manifest {
    let text = ([header] + rows).joined(separator: "\r\n")
    return try Manifest.parse(text, digest: BundleDigest.of(Array(text.utf8)))
  }

  /// What the shipped bundle was trained on: enough sources, none that is kept for evaluation, and
  /// no source of the validation split's own in training unless it is the shared data set's.
  @Test func baselineDataSet() throws {
    let manifest = try Manifest.load(path: Places.package + "/etc/datasets/baseline.csv")
    let families = try FamilyMap.load(path: Places.package + "/etc/families.toml")
    let real = manifest.entries.filter { !$0.isGenerated }
    let generated = manifest.entries.filter(\.isGenerated)
    #expect(Set(generated.map(\.generator)).count >= 100)
    #expect(Set(real.map(\.source)).count >= 25)
    for entry in manifest.entries {
      #expect(families.index(of: entry.family) != nil)
      #expect(min(entry.region?.width ?? entry.width, entry.region?.height ?? entry.height) >= 192)
    }
    let sources = Set(manifest.entries.map { $0.source.lowercased() })
    for kept in ["leejet/stable-diffusion.cpp", "xlabs-ai/x-flux"] {
      #expect(!sources.contains(kept))
    }
    // Galleries of prompts, photo blogs and camera samples are kept too; the data set itself has
    // one gallery, and a generator's own pages are none.
    let words = [
      "awesome", "prompts", "photoblog", "photography", "gallery", "exif", "metadata", "midjourney",
    ]
    let known: Set = ["songguoxs/gpt4o-image-prompts", "midjourney/docs"]
    for source in sources.subtracting(known) {
      let word = words.first { source.contains($0) }
      #expect(word == nil, "\(source)")
    }
    let kept = manifest.entries.filter { $0.file.contains("Kodak") || $0.file.contains("PolyU") }
    #expect(kept.isEmpty)
  }

  @Test func readsQuotedRegion() throws {
    let manifest = try Self.parse([
      "a.jpg,\(Self.digest),generated,flux,\"flux \"\"dev\"\"\",o/r,g1,train,\"1,2,30,40\",64,64",
      "b.jpg,\(Self.other),real,real,camera,o/r,g2,test,,64,64",
    ])
    #expect(manifest.entries[0].region == .init(x: 1, y: 2, width: 30, height: 40))
    #expect(manifest.entries[0].generator == "flux \"dev\"")
    #expect(manifest.entries[1].region == nil)
    #expect(manifest.entries(of: .test).map(\.file) == ["b.jpg"])
    #expect(manifest.entries[0].identity != manifest.entries[1].identity)
  }

  @Test(arguments: [
    "a.jpg,zz,real,real,c,o/r,g,train,,64,64",
    "a.jpg,\(digest),photo,real,c,o/r,g,train,,64,64",
    "a.jpg,\(digest),real,real,c,o/r,g,dev,,64,64",
    "a.jpg,\(digest),real,real,c,o/r,g,train,\"0,0,65,64\",64,64",
    "a.jpg,\(digest),real,real,c,o/r,g,train,\"0,0,-1,64\",64,64",
    "a.jpg,\(digest),real,real,c,o/r,g,train,,64,0",
    "../a.jpg,\(digest),real,real,c,o/r,g,train,,64,64",
    "/a.jpg,\(digest),real,real,c,o/r,g,train,,64,64",
    "a.jpg,\(digest),real,real,c,o/r,g,train,,64",
    "\"a.jpg,\(digest),real,real,c,o/r,g,train,,64,64",
    "a.jpg,\(digest),real,flux,c,o/r,g,train,,64,64",
  ])
  func refusesMalformed(row: String) {
    #expect(throws: LaboratoryError.self) { try Self.parse([row]) }
  }

  /// Which file, which picture, what is wrong and what is allowed.
  @Test(arguments: [
    ("fake,real,c,o/r,g,train,,64,64", "label is \"fake\" and has to be real or generated"),
    (
      "real,real,c,o/r,g,dev,,64,64",
      "split is \"dev\" and has to be train, validation or test"
    ),
    (
      "real,real,c,o/r,g,train,\"0,0,9999,9999\",64,48",
      "region is \"0,0,9999,9999\" and has to be x,y,width,height within 64 × 48 pixels, or "
        + "empty for all"
    ),
  ])
  func errorsNameTheFileAndTheMend(row: String, words: String) throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/set.csv"
    try Data("\(Self.header)\na.jpg,\(Self.digest),\(row)\n".utf8).write(
      to: URL(fileURLWithPath: path))
    let error = #expect(throws: LaboratoryError.self) { try Manifest.load(path: path) }
    #expect(error?.description == "\(path), line 2: a.jpg: \(words)")
    try Data("a,b\nc\n".utf8).write(to: URL(fileURLWithPath: path))
    let table = #expect(throws: LaboratoryError.self) { try DataTable.load(path: path) }
    #expect(table?.description == "\(path), line 2: 1 fields where the header has 2")
  }

  @Test func refusesStraddlingGroupAndFile() {
    #expect(throws: LaboratoryError.inconsistentManifest("the group g lies in more than one split"))
    {
      try Self.parse([
        "a.jpg,\(Self.digest),real,real,c,o/r,g,train,,64,64",
        "b.jpg,\(Self.other),real,real,c,o/r,g,test,,64,64",
      ])
    }
    #expect(throws: LaboratoryError.inconsistentManifest("b.jpg lies in more than one split")) {
      try Self.parse([
        "a.jpg,\(Self.digest),real,real,c,o/r,g,train,,64,64",
        "b.jpg,\(Self.digest),real,real,c,o/r,h,test,,64,64",
      ])
    }
  }

  /// A region that is the whole file is the file itself. Training pictures may be listed twice.
  @Test(arguments: [
    ("real,real", "generated,flux", "train", "", "one row says real and another flux"),
    ("generated,sdxl", "generated,flux", "test", "\"0,0,64,64\"", "one row says sdxl and another"),
    ("real,real", "real,real", "test", "\"0,0,64,64\"", "is listed twice in test"),
    ("real,real", "real,real", "train", "", nil),
    ("real,real", "generated,flux", "train", "\"0,0,32,64\"", nil),
  ])
  func noPictureContradictsItself(
    one: String, two: String, split: String, region: String, words: String?
  ) throws {
    func read() throws -> Manifest {
      try Self.parse([
        "a.jpg,\(Self.digest),\(one),c,o/r,g,\(split),,64,64",
        "a.jpg,\(Self.digest),\(two),c,o/r,g,\(split),\(region),64,64",
      ])
    }
    guard let words else { return #expect(try read().entries.count == 2) }
    let error = #expect(throws: LaboratoryError.self) { try read() }
    #expect(error?.description.contains(words) == true, "\(error.debugDescription)")
  }

  @Test func aByteOrderMarkIsNoColumn() throws {
    let text = "\u{FEFF}\(Self.header)\r\na.jpg,\(Self.digest),real,real,c,o/r,g,train,,64,64\r\n"
    let manifest = try Manifest.parse(text, digest: BundleDigest.of(Array(text.utf8)))
    #expect(manifest.entries.map(\.file) == ["a.jpg"])
    #expect(try DataTable.parse(text).columns.first == "file")
  }

  @Test(arguments: [(";", "semicolons"), ("\t", "tabs")])
  func otherSeparatorsAreNamed(separator: String, name: String) {
    let text = Self.header.replacingOccurrences(of: ",", with: separator) + "\n"
    for read in [
      { _ = try DataTable.parse(text) },
      { _ = try Manifest.parse(text, digest: BundleDigest.of([])) },
    ] {
      let error = #expect(throws: LaboratoryError.self) { try read() }
      #expect(
        error?.description
          == "manifest, line 1: \(name) stand between the columns; commas have to")
    }
  }

  @Test func errorsGiveTheLineOfTheFile() {
    let text =
      "\(Self.header)\n\n\n\na.jpg,\(Self.digest),real,real,\"two\nlines\",o/r,g,train,,64,64\n"
      + "b.jpg,\(Self.other),real,real,c,o/r,g,dev,,64,64\n"
    let error = #expect(throws: LaboratoryError.self) {
      try Manifest.parse(text, digest: BundleDigest.of([]))
    }
    #expect(error?.description.hasPrefix("manifest, line 7: b.jpg: split") == true)
    let table = #expect(throws: LaboratoryError.self) { try DataTable.parse("a,b\n\n\nc\n") }
    #expect(table?.description == "manifest, line 4: 1 fields where the header has 2")
  }

  @Test func rowsWithoutAGroupStandAlone() throws {
    let rows = (0..<60).map { number in
      let kind = number % 2 == 0 ? "real,real" : "generated,flux"
      return "\(number).jpg,\(Self.digest(number)),\(kind),c,o/r,,train,,64,64"
    }
    var table = try DataTable.parse(([Self.header] + rows).joined(separator: "\n"))
    try Splitter().split(&table)
    let manifest = try table.manifest()
    #expect(Set(manifest.entries.map(\.split)).count == 3)
    #expect(Set(manifest.entries.map(\.group)).count == 60)
    #expect(throws: LaboratoryError.self) { try Selection.pairs(&table) }
  }

  @Test(.enabled(if: Places.hasDataSet, "the data set is not here"))
  func theDataSet() throws {
    let manifest = try Manifest.load(path: Places.dataSet + "/manifest.csv")
    #expect(manifest.entries.count == 2392)
    let families = try FamilyMap.load(path: Places.package + "/etc/families.toml")
    for entry in manifest.entries {
      #expect(families.family(ofGenerator: entry.generator) == entry.family)
    }
  }
}
