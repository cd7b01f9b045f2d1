import ContentCredentials
import Crypto
import ForensicCore
import Testing

@Suite struct ContainerTests {
  private let reader = ContentCredentialsReader()

  @Test(arguments: [1, 40, 1000, 65_000])
  func reassembly(_ step: Int) throws {
    let store = JUMBFWriting.superbox(
      "c2pa", "c2pa", [JUMBFWriting.box("free", [UInt8](repeating: 9, count: 70_000))])
    let first = 64
    // The first segment has to hold the description; the others may be as short as they like.
    let file =
      [0xFF, 0xD8] + JPEGFile.app11(Array(store), step: max(first, step)) + [0xFF, 0xD9]
    let location = file.withUnsafeBytes { JPEGCredentials.locate($0, limits: .standard) }
    guard case .found(let found) = location else {
      Issue.record("\(location)")
      return
    }
    #expect(found.bytes == store)
  }

  /// A file that ends within its store is not one without: JPEG, PNG and WebP.
  @Test(arguments: BoundFile.Container.allCases)
  func cutStores(_ container: BoundFile.Container) throws {
    let store = ManifestWriting.store([
      JUMBFWriting.superbox(
        "c2ma", "urn:c2pa:cut", [JUMBFWriting.box("free", [UInt8](repeating: 9, count: 400))])
    ])
    let file = container.holding(store)
    let end = try #require(file.firstRange(of: Array("urn:c2pa:cut".utf8))).upperBound
    let format: ImageFormat =
      switch container {
      case .jpeg: .jpeg
      case .png: .png
      case .webp: .webp
      }
    let report = try #require(reader.read(Array(file[..<(end + 40)]), format: format).report)
    #expect(report.state == .invalid)
    #expect(report.problem?.contains("cut off") == true)
  }

  @Test func aStoreWithoutItsBoxTypeIsBroken() throws {
    var file = JPEGFile.holding(ManifestWriting.store([]))
    let place = try #require(file.firstRange(of: Array("jumb".utf8)))
    file[place.lowerBound] = UInt8(ascii: "x")
    #expect(try #require(reader.read(file).report).problem?.contains("no superbox") == true)
  }

  private static func app11(_ sequence: Int, _ body: [UInt8]) -> [UInt8] {
    JPEGFile.segment(
      0xEB,
      Array("JP".utf8) + [0, 1] + PNGFile.big(sequence) + PNGFile.big(60) + Array("jumb".utf8)
        + body)
  }

  /// JUMBF that may have been a store does not vanish; nor is it called one.
  @Test(arguments: [
    (1, [UInt8](repeating: 0x5A, count: 52)), (1, []), (1, [0, 0, 0, 30] + Array("jumd".utf8)),
    (2, [UInt8](repeating: 0x5A, count: 52)),
  ])
  func unidentifiedJUMBF(_ sequence: Int, _ body: [UInt8]) throws {
    let reading = reader.read([0xFF, 0xD8] + Self.app11(sequence, body) + [0xFF, 0xD9])
    let report = try #require(reading.report)
    #expect(report.state == nil)
    let problem = try #require(report.problem)
    #expect(problem.contains("a JUMBF segment that cannot be read as Content Credentials"))
    #expect(reading.findings.map(\.code) == ["c2pa.unreadable"])
    #expect(reading.findings.map(\.weight) == [.damage])
    #expect(reading.findings.map(\.summary) == [problem])
    #expect(reading.notExamined.map(\.why) == [problem])
  }

  /// JUMBF of other kinds, in one segment or several, and other boxes of JPEG XT.
  @Test func otherBoxesAreNoContentCredentials() {
    let described = PNGFile.big(30) + Array("jumdjson".utf8) + [UInt8](repeating: 7, count: 18)
    let residual = JPEGFile.segment(0xEB, Array("JP\0\u{1}\0\0\0\u{1}\0\0\0\u{8}RESI".utf8))
    for body in [
      Self.app11(1, described), Self.app11(1, described) + Self.app11(2, [1, 2, 3]), residual,
      JPEGFile.segment(0xEB, Array("HDR_RI ver=11".utf8)), JPEGFile.segment(0xEB, []),
    ] {
      let reading = reader.read([0xFF, 0xD8] + body + [0xFF, 0xD9])
      #expect(reading.report == nil)
      #expect(reading.findings.isEmpty)
      #expect(reading.notExamined.isEmpty)
    }
  }

