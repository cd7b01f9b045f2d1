import ContentCredentials
import Crypto
import ForensicCore
import Testing

/// Stores put together by somebody without the signer's key: what is said by manifests that
/// nothing signed leads to must count for nothing.
@Suite struct LineageTests {
  private static let label = "urn:c2pa:00000000-0000-4000-8000-000000000001"
  private static let first = "urn:c2pa:00000000-0000-4000-8000-000000000000"
  private static let other = "urn:c2pa:00000000-0000-4000-8000-000000000002"

  private let signer: Signer
  private let stranger: Signer

  init() throws {
    signer = try Signer()
    stranger = try Signer()
  }

  private func file(
    before: [[UInt8]] = [], after: [[UInt8]] = [], by signer: Signer? = nil,
    _ change: (inout ManifestWriting) -> Void
  ) throws -> [UInt8] {
    try BoundFile.make(.png) { hash, exclusion in
      var manifest = ManifestWriting(Self.label, signer: signer ?? self.signer)
      change(&manifest)
      manifest.addDataHash(hash, excluding: exclusion)
      return ManifestWriting.store(before + [try manifest.boxes().manifest] + after)
    }
  }

  private func read(_ file: [UInt8]) throws -> ContentCredentialsReader.Reading {
    ContentCredentialsReader(trust: try TrustList(pem: signer.trustList))
      .read(file, format: .png)
  }

  private func report(_ file: [UInt8]) throws -> CredentialReport {
    try #require(try read(file).report)
  }

  private func manifest(
    _ label: String, by signer: Signer, _ change: (inout ManifestWriting) -> Void = { _ in }
  ) throws -> [UInt8] {
    var manifest = ManifestWriting(label, signer: signer)
    manifest.addCreated()
    change(&manifest)
    manifest.addDataHash([UInt8](repeating: 7, count: 32), excluding: 0..<1)
    return try manifest.boxes().manifest
  }

  /// The same bytes as another kind of manifest: no signature covers the kind.
  private func retyped(_ manifest: [UInt8], _ type: String) throws -> [UInt8] {
    var manifest = manifest
    let place = try #require(manifest.firstRange(of: Array("c2ma".utf8)))
    manifest.replaceSubrange(place, with: Array(type.utf8))
    return manifest
  }

  /// An ingredient without a manifest, in which `label` records failures of its own.
  private func pardon(_ label: String, _ manifest: inout ManifestWriting) {
    let uri = "self#jumbf=/c2pa/\(label)"
    let own = uri + "/c2pa.assertions/c2pa.ingredient.v3"
    let statuses: [(String, String)] = [
      ("ingredient.manifest.mismatch", uri), ("claim.hardBindings.missing", uri),
      ("signingCredential.untrusted", uri + "/c2pa.signature"), ("assertion.undeclared", own),
      ("ingredient.unknownProvenance", own),
    ]
    manifest.add(
      "c2pa.ingredient.v3",
      [
        "dc:title": "x", "relationship": "componentOf",
        "validationResults": [
          "activeManifest": [
            "success": [], "informational": [],
            "failure": .array(statuses.map { ["code": .text($0.0), "url": .text($0.1)] }),
          ]
        ],
      ])
  }

  /// One that names its hash's algorithm, with failures by what follows the manifest's reference.
  private func ingredient(
    _ hashed: [UInt8], recorded: [(code: String, place: String)]
  ) -> CBORValue {
    let uri = "self#jumbf=/c2pa/\(Self.first)"
    return [
      "dc:title": "x", "relationship": "componentOf",
      "c2pa_manifest": [
        "url": .text(uri), "alg": "sha256", "hash": .bytes(Array(SHA256.hash(data: hashed))),
      ],
      "validationStatus": .array(
        recorded.map { ["code": .text($0.code), "url": .text(uri + $0.place)] }),
    ]
  }

