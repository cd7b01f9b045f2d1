import ContentCredentials
import Crypto
import ForensicCore
import Testing

/// Manifests of our own making, so that everything can be tested that no file at hand shows.
@Suite struct ValidationTests {
  private static let label = "urn:c2pa:00000000-0000-4000-8000-000000000001"
  private static let first = "urn:c2pa:00000000-0000-4000-8000-000000000000"

  /// A manifest that breaks a rule, and the codes for it.
  struct Breach: Sendable {
    let change: @Sendable (inout ManifestWriting) -> Void
    let codes: [String]

    init(_ change: @escaping @Sendable (inout ManifestWriting) -> Void, _ codes: String...) {
      self.change = change
      self.codes = codes
    }
  }

  private func file(
    _ container: BoundFile.Container = .png, _ signer: Signer, before: [[UInt8]] = [],
    _ change: (inout ManifestWriting) -> Void = { $0.addCreated() }
  ) throws -> [UInt8] {
    try BoundFile.make(container) { hash, exclusion in
      var manifest = ManifestWriting(Self.label, signer: signer)
      change(&manifest)
      if !manifest.isUpdate { manifest.addDataHash(hash, excluding: exclusion) }
      return ManifestWriting.store(before + [try manifest.boxes().manifest])
    }
  }

  private func format(_ container: BoundFile.Container) -> ImageFormat {
    switch container {
    case .jpeg: .jpeg
    case .png: .png
    case .webp: .webp
    }
  }

  private func report(
    _ file: [UInt8], _ container: BoundFile.Container = .png, trust: String? = nil
  ) throws -> CredentialReport {
    let reader = ContentCredentialsReader(
      trust: try trust.map { try TrustList(pem: $0) } ?? .empty)
    return try #require(reader.read(file, format: format(container)).report)
  }

  @Test(arguments: Signer.Algorithm.allCases, BoundFile.Container.allCases)
  func everyAlgorithm(_ algorithm: Signer.Algorithm, _ container: BoundFile.Container) throws {
    let signer = try Signer(algorithm)
    let file = try file(container, signer)
    let untrusted = try report(file, container)
    #expect(untrusted.state == .valid)
    #expect(untrusted.failureCodes == ["signingCredential.untrusted"])
    let trusted = try report(file, container, trust: signer.trustList)
    #expect(trusted.state == .trusted)
    #expect(trusted.failureCodes == [])
    #expect(trusted.manifests[0].signature?.algorithm?.lowercased() == algorithm.rawValue)
    #expect(trusted.uncoveredBytes == 0)
    let match = trusted.manifests[0].statuses.first { $0.code == "assertion.dataHash.match" }
    #expect(match?.url == "self#jumbf=/c2pa/\(Self.label)/c2pa.assertions/c2pa.hash.data")
  }

  @Test func aListedSignerIsTrustedByItself() throws {
    let signer = try Signer()
    #expect(try report(try file(.png, signer), trust: signer.leafPEM).state == .trusted)
  }

  @Test func anotherAuthorityIsNotTrusted() throws {
    let other = try Signer()
    let result = try report(try file(.png, try Signer()), trust: other.trustList)
    #expect(result.state == .valid)
    #expect(result.failureCodes == ["signingCredential.untrusted"])
  }

  @Test(arguments: BoundFile.Container.allCases)
  func changedFile(_ container: BoundFile.Container) throws {
    var file = try file(container, try Signer())
    let place = container == .webp ? 22 : file.count - 20
    file[container == .jpeg ? file.count - 5 : place] ^= 1
    let result = try report(file, container)
    #expect(result.failureCodes == ["assertion.dataHash.mismatch", "signingCredential.untrusted"])
    #expect(result.state == .wellFormed)
    let reading = ContentCredentialsReader().read(file, format: format(container))
    #expect(reading.findings.contains { $0.code == "c2pa.changed" && $0.weight == .contradiction })
  }