  /// ITU-T X.690, 11.6, and a length of more than 127 bytes.
  @Test func setsInDERAreOrdered() throws {
    let elements: [[UInt8]] = [[0x30, 2, 9, 9], [0x04, 1, 7], [0x04, 1, 3]]
    #expect(try DERSet.encoded(elements) == [0x31, 10, 0x04, 1, 3, 0x04, 1, 7, 0x30, 2, 9, 9])
    let long = [[UInt8](repeating: 4, count: 200), [UInt8](repeating: 3, count: 100)]
    #expect(try DERSet.encoded(long).prefix(5) == [0x31, 0x82, 1, 44, 3])
  }

  @Test func severalStores() throws {
    let store = ManifestWriting.store([])
    let jpeg =
      [0xFF, 0xD8] + JPEGFile.app11(store, instance: 1) + JPEGFile.app11(store, instance: 2)
      + [0xFF, 0xD9]
    let png = PNGFile.holding(store, before: PNGFile.chunk("caBX", store))
    for (file, format) in [(jpeg, ImageFormat.jpeg), (png, .png)] {
      let reading = reader.read(file, format: format)
      #expect(reading.report?.problem?.contains("2 manifest stores") == true)
      #expect(reading.findings.first?.code == "c2pa.unreadable")
    }
  }

  @Test func bytesOutsideTheContainerDoNotCount() throws {
    let store = ManifestWriting.store([])
    let jpeg = JPEGFile.segment(0xE0, []) + [0xFF, 0xD9] + JPEGFile.app11(store)
    #expect(reader.read([0xFF, 0xD8] + jpeg).report == nil)
    let png = PNGFile.holding(store)
    let end = try #require(png.firstRange(of: Array("caBX".utf8)))
    let moved =
      Array(png[..<(end.lowerBound - 4)]) + PNGFile.chunk("IEND", [])
      + PNGFile.chunk("caBX", store)
    #expect(reader.read(moved, format: .png).report == nil)
  }

