import ContentCredentials
import ForensicCore
import Testing

/// Manifests in a Brotli stream.
@Suite struct CompressedManifestTests {
  private static let label = "urn:c2pa:00000000-0000-4000-8000-000000000001"
  private static let first = "urn:c2pa:00000000-0000-4000-8000-000000000000"

  /// A stream of stored blocks (RFC 7932, section 9.2), which needs no compressor.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [6] }
    var stream = [UInt8]()
    for start in stride(from: 0, to: bytes.count, by: 65536) {
      let block = bytes[start..<min(start + 65536, bytes.count)]
      // The first block follows the window's size, one bit.
      let shift = start == 0 ? 1 : 0
      let header = (block.count - 1) << (3 + shift) | 1 << (19 + shift)
      stream += (0..<3).map { UInt8(truncatingIfNeeded: header >> (8 * $0)) } + block
    }
    return stream + [3]
  }

  private static func compressed(
    _ manifest: [UInt8], label: String = label, stream: ([UInt8]) -> [UInt8] = stored
  ) -> [UInt8] {
    JUMBFWriting.superbox("c2cm", label, [JUMBFWriting.box("brob", stream(manifest))])
  }

  private func report(_ file: [UInt8]) throws -> CredentialReport {
    try #require(ContentCredentialsReader().read(file, format: .png).report)
  }

  /// A file whose active manifest goes through `pack`.
  private func file(
    before: [[UInt8]] = [],
    change: (inout ManifestWriting) -> Void = { $0.addCreated() },
    pack: ([UInt8]) -> [UInt8]
  ) throws -> [UInt8] {
    let signer = try Signer(.es256)
    return try BoundFile.make(.png) { hash, exclusion in
      var manifest = ManifestWriting(Self.label, signer: signer)
      change(&manifest)
      manifest.addDataHash(hash, excluding: exclusion)
      return ManifestWriting.store(before + [pack(try manifest.boxes().manifest)])
    }
  }

  /// What the reference compressor (brotli 1.2.1, quality 11) makes of a text.
  @Test func referenceStream() throws {
    let stream =
      "1be000f88d935cdb76986e2e163118db5083e0ef712f90a13624945e14d40e7cc08b51c8bd19b4d0"
      + "143ee7cfd995db8382ccfd359702"
    let text =
      "Content Credentials, compressed: " + String(repeating: "c2pa.assertions ", count: 12)
    #expect(try BrotliStream.expanded(Self.bytes(stream)[...], limit: 1000) == Array(text.utf8))
  }

  @Test(arguments: [0, 1, 255, 65535, 65536, 65537, 200_000])
  func storedStreams(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let stream = Self.stored(bytes)
    #expect(try BrotliStream.expanded(stream[...], limit: count) == bytes)
    if count > 0 {
      #expect(throws: CredentialError.self) {
        try BrotliStream.expanded(stream[...], limit: count - 1)
      }
    }
    for length in Set([0, 1, stream.count / 2, stream.count - 1]) where length < stream.count {
      #expect(throws: CredentialError.malformed("not one whole Brotli stream", offset: 0)) {
        try BrotliStream.expanded(stream[..<length], limit: count)
      }
    }
    #expect(throws: CredentialError.malformed("not one whole Brotli stream", offset: 0)) {
      try BrotliStream.expanded((stream + [0])[...], limit: count)
    }
  }

  /// 64 MiB of zeros.
  private static let bomb = bytes(
    "cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd3fffffffe19f0088c32200ddfb7f"
      + "feffffc33f0110870500baf7ff03")

  @Test func bombs() throws {
    #expect(throws: CredentialError.limit("a compressed manifest holds more than 1048576 bytes")) {
      try BrotliStream.expanded(Self.bomb[...], limit: 1 << 20)
    }
    let report = try report(try file { _ in Self.compressed([]) { _ in Self.bomb } })
    #expect(report.state == .invalid)
    #expect(report.problem?.contains("holds more than") == true)
  }

  @Test func readAsIfItWereNot() throws {
    let signer = try Signer(.es256)
    var parent = ManifestWriting(Self.first, signer: signer)
    parent.addCreated()
    parent.addDataHash([UInt8](repeating: 7, count: 32), excluding: 0..<1)
    let (box, signature) = try parent.boxes()
    let file = try file(
      before: [Self.compressed(box, label: Self.first)],
      change: {
        $0.addCreated()
        $0.addIngredient(
          manifest: Self.first, box: box, relationship: "componentOf", signature: signature)
      }, pack: { Self.compressed($0) })
    let report = try report(file)
    #expect(report.failureCodes == ["signingCredential.untrusted"])
    #expect(report.state == .valid)
    #expect(report.manifests.map(\.label) == [Self.label, Self.first])
    #expect(report.manifests.allSatisfy { $0.kind == .standard })
  }

  /// A stream that breaks off, and one with another manifest's label.
  @Test func notExpanded() throws {
    for pack in [
      { Self.compressed($0) { Array(Self.stored($0).dropLast()) } },
      { Self.compressed($0, label: Self.first) },
      { Self.compressed(Self.compressed($0)) },
    ] as [([UInt8]) -> [UInt8]] {
      let report = try report(try file(pack: pack))
      #expect(report.state == .wellFormed || report.state == .invalid)
      #expect(report.manifests.map(\.kind) == [.compressed])
      #expect(report.failureCodes.contains("general.error"))
    }
  }

  /// Two manifests of one label, of which one only shows when it is expanded.
  @Test func oneLabelTwice() throws {
    var genuine = ManifestWriting(Self.label, signer: try Signer())
    genuine.addCreated()
    let box = try genuine.boxes().manifest
    let report = try report(try file(before: [Self.compressed(box)]) { $0 })
    #expect(report.state == .invalid)
    #expect(report.problem?.contains("two manifests have one label") == true)
  }

  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16)
    }
  }
}