  /// A range around the store that leaves out a neighbour with it (Truepic's files of 2023).
  @Test func anExclusionThatLeavesOutTooMuch() throws {
    let signer = try Signer()
    func file(_ hash: [UInt8], _ range: Range<Int>) throws -> [UInt8] {
      var manifest = ManifestWriting(Self.label, signer: signer)
      manifest.addCreated()
      manifest.addDataHash(hash, excluding: range)
      return PNGFile.holding(ManifestWriting.store([try manifest.boxes().manifest]))
    }
    let draft = try file([UInt8](repeating: 0, count: 32), 0..<1)
    let range = 8..<BoundFile.span(draft, .png).upperBound
    let hash = Array(SHA256.hash(data: Array(draft[..<8] + draft[range.upperBound...])))
    let bytes = try file(hash, range)
    let result = try report(bytes)
    #expect(result.failureCodes == ["assertion.dataHash.mismatch", "signingCredential.untrusted"])
    #expect(result.uncoveredBytes == 25)
    let findings = ContentCredentialsReader().read(bytes, format: .png).findings
    #expect(findings.map(\.code).contains("c2pa.uncovered"))
    #expect(!findings.map(\.code).contains("c2pa.changed"))
  }

  /// A file whose hash leaves out `part` besides the store.
  private func file(
    _ container: BoundFile.Container, leavingOut part: ([UInt8]) throws -> Range<Int>
  ) throws -> [UInt8] {
    let signer = try Signer()
    func make(_ hash: [UInt8], _ store: Range<Int>, _ other: Range<Int>) throws -> [UInt8] {
      var manifest = ManifestWriting(Self.label, signer: signer)
      manifest.addCreated()
      manifest.addDataHash(hash, excluding: store, other)
      return container.holding(ManifestWriting.store([try manifest.boxes().manifest]))
    }
    var bytes = try make([UInt8](repeating: 0, count: 32), 0..<1, 1..<2)
    for _ in 0..<4 {
      let store = BoundFile.span(bytes, container)
      let other = try part(bytes)
      let covered = bytes.indices.filter { !store.contains($0) && !other.contains($0) }
      bytes = try make(
        Array(SHA256.hash(data: covered.map { bytes[$0] })), store, other)
    }
    return bytes
  }

