import ContentCredentials
import ForensicCore
import Testing

/// What one file may cost: in time, and in length of the report.
@Suite struct BoundTests {
  private static let label = "urn:c2pa:00000000-0000-4000-8000-000000000001"

  private func reading(
    limits: CredentialLimits = .standard, before: [[UInt8]] = [],
    _ change: (inout ManifestWriting) -> Void
  ) throws -> ContentCredentialsReader.Reading {
    let signer = try Signer()
    let file = try BoundFile.make(.png) { hash, exclusion in
      var manifest = ManifestWriting(Self.label, signer: signer)
      change(&manifest)
      manifest.addDataHash(hash, excluding: exclusion)
      return ManifestWriting.store(before + [try manifest.boxes().manifest])
    }
    return ContentCredentialsReader(limits: limits).read(file, format: .png)
  }

  /// One character may be any number of marks: texts are cut by their bytes.
  @Test(arguments: ["\u{301}", "\u{200D}", "\u{1F3FB}", "x"])
  func longTexts(_ mark: String) throws {
    let text = "a" + String(repeating: mark, count: 100_000)
    let reading = try reading {
      $0.add(
        "c2pa.actions.v2",
        ["actions": [["action": "c2pa.created", "digitalSourceType": .text(text)]]])
    }
    let report = try #require(reading.report)
    #expect(report.state == .valid)
    let shown = try #require(report.manifests[0].actions[0].digitalSourceType)
    #expect(shown.utf8.count <= 1027)
    #expect(shown.utf8.count > 1020)
    #expect(shown.hasSuffix("…"))
    #expect(text.unicodeScalars.starts(with: shown.unicodeScalars.dropLast()))
    #expect(reading.findings.allSatisfy { $0.summary.utf8.count < 2000 })
  }

  @Test func aLongAddress() throws {
    let marks = String(repeating: "\u{301}", count: 100_000)
    let xmp = "<x dcterms:provenance=\"https://example.invalid/a\(marks)\"/>"
    let address = try #require(RemoteManifest.address(inXMP: Array(xmp.utf8)))
    #expect(address.utf8.count <= 2051)
    #expect(address.utf8.starts(with: "https://example.invalid/a".utf8))
  }

  /// Many texts, each as long as it may be.
  @Test func manyLongTexts() throws {
    let long = String(repeating: "x", count: 1100)
    let manifests = try (0..<3).map { number in
      var manifest = ManifestWriting("urn:c2pa:0000000\(number)", signer: try Signer())
      let actions = (0..<400).map { index -> CBORValue in
        ["action": .text("\(index)" + long), "when": .text(long), "description": .text(long)]
      }
      manifest.add("c2pa.actions.v2", ["actions": .array(actions)])
      return (manifest.label, try manifest.boxes().manifest)
    }
    let reading = try reading(before: manifests.map(\.1)) {
      $0.addCreated()
      for (index, manifest) in manifests.enumerated() {
        $0.addIngredient(
          "c2pa.ingredient.v3__\(index + 1)", manifest: manifest.0, box: manifest.1,
          relationship: "componentOf")
      }
    }
    let report = try #require(reading.report)
    let size = report.manifests.flatMap(\.actions).reduce(0) {
      $0 + $1.name.utf8.count + ($1.description?.utf8.count ?? 0) + ($1.when?.utf8.count ?? 0)
    }
    #expect(size < 3 << 20)
    #expect(size > 1 << 20)
    #expect(reading.notExamined.contains { $0.what.contains("entries of the Content Credentials") })
    #expect(report.problem == nil)
  }

  /// Very many results are neither compared with each other one by one nor all kept.
  @Test(.timeLimit(.minutes(1))) func manyResults() throws {
    let reading = try reading(limits: CredentialLimits(seconds: 60)) {
      $0.addCreated()
      $0.redactions = (0..<60_000).map { "self#jumbf=c2pa.assertions/x\($0)" }
    }
    let report = try #require(reading.report)
    #expect(report.state == .invalid)
    #expect(report.problem?.contains("more than 20000 results") == true)
    #expect(report.manifests[0].statuses.count == 512)
    #expect(report.failureCodes.contains("assertion.selfRedacted"))
  }

  @Test func resultsWithinTheLimit() throws {
    func problem(_ most: Int) throws -> String? {
      try reading(limits: CredentialLimits(results: most)) { $0.addCreated() }.report?.problem
    }
    #expect(try problem(100) == nil)
    #expect(try problem(3)?.contains("more than 3 results") == true)
  }
}