  @Test func aRemoteManifestIsReportedAndNotFetched() throws {
    let xmp =
      "<x dcterms:provenance=\"https://example.invalid/m.c2pa?a=1&amp;b=2\"/>"
    let file =
      [0xFF, 0xD8]
      + JPEGFile.segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Array(xmp.utf8))
      + [0xFF, 0xD9]
    let reading = reader.read(file)
    #expect(reading.report?.remote == "https://example.invalid/m.c2pa?a=1&b=2")
    #expect(reading.report?.place == nil)
    #expect(reading.report?.state == nil)
    #expect(reading.findings.map(\.code) == ["c2pa.remote"])
    #expect(reading.notExamined.count == 1)
  }

  @Test(arguments: ["self#jumbf=c2pa/x", "ftp://x", "", "javascript:alert(1)"])
  func otherProvenanceIsNoAddress(_ text: String) {
    #expect(
      RemoteManifest.address(inXMP: Array("<x dcterms:provenance='\(text)'/>".utf8)) == nil)
  }

  /// Boxes that announce more than there is, or hold each other without end.
  @Test(
    arguments: [
      [UInt8](repeating: 0xFF, count: 64), [], [0, 0, 0, 8],
      Array("\0\0\0\u{1}jumb".utf8) + [UInt8](repeating: 0xFF, count: 16),
      JUMBFWriting.box("jumb", []), JUMBFWriting.box("jumb", JUMBFWriting.box("jumd", [1, 2, 3])),
      JUMBFWriting.superbox("c2ma", "x", []), JUMBFWriting.superbox("c2pa", "c2pa", []),
      (0..<40).reduce([UInt8]()) { inner, _ in JUMBFWriting.superbox("c2pa", "c2pa", [inner]) },
      JUMBFWriting.superbox(
        "c2pa", "c2pa", [[UInt8]](repeating: JUMBFWriting.box("free", []), count: 60_000)),
    ] as [[UInt8]])
  func brokenBoxes(_ store: [UInt8]) throws {
    let report = try #require(reader.read(PNGFile.holding(store), format: .png).report)
    #expect(report.state == .invalid)
    #expect(report.problem != nil)
  }

  /// A general box hash over a JPEG: two ranges around the store.
  @Test(arguments: [false, true]) func boxesHash(_ isChanged: Bool) throws {
    let signer = try Signer()
    func store(_ before: [UInt8], _ after: [UInt8]) throws -> [UInt8] {
      var manifest = ManifestWriting("urn:c2pa:boxes", signer: signer)
      manifest.addCreated()
      manifest.add(
        "c2pa.hash.boxes",
        [
          "alg": "sha256",
          "boxes": [
            ["names": ["SOI", "APP0"], "hash": .bytes(before), "pad": .bytes([])],
            ["names": ["C2PA"], "hash": .bytes([]), "pad": .bytes([])],
            ["names": ["DQT", "SOS", "EOI"], "hash": .bytes(after), "pad": .bytes([])],
          ],
        ])
      return ManifestWriting.store([try manifest.boxes().manifest])
    }
    let empty = [UInt8](repeating: 0, count: 32)
    let draft = JPEGFile.holding(try store(empty, empty), step: 500)
    let span = BoundFile.span(draft, .jpeg)
    let before = Array(SHA256.hash(data: Array(draft[..<span.lowerBound])))
    let after = Array(SHA256.hash(data: Array(draft[span.upperBound...])))
    var file = JPEGFile.holding(try store(before, after), step: 500)
    if isChanged { file[file.count - 4] ^= 1 }
    let report = try #require(reader.read(file).report)
    #expect(
      report.failureCodes
        == (isChanged ? ["assertion.boxesHash.mismatch"] : []) + ["signingCredential.untrusted"])
    // Another segment in between is another box.
    let extra =
      Array(file[..<span.lowerBound]) + JPEGFile.segment(0xFE, [1]) + file[span.lowerBound...]
    let other = try #require(reader.read(Array(extra)).report)
    #expect(other.failureCodes.contains("assertion.boxesHash.unknownBox"))
  }

  /// Bytes between two segments, and between two parts of the store, belong to no box.
  @Test(arguments: [[UInt8](repeating: 0x5A, count: 4800), [0], [0xFF, 0], [0xFF, 0xD3]])
  func bytesBetweenBoxes(_ gap: [UInt8]) throws {
    let signer = try Signer()
    func store(_ hashes: [[UInt8]]) throws -> [UInt8] {
      var manifest = ManifestWriting("urn:c2pa:boxes", signer: signer)
      manifest.addCreated()
      let maps = zip(["SOI", "APP0", "C2PA", "DQT", "SOS", "EOI"], hashes).map {
        name, hash -> CBORValue in
        ["names": [.text(name)], "hash": .bytes(hash), "pad": .bytes([])]
      }
      manifest.add("c2pa.hash.boxes", ["alg": "sha256", "boxes": .array(maps)])
      return ManifestWriting.store([try manifest.boxes().manifest])
    }
    let empty = [UInt8](repeating: 0, count: 32)
    let draft = JPEGFile.holding(try store([[UInt8]](repeating: empty, count: 6)), step: 500)
    let span = BoundFile.span(draft, .jpeg)
    let scan = try #require(draft.indices.last { draft[$0] == 0xFF && draft[$0 + 1] == 0xDA })
    let hashes = [
      0..<2, 2..<span.lowerBound, 0..<0, span.upperBound..<scan, scan..<(draft.count - 2),
      (draft.count - 2)..<draft.count,
    ].map { Array(SHA256.hash(data: Array(draft[$0]))) }
    let file = JPEGFile.holding(try store(hashes), step: 500)
    let whole = try #require(reader.read(file).report)
    #expect(whole.state == .valid)
    let second = try #require(
      file[(span.lowerBound + 2)...].firstRange(of: [0xFF, 0xEB, 2] as [UInt8])?.lowerBound)
    for place in [2, span.lowerBound, second, span.upperBound, scan] {
      let changed = Array(file[..<place]) + gap + file[place...]
      let report = try #require(reader.read(changed).report)
      #expect(report.failureCodes.contains("assertion.boxesHash.unknownBox"), "at \(place)")
      #expect(report.state == .wellFormed, "at \(place)")
    }
  }

  /// The reference library lists the restart markers of a scan besides, as boxes of two bytes.
  @Test(arguments: [
    (["SOS"], "RST0", []), (["SOS", "RST0"], "RST0", []),
    (["SOS", "RST1"], "RST1", ["assertion.boxesHash.unknownBox"]),
    (["SOS", "RST0", "RST0"], "RST0", ["assertion.boxesHash.unknownBox"]),
    (["SOS", "RST0"], "another", ["assertion.boxesHash.mismatch"]),
  ])
  func restartsInBoxesHash(_ names: [String], hashed: String, codes: [String]) throws {
    let signer = try Signer()
    func store(_ hashes: [String: [UInt8]]) throws -> [UInt8] {
      var manifest = ManifestWriting("urn:c2pa:boxes", signer: signer)
      manifest.addCreated()
      let maps = (["SOI", "APP0", "C2PA", "DQT"] + names + ["EOI"]).map { name -> CBORValue in
        let hash = hashes[name] ?? [UInt8](repeating: 0, count: 32)
        return ["names": [.text(name)], "hash": .bytes(hash), "pad": .bytes([])]
      }
      manifest.add("c2pa.hash.boxes", ["alg": "sha256", "boxes": .array(maps)])
      return ManifestWriting.store([try manifest.boxes().manifest])
    }
    func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] { Array(SHA256.hash(data: Array(bytes))) }
    let draft = JPEGFile.holding(try store([:]))
    let span = BoundFile.span(draft, .jpeg)
    let scan = try #require(draft.indices.last { draft[$0] == 0xFF && draft[$0 + 1] == 0xDA })
    let file = JPEGFile.holding(
      try store([
        "SOI": hash(draft[..<2]), "APP0": hash(draft[2..<span.lowerBound]),
        "DQT": hash(draft[span.upperBound..<scan]), "SOS": hash(draft[scan..<(draft.count - 2)]),
        hashed: hash([0xFF, 0xD0]), "EOI": hash([0xFF, 0xD9]),
      ]))
    let report = try #require(reader.read(file).report)
    #expect(report.failureCodes == codes + ["signingCredential.untrusted"])
  }

  @Test func timeBudget() throws {
    let signer = try Signer()
    var manifest = ManifestWriting("urn:c2pa:slow", signer: signer)
    manifest.addCreated()
    let file = PNGFile.holding(ManifestWriting.store([try manifest.boxes().manifest]))
    let reading = ContentCredentialsReader(limits: CredentialLimits(seconds: 0)).read(
      file, format: .png)
    #expect(reading.report?.problem?.contains("time budget") == true)
    #expect(reading.notExamined.map(\.what) == ["Content Credentials"])
  }

  @Test func sourceTypeIsAFindingOfItsOwn() throws {
    let signer = try Signer()
    let file = try BoundFile.make(.webp) { hash, exclusion in
      var manifest = ManifestWriting("urn:c2pa:generated", signer: signer)
      manifest.addCreated()
      manifest.addDataHash(hash, excluding: exclusion)
      return ManifestWriting.store([try manifest.boxes().manifest])
    }
    let findings = reader.read(file, format: .webp).findings
    let finding = try #require(findings.first { $0.code == "c2pa.source-type" })
    #expect(finding.weight == .notable)
    #expect(finding.summary.contains("generative AI"))
    #expect(findings.first?.code == "c2pa.valid")
  }
}