  /// Metadata may be left out, and can be exchanged then; not for another picture.
  @Test func metadataThatBecameAPicture() throws {
    let metadata = 2..<11  // APP0
    var bytes = try file(.jpeg) { _ in metadata }
    bytes[6] ^= 1
    let honest = try report(bytes, .jpeg)
    #expect(honest.state == .valid)
    #expect(honest.uncoveredBytes == metadata.count)
    // A table, and the colours' transform.
    for (marker, text) in [(UInt8(0xDB), "other"), (0xEE, "Adobe")] {
      bytes[3] = marker
      bytes.replaceSubrange(6..<11, with: Array(text.utf8))
      let forged = try report(bytes, .jpeg)
      #expect(
        forged.failureCodes == ["assertion.dataHash.mismatch", "signingCredential.untrusted"])
      #expect(forged.state == .wellFormed)
      let findings = ContentCredentialsReader().read(bytes, format: .jpeg).findings
      #expect(!findings.map(\.code).contains("c2pa.changed"))
    }
  }

  @Test(arguments: BoundFile.Container.allCases)
  func anExclusionOfThePicture(_ container: BoundFile.Container) throws {
    let mark: [UInt8] =
      switch container {
      case .jpeg: [0xFF, 0xDA, 0, 5, 1, 0, 0]
      case .png: Array("IDAT".utf8)
      case .webp: Array("VP8 ".utf8)
      }
    let bytes = try file(container) { bytes in
      try #require(bytes.firstRange(of: mark))
    }
    let result = try report(bytes, container)
    #expect(result.failureCodes == ["assertion.dataHash.mismatch", "signingCredential.untrusted"])
    #expect(result.uncoveredBytes == mark.count)
  }

  @Test func changedClaim() throws {
    let signer = try Signer()
    let file = try file(.png, signer)
    let place = try #require(file.firstRange(of: Array("xmp:iid:1".utf8)))
    var changed = file
    changed[place.upperBound - 1] = UInt8(ascii: "2")
    let result = try report(changed, trust: signer.trustList)
    #expect(result.failureCodes.contains("claimSignature.mismatch"))
    // Anybody has the signer's certificate.
    let active = try #require(result.manifests.first)
    #expect(active.signature?.isTrusted == false)
    #expect(!active.statuses.map(\.code).contains("signingCredential.trusted"))
    let findings = ContentCredentialsReader().read(changed, format: .png).findings
    #expect(!findings.isEmpty)
    #expect(findings.allSatisfy { $0.result["signer"] == nil })
  }

  @Test(arguments: [
    (Signer.Shape(usages: [.serverAuth]), "signingCredential.invalid"),
    (Signer.Shape(usages: []), "signingCredential.invalid"),
    (Signer.Shape(usages: [.emailProtection, .timeStamping]), "signingCredential.invalid"),
    (Signer.Shape(usages: [.any, .emailProtection]), "signingCredential.invalid"),
    (
      Signer.Shape(keyUsage: .init(keyEncipherment: true)), "signingCredential.invalid"
    ),
    (Signer.Shape(isAuthority: true), "signingCredential.invalid"),
    (Signer.Shape(namesAuthorityKey: false), "signingCredential.invalid"),
    (Signer.Shape(notAfter: 1_750_000_000), "signingCredential.expired"),
    (Signer.Shape(notBefore: 1_850_000_000), "signingCredential.expired"),
  ])
  func certificates(_ shape: Signer.Shape, _ code: String) throws {
    let signer = try Signer(shape: shape)
    let result = try report(try file(.png, signer), trust: signer.trustList)
    #expect(result.failureCodes.contains(code))
    #expect(result.state == .wellFormed)
  }

  @Test func anExpiredVersion1ClaimHasTheCodeOfItsEdition() throws {
    let signer = try Signer(shape: Signer.Shape(notAfter: 1_750_000_000))
    let file = try file(.png, signer) {
      $0.version = 1
      $0.addCreated()
    }
    #expect(try report(file).failureCodes.contains("signingCredential.expired"))
  }

  /// A key whose certificate has ended, and an authority that anybody could be: in version 1
  /// claims its time counts for the validity, and never for trust.
  @Test(arguments: [
    (1, false, false, CredentialReport.State.valid, ["signingCredential.untrusted"]),
    (1, true, false, .trusted, []), (2, true, false, .trusted, []),
    (1, false, true, .valid, ["signingCredential.untrusted"]), (1, true, true, .trusted, []),
    (
      2, false, false, .wellFormed,
      ["signingCredential.expired", "signingCredential.untrusted"]
    ),
  ])
  func timeStamps(
    _ version: Int, isListed: Bool, byLeaf: Bool, state: CredentialReport.State, codes: [String]
  ) throws {
    let signer = try Signer(shape: Signer.Shape(notAfter: 1_750_000_000))
    let authority = try Signer(shape: Signer.Shape(usages: [.timeStamping]))
    let file = try file(.png, signer) {
      $0.version = version
      $0.authority = TimeStampWriting(by: authority)
      $0.addCreated()
    }
    let trust =
      (byLeaf ? signer.leafPEM : signer.trustList) + "\n"
      + (isListed ? authority.trustList : "")
    let result = try report(file, trust: trust)
    let signature = try #require(result.manifests[0].signature)
    #expect(signature.time == Timestamp(milliseconds: 1_735_689_600_000))
    #expect(signature.timeIsTrusted == isListed)
    #expect(result.failureCodes == codes)
    #expect(result.state == state)
    let finding = try #require(
      ContentCredentialsReader(trust: try TrustList(pem: trust)).read(file, format: .png)
        .findings.first)
    #expect(
      finding.result["time stamp's authority"]
        == (isListed ? "on the trust list" : "not on a trust list"))
    if version == 1, !isListed { #expect(finding.summary.contains("who attests an earlier time")) }
  }

  @Test(arguments: [
    Breach({ $0.undeclared = ["x.note"] }, "assertion.undeclared"),
    Breach({ $0.removed = ["x.note"] }, "assertion.missing"),
    Breach({ $0.leavesOut = "signature" }, "claimSignature.missing"),
    Breach({ $0.leavesOut = "instanceID" }, "claim.malformed"),
    Breach({ $0.leavesOut = "claim_generator_info" }, "claim.malformed"),
    Breach({ $0.leavesOut = "alg" }, "algorithm.unsupported"),
    Breach({ $0.addDataHash([1], excluding: 0..<1) }, "assertion.multipleHardBindings"),
    Breach({ $0.add("c2pa.actions.v2__1", ["actions": []]) }, "assertion.action.malformed"),
    Breach(
      { $0.add("c2pa.actions.v2__1", ["actions": [["action": "c2pa.opened"]]]) },
      "assertion.action.ingredientMismatch"),
    Breach(
      { $0.redactions = ["self#jumbf=/c2pa/\($0.label)/c2pa.assertions/x.note"] },
      "assertion.selfRedacted"),
    Breach(
      { $0.redactions = ["self#jumbf=/c2pa/other/c2pa.assertions/c2pa.hash.data"] },
      "assertion.dataHash.redacted"),
    Breach(
      { $0.redactions = ["self#jumbf=/c2pa/other/c2pa.assertions/c2pa.actions"] },
      "assertion.action.redacted"),
    Breach(
      { $0.add("c2pa.actions.v2__1", ["actions": [["action": "c2pa.translated"]]]) },
      "assertion.action.malformed"),
    Breach(
      { $0.add("c2pa.actions.v2__1", ["actions": [["action": "c2pa.watermarked"]]]) },
      "assertion.action.softBindingMissing"),
    Breach({ $0.label = "urn:c2pa::00000000-0000-4000-8000-000000000001" }, "claim.malformed"),
    Breach({ $0.label = "urn:c2pa:1:maker:x_1" }, "claim.malformed"),
    Breach({ $0.label = "manifest" }, "claim.malformed"),
    Breach({ $0.add("c2pa.time-stamp", []) }, "assertion.timestamp.malformed"),
    Breach(
      { $0.addIngredient(manifest: "urn:c2pa:nowhere", box: [UInt8](repeating: 0, count: 9)) },
      "ingredient.manifest.missing"),
    Breach({ $0.add("c2pa.ingredient.v3", ["dc:title": "x"]) }, "assertion.ingredient.malformed"),
  ])
  func rules(_ breach: Breach) throws {
    let file = try file(.png, try Signer()) {
      $0.addCreated()
      $0.add("x.note", ["text": "hello"])
      breach.change(&$0)
    }
    let result = try report(file)
    #expect(Set(breach.codes).isSubset(of: result.failureCodes), "\(result.failureCodes)")
    #expect(result.state == .invalid)
  }

  @Test(arguments: [
    "urn:c2pa:1", "urn:c2pa:1:maker", "urn:c2pa:1:maker:2_1", "urn:c2pa:1::2", "urn:uuid:1",
    "maker:urn:uuid:1",
  ])
  func labels(_ label: String) throws {
    let file = try file(.png, try Signer()) {
      $0.label = label
      $0.addCreated()
    }
    #expect(try report(file).state == .valid)
  }

  @Test func severalAssertionsOfOneKindAreNumbered() throws {
    let file = try file(.png, try Signer()) {
      $0.addCreated()
      $0.add("x.note", ["text": "one"])
      $0.add("x.note__1", ["text": "two"])
      $0.add("x.note__", ["text": "three"])
    }
    let found = try report(file).manifests[0].assertions.map { ($0.label, $0.instance) }
    #expect(
      found.map(\.0) == ["c2pa.actions.v2", "x.note", "x.note", "x.note__", "c2pa.hash.data"])
    #expect(found.map(\.1) == [nil, nil, 1, nil, nil])
  }

  /// A watermark with its soft binding, and a translation with its languages.
  @Test func actionsThatSayWhatTheyHaveTo() throws {
    let file = try file(.png, try Signer()) {
      $0.add(
        "c2pa.actions.v2",
        [
          "actions": [
            ["action": "c2pa.created", "digitalSourceType": "x"],
            [
              "action": "c2pa.translated",
              "parameters": ["sourceLanguage": "de", "targetLanguage": "en"],
            ], ["action": "c2pa.watermarked"],
          ]
        ])
      $0.add("c2pa.soft-binding", ["alg": "x"])
    }
    #expect(try report(file).failureCodes == ["signingCredential.untrusted"])
  }

  @Test func noHashOfTheFile() throws {
    let signer = try Signer()
    var manifest = ManifestWriting(Self.label, signer: signer)
    manifest.addCreated()
    let file = PNGFile.holding(ManifestWriting.store([try manifest.boxes().manifest]))
    #expect(try report(file).failureCodes.contains("claim.hardBindings.missing"))
  }

  /// The parent's manifest, with a note that may be redacted.
  private func parent(
    _ signer: Signer, _ change: (inout ManifestWriting) -> Void = { _ in }
  ) throws -> (manifest: [UInt8], signature: [UInt8]) {
    var manifest = ManifestWriting(Self.first, signer: signer)
    manifest.addCreated()
    manifest.add("x.note", ["text": "private"])
    manifest.addDataHash([UInt8](repeating: 7, count: 32), excluding: 0..<1)
    change(&manifest)
    return try manifest.boxes()
  }

  private func opened(
    _ manifest: inout ManifestWriting, _ parent: (manifest: [UInt8], signature: [UInt8])
  ) {
    manifest.addIngredient(
      manifest: Self.first, box: parent.manifest, signature: parent.signature)
    let ingredient = manifest.assertions[0].box
    manifest.add(
      "c2pa.actions.v2",
      [
        "actions": [
          [
            "action": "c2pa.opened",
            "parameters": [
              "ingredients": [
                ManifestWriting.reference(
                  "c2pa.assertions/c2pa.ingredient.v3", JUMBFWriting.payload(ingredient))
              ]
            ],
          ]
        ]
      ])
  }

  @Test func chain() throws {
    let signer = try Signer()
    let parent = try parent(signer)
    let result = try report(
      try file(.png, signer, before: [parent.manifest]) { opened(&$0, parent) },
      trust: signer.trustList)
    #expect(result.state == .trusted, "\(result.failureCodes)")
    #expect(result.manifests.map(\.label) == [Self.label, Self.first])
    #expect(
      result.manifests[1].statuses.contains { $0.code == "ingredient.manifest.validated" })
    #expect(result.manifests[0].ingredients[0].isPresent)
    #expect(result.manifests[0].ingredients[0].title == "before.jpg")
  }

  @Test func changedParent() throws {
    let signer = try Signer()
    let parent = try parent(signer)
    var changed = parent.manifest
    let place = try #require(changed.firstRange(of: Array("private".utf8)))
    changed[place.lowerBound] ^= 1
    let result = try report(
      try file(.png, signer, before: [changed]) { opened(&$0, parent) }, trust: signer.trustList)
    #expect(
      result.failureCodes == ["assertion.hashedURI.mismatch", "ingredient.manifest.mismatch"])
    #expect(result.state == .invalid)
  }

  @Test func aRecordedFailureDoesNotCount() throws {
    let signer = try Signer()
    var parent = try parent(signer)
    let place = try #require(parent.manifest.firstRange(of: Array("private".utf8)))
    parent.manifest[place.lowerBound] ^= 1
    let result = try report(
      try file(.png, signer, before: [parent.manifest]) { manifest in
        manifest.addCreated()
        manifest.addIngredient(
          manifest: Self.first, box: parent.manifest, relationship: "componentOf",
          recorded: [
            ("assertion.hashedURI.mismatch", "self#jumbf=c2pa.assertions/x.note")
          ])
      }, trust: signer.trustList)
    #expect(result.failureCodes == [])
    #expect(result.manifests[1].statuses.contains { $0.kind == .failure && $0.recorded })
    #expect(result.state == .trusted)
  }

  @Test func redaction() throws {
    let signer = try Signer()
    let note = "self#jumbf=/c2pa/\(Self.first)/c2pa.assertions/x.note"
    let original = try parent(signer)
    for change in [
      { $0.removed = ["x.note"] }, { $0.blanked = ["x.note"] },
    ] as [(inout ManifestWriting) -> Void] {
      // The signature has to be the one that was there before.
      var redacted = ManifestWriting(Self.first, signer: signer)
      redacted.addCreated()
      redacted.add("x.note", ["text": "private"])
      redacted.addDataHash([UInt8](repeating: 7, count: 32), excluding: 0..<1)
      change(&redacted)
      let boxes = try redacted.boxes()
      let file = try file(.png, signer, before: [boxes.manifest]) { manifest in
        opened(&manifest, (original.manifest, boxes.signature))
        manifest.redactions = [note]
      }
      let result = try report(file, trust: signer.trustList)
      #expect(result.failureCodes == [], "\(result.failureCodes)")
      #expect(
        result.manifests[1].statuses.contains { $0.code == "ingredient.claimSignature.validated" })
      #expect(result.manifests[0].redactions == [note])
    }
  }

  @Test func aRedactionThatWasNotDone() throws {
    let signer = try Signer()
    let parent = try parent(signer)
    let file = try file(.png, signer, before: [parent.manifest]) { manifest in
      opened(&manifest, parent)
      manifest.redactions = ["self#jumbf=/c2pa/\(Self.first)/c2pa.assertions/x.note"]
    }
    #expect(
      try report(file, trust: signer.trustList).failureCodes == ["assertion.notRedacted"])
  }

  @Test func updateManifest() throws {
    let signer = try Signer()
    // First the file with its one manifest, then the same with an update behind it: the hash
    // still has to hold, with the store grown.
    let standard = try BoundFile.make(.png) { hash, exclusion in
      var manifest = ManifestWriting(Self.first, signer: signer)
      manifest.addCreated()
      manifest.addDataHash(hash, excluding: exclusion)
      return ManifestWriting.store([try manifest.boxes().manifest])
    }
    let span = BoundFile.span(standard, .png)
    let store = Array(standard[(span.lowerBound + 8)..<(span.upperBound - 4)])
    let root = try JUMBFParser.parse(store, limits: .standard)
    let box = Array(store[root.children[0].range])
    var update = ManifestWriting(Self.label, signer: signer)
    update.isUpdate = true
    update.addIngredient(manifest: Self.first, box: box)
    let file = PNGFile.holding(ManifestWriting.store([box, try update.boxes().manifest]))
    let result = try report(file, trust: signer.trustList)
    #expect(result.failureCodes == [], "\(result.failureCodes)")
    #expect(result.state == .trusted)
    #expect(result.manifests[0].kind == .update)
    #expect(result.manifests[0].statuses.contains { $0.code == "assertion.dataHash.match" })
  }

  @Test(arguments: [
    Breach({ $0.addCreated() }, "manifest.update.invalid", "manifest.update.wrongParents"),
    Breach(
      { $0.addDataHash([1], excluding: 0..<1) }, "claim.hardBindings.missing",
      "manifest.update.invalid", "manifest.update.wrongParents"),
  ])
  func badUpdates(_ breach: Breach) throws {
    let signer = try Signer()
    var update = ManifestWriting(Self.label, signer: signer)
    update.isUpdate = true
    breach.change(&update)
    let file = PNGFile.holding(ManifestWriting.store([try update.boxes().manifest]))
    let found = try report(file, trust: signer.trustList).failureCodes
    #expect(Set(breach.codes).isSubset(of: found), "\(found)")
  }

  @Test func aCircleOfIngredients() throws {
    let signer = try Signer()
    var one = ManifestWriting(Self.first, signer: signer)
    one.addCreated()
    one.addIngredient(manifest: Self.label, box: [UInt8](repeating: 0, count: 9))
    one.addDataHash([1], excluding: 0..<1)
    let box = try one.boxes().manifest
    let file = try file(.png, signer, before: [box]) { opened(&$0, (box, [])) }
    let result = try report(file)
    #expect(result.failureCodes.contains("assertion.ingredient.malformed"))
    #expect(result.manifests.count == 2)
  }
}