  /// The last one's kind hides it from the search for the active manifest, not from its label.
  @Test func twoManifestsOfOneLabel() throws {
    let genuine = try manifest(Self.label, by: signer)
    let forged = try file(after: [try retyped(genuine, "c2tm")], by: stranger) { $0.addCreated() }
    let reading = try read(forged)
    #expect(reading.report?.state == .invalid)
    #expect(reading.report?.problem?.contains("two manifests have one label") == true)
    #expect(reading.findings.map(\.code) == ["c2pa.unreadable"])
  }

  @Test(arguments: ["c2pa.ingredient.v3", "c2pa.ingredient.v2", "c2pa.ingredient"])
  func aReplacedIngredientDoesNotPardonItself(_ kind: String) throws {
    let genuine = try manifest(Self.first, by: signer)
    let forged = try manifest(Self.first, by: stranger) { pardon(Self.first, &$0) }
    let result = try report(
      try file(before: [forged]) {
        $0.addCreated()
        $0.addIngredient(
          kind, manifest: Self.first, box: genuine, relationship: "componentOf")
      })
    #expect(
      result.failureCodes == ["ingredient.manifest.mismatch", "signingCredential.untrusted"])
    #expect(result.state == .invalid)
  }

  @Test func aReplacedParentDoesNotBindAnUpdate() throws {
    let genuine = try manifest(Self.first, by: signer)
    var update = ManifestWriting(Self.label, signer: signer)
    update.isUpdate = true
    update.addIngredient(manifest: Self.first, box: genuine)
    let signed = try update.boxes().manifest
    let forged = try BoundFile.make(.png) { hash, exclusion in
      var parent = ManifestWriting(Self.first, signer: stranger)
      parent.addCreated()
      parent.addDataHash(hash, excluding: exclusion)
      pardon(Self.first, &parent)
      return ManifestWriting.store([try parent.boxes().manifest, signed])
    }
    let result = try report(forged)
    #expect(result.manifests.first?.signature?.isTrusted == true)
    #expect(result.failureCodes.contains("ingredient.manifest.mismatch"))
    #expect(result.failureCodes.contains("claim.hardBindings.missing"))
    #expect(result.state == .invalid)
  }

  /// The hash of a claim alone, as before edition 1.3, does not hold the assertions beside it.
  @Test func whatWasAddedToAHeldClaimDoesNotPardonItself() throws {
    let genuine = try manifest(Self.first, by: signer)
    let root = try JUMBFParser.parse(genuine, limits: .standard)
    let claim = try #require(root.children.first { $0.type == .claim }?.contents.first?.payload)
    let changed = try manifest(Self.first, by: signer) { manifest in
      pardon(Self.first, &manifest)
      manifest.undeclared = ["c2pa.ingredient.v3"]
    }
    func result(_ ingredient: [UInt8]) throws -> CredentialReport {
      try report(
        try file(before: [ingredient]) {
          $0.addCreated()
          $0.addIngredient(
            "c2pa.ingredient.v2", manifest: Self.first,
            box: [UInt8](repeating: 0, count: 8) + genuine[claim], relationship: "componentOf")
        })
    }
    #expect(try result(genuine).state == .trusted)
    #expect(try result(changed).failureCodes == ["assertion.undeclared"])
  }

  /// Nor does it hold the signature: whoever signs the claim anew is not who was taken in.
  @Test func aHeldClaimSignedAnewIsNotPardoned() throws {
    let genuine = try manifest(Self.first, by: try Signer())
    let root = try JUMBFParser.parse(genuine, limits: .standard)
    let claim = try #require(root.children.first { $0.type == .claim }?.contents.first?.payload)
    let code = "signingCredential.untrusted"
    let result = try report(
      try file(before: [try manifest(Self.first, by: stranger)]) {
        $0.addCreated()
        $0.addIngredient(
          "c2pa.ingredient.v2", manifest: Self.first,
          box: [UInt8](repeating: 0, count: 8) + genuine[claim], relationship: "componentOf",
          recorded: [(code, "self#jumbf=/c2pa/\(Self.first)/c2pa.signature")])
      })
    #expect(result.failureCodes == [code])
    #expect(result.state == .valid)
  }

  /// Nor what the claim refers to with an algorithm that nobody knows.
  @Test func whatCannotBeHashedIsNotPardoned() throws {
    let genuine = try manifest(Self.first, by: signer) { $0.leavesOut = "alg" }
    let root = try JUMBFParser.parse(genuine, limits: .standard)
    let claim = try #require(root.children.first { $0.type == .claim }?.contents.first?.payload)
    let place = try #require(genuine.firstRange(of: Array("trainedAlgorithmicMedia".utf8)))
    var changed = genuine
    changed.replaceSubrange(place, with: [UInt8](repeating: 0x78, count: place.count))
    let ingredient = ingredient(
      Array(genuine[claim]),
      recorded: ["c2pa.actions.v2", "c2pa.hash.data"].map {
        ("algorithm.unsupported", "/c2pa.assertions/\($0)")
      })
    let result = try report(
      try file(before: [changed]) {
        $0.addCreated()
        $0.add("c2pa.ingredient.v2", ingredient)
      })
    #expect(result.failureCodes == ["algorithm.unsupported"])
    #expect(result.state == .invalid)
  }

  /// What a manifest without a claim took in is anybody's: it is not shown as part of the lineage.
  @Test func aManifestWithoutAClaimLeadsNowhere() throws {
    let lowest = try manifest(Self.other, by: signer)
    let forged = try manifest(Self.other, by: stranger)
    var middle = try manifest(Self.first, by: signer) {
      $0.addIngredient(manifest: Self.other, box: lowest, relationship: "componentOf")
    }
    middle.replaceSubrange(
      try #require(middle.firstRange(of: Array("c2cl".utf8))), with: Array("c2cx".utf8))
    let ingredient = ingredient(JUMBFWriting.payload(middle), recorded: [("claim.missing", "")])
    let result = try report(
      try file(before: [forged, middle]) {
        $0.addCreated()
        $0.add("c2pa.ingredient.v2", ingredient)
      })
    #expect(result.manifests.map(\.label) == [Self.label, Self.first])
    #expect(result.state == .trusted)
  }

  /// A manifest below a replaced one redacts something of the latter.
  @Test func aStrangersRedactionDoesNotSpareTheHash() throws {
    let genuine = try manifest(Self.first, by: signer)
    let redactor = try manifest(Self.other, by: stranger) {
      $0.redactions = ["self#jumbf=/c2pa/\(Self.first)/c2pa.assertions/x.note"]
    }
    let forged = try manifest(Self.first, by: stranger) {
      $0.addIngredient(manifest: Self.other, box: redactor, relationship: "componentOf")
    }
    for kind in ["c2pa.ingredient", "c2pa.ingredient.v2", "c2pa.ingredient.v3"] {
      let result = try report(
        try file(before: [redactor, forged]) {
          $0.addCreated()
          $0.addIngredient(
            kind, manifest: Self.first, box: genuine, relationship: "componentOf")
        })
      #expect(result.failureCodes.contains("ingredient.manifest.mismatch"), "\(kind)")
      #expect(result.state == .invalid, "\(kind)")
    }
  }

  /// Versions 1 and 2 of ingredients have no field for what is left after a redaction.
  @Test(arguments: ["c2pa.ingredient", "c2pa.ingredient.v2"])
  func aRedactionOfAnEarlyIngredientDoesNotSpareTheHash(_ kind: String) throws {
    let genuine = try manifest(Self.first, by: signer) { $0.add("x.note", ["text": "private"]) }
    let redacted = try manifest(Self.first, by: signer) {
      $0.add("x.note", ["text": "private"])
      $0.removed = ["x.note"]
    }
    let result = try report(
      try file(before: [redacted]) {
        $0.addCreated()
        $0.addIngredient(kind, manifest: Self.first, box: genuine, relationship: "componentOf")
        $0.redactions = ["self#jumbf=/c2pa/\(Self.first)/c2pa.assertions/x.note"]
      })
    #expect(result.failureCodes.contains("ingredient.manifest.mismatch"))
    #expect(result.state == .invalid)
  }

  /// Signed, and good for any file: the hash of the file is nothing but zeros.
  @Test func zerosBindNoFile() throws {
    var manifest = ManifestWriting(Self.label, signer: signer)
    manifest.addCreated()
    manifest.assertions.append(
      (
        "c2pa.hash.data",
        JUMBFWriting.superbox(
          "cbor", "c2pa.hash.data", [JUMBFWriting.box("cbor", [UInt8](repeating: 0, count: 64))])
      ))
    let file = PNGFile.holding(ManifestWriting.store([try manifest.boxes().manifest]))
    let result = try report(file)
    #expect(result.failureCodes == ["assertion.dataHash.malformed"])
    #expect(result.state == .invalid)
  }

  /// Ranges that lie as far out as numbers go cannot be moved with the store.
  @Test(arguments: [UInt64(Int.max), UInt64(Int.max) - 1, 1 << 40])
  func exclusionsBeyondTheEndOfAnUpdatedFile(_ start: UInt64) throws {
    var lowest = ManifestWriting(Self.first, signer: signer)
    lowest.addCreated()
    let place = PNGFile.holding([]).firstRange(of: Array("caBX".utf8))?.lowerBound ?? 0
    // Eight bytes, which the tests' own writer does not write.
    let number = [0x1B] + (0..<8).map { UInt8(truncatingIfNeeded: start >> (56 - 8 * $0)) }
    let marker: [UInt8] = CBORWriting.bytes(.text("a number of eight bytes"))
    let value = CBORWriting.bytes([
      "exclusions": [
        ["start": CBORValue(integerLiteral: place - 4), "length": 1],
        ["start": "a number of eight bytes", "length": 0],
      ], "alg": "sha256", "hash": .bytes([UInt8](repeating: 0, count: 32)), "pad": .bytes([]),
    ])
    let range = try #require(value.firstRange(of: marker))
    let content = value[..<range.lowerBound] + number + value[range.upperBound...]
    lowest.assertions.append(
      (
        "c2pa.hash.data",
        JUMBFWriting.superbox(
          "cbor", "c2pa.hash.data", [JUMBFWriting.box("cbor", Array(content))])
      ))
    let parent = try lowest.boxes().manifest
    var update = ManifestWriting(Self.label, signer: signer)
    update.isUpdate = true
    update.addIngredient(manifest: Self.first, box: parent)
    let file = PNGFile.holding(ManifestWriting.store([parent, try update.boxes().manifest]))
    let result = try report(file)
    #expect(result.failureCodes == ["assertion.dataHash.mismatch"])
  }

  /// A parent of a kind that is bound to no file.
  @Test func anUpdateOfATimeStampManifestBindsNoFile() throws {
    let parent = try retyped(try manifest(Self.first, by: signer), "c2tm")
    let unbound = try retyped(
      try {
        var manifest = ManifestWriting(Self.other, signer: signer)
        manifest.addCreated()
        return try manifest.boxes().manifest
      }(), "c2tm")
    for (label, box) in [(Self.first, parent), (Self.other, unbound)] {
      var update = ManifestWriting(Self.label, signer: signer)
      update.isUpdate = true
      update.addIngredient(manifest: label, box: box)
      let file = PNGFile.holding(ManifestWriting.store([box, try update.boxes().manifest]))
      let result = try report(file)
      #expect(result.state == .wellFormed || result.state == .invalid)
      #expect(!result.failureCodes.isEmpty)
    }
  }

  /// No failure, and no hash that matched: that is not "unchanged".
  @Test func aStateAboveWellFormedNeedsAMatchedHash() {
    func status(_ code: String) -> CredentialStatus {
      CredentialStatus(code: code, kind: .success, url: "", meaning: "")
    }
    let signed = [
      "claimSignature.validated", "claimSignature.insideValidity", "signingCredential.trusted",
    ].map(status)
    #expect(CredentialReport.State.of(active: signed, others: []) == .wellFormed)
    for match in ["assertion.dataHash.match", "assertion.boxesHash.match"] {
      #expect(CredentialReport.State.of(active: signed + [status(match)], others: []) == .trusted)
    }
  }
}
