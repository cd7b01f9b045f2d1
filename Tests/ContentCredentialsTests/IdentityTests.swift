import ContentCredentials
import Crypto
import ForensicCore
import Foundation
import Testing

/// Identity assertions (CAWG): signed with a certificate, and confirmed in a credential.
@Suite struct IdentityTests {
  private static let label = "urn:c2pa:00000000-0000-4000-8000-000000000002"

  /// A file whose manifest holds the identity that `make` builds from references to its hash.
  private func codes(
    trust: String? = nil, _ make: (_ references: [CBORValue]) throws -> CBORValue
  ) throws -> (state: CredentialReport.State?, codes: Set<String>) {
    let signer = try Signer()
    let file = try BoundFile.make(.png) { hash, exclusion in
      var manifest = ManifestWriting(Self.label, signer: signer)
      manifest.addCreated()
      manifest.addDataHash(hash, excluding: exclusion)
      let bound = try #require(manifest.assertions.last)
      let reference = ManifestWriting.reference(
        "c2pa.assertions/\(bound.label)", JUMBFWriting.payload(bound.box))
      manifest.add("cawg.identity", try make([reference]))
      return ManifestWriting.store([try manifest.boxes().manifest])
    }
    let report = try #require(
      ContentCredentialsReader(trust: try trust.map { try TrustList(pem: $0) } ?? .empty)
        .read(file, format: .png).report)
    let found = report.manifests[0].statuses.map(\.code).filter { $0.hasPrefix("cawg.") }
    return (report.state, Set(found))
  }

  private func payload(_ references: [CBORValue], _ type: String) -> CBORValue {
    ["referenced_assertions": .array(references), "sig_type": .text(type)]
  }

  private func identity(
    _ payload: CBORValue, _ signature: [UInt8], pad: [UInt8] = [0, 0]
  ) -> CBORValue {
    ["signer_payload": payload, "signature": .bytes(signature), "pad1": .bytes(pad)]
  }

  @Test(arguments: Signer.Algorithm.allCases)
  func certificate(_ algorithm: Signer.Algorithm) throws {
    let holder = try Signer(algorithm)
    let found = try codes { references in
      let payload = payload(references, "cawg.x509.cose")
      return identity(payload, try holder.cose(Shortest.bytes(payload)))
    }
    #expect(
      found.codes == [
        "cawg.x509.credential.untrusted", "cawg.x509.signature.validated",
        "cawg.identity.well-formed",
      ])
    #expect(found.state == .valid)
  }

  /// Every fault is named, and none of them is the file's.
  @Test func faults() throws {
    let holder = try Signer()
    let expired = try Signer(shape: Signer.Shape(notAfter: 1_750_000_000))
    let server = try Signer(shape: Signer.Shape(usages: [.serverAuth]))
    let type = "cawg.x509.cose"
    func check(
      _ code: String, _ make: ([CBORValue]) throws -> CBORValue, _ line: Int = #line
    ) throws {
      let found = try codes(make)
      #expect(found.codes.contains(code), "line \(line): \(found.codes)")
      #expect(found.state == .valid)
    }
    func signed(_ payload: CBORValue, by signer: Signer, pad: [UInt8] = [0]) throws -> CBORValue {
      identity(payload, try signer.cose(Shortest.bytes(payload)), pad: pad)
    }
    try check("cawg.identity.cbor.invalid") { _ in ["signer_payload": "x"] }
    try check("cawg.identity.pad.invalid") {
      try signed(payload($0, type), by: holder, pad: [0, 1])
    }
    try check("cawg.identity.sig_type.unknown") { identity(payload($0, "x"), [1]) }
    try check("cawg.identity.hard_binding_missing") { _ in
      try signed(payload([], type), by: holder)
    }
    try check("cawg.identity.assertion.duplicate") {
      try signed(payload($0 + $0, type), by: holder)
    }
    try check("cawg.identity.assertion.mismatch") {
      try signed(
        payload($0 + [ManifestWriting.reference("c2pa.assertions/x", [1])], type), by: holder)
    }
    try check("cawg.x509.signature.mismatch") {
      identity(payload($0, type), try holder.cose([1, 2, 3]))
    }
    try check("cawg.x509.signature.outside_validity") {
      try signed(payload($0, type), by: expired)
    }
    try check("cawg.x509.credential.invalid") {
      try signed(payload($0, type), by: server)
    }
    try check("cawg.ica.invalid_cose_sign1") {
      identity(payload($0, "cawg.identity_claims_aggregation"), [1])
    }
    try check("cawg.ica.invalid_alg") {
      try signed(payload($0, "cawg.identity_claims_aggregation"), by: holder)
    }
  }

  /// The identity of another file, put into a manifest of somebody else's together with the hash
  /// that it refers to: as a gathered one, that hash breaks no rule and binds nothing.
  @Test func anIdentityOfAnotherFile() throws {
    let holder = try Signer()
    let stranger = try Signer()
    let file = try BoundFile.make(.png) { hash, exclusion in
      var manifest = ManifestWriting(Self.label, signer: stranger)
      manifest.addCreated()
      manifest.addDataHash(hash, excluding: exclusion, label: "c2pa.hash.data__1")
      manifest.addDataHash([UInt8](repeating: 7, count: 32), excluding: 0..<1)
      let foreign = try #require(manifest.assertions.last)
      let payload = payload(
        [
          ManifestWriting.reference(
            "c2pa.assertions/\(foreign.label)", JUMBFWriting.payload(foreign.box))
        ], "cawg.x509.cose")
      manifest.add("cawg.identity", identity(payload, try holder.cose(Shortest.bytes(payload))))
      manifest.gathered = ["c2pa.hash.data", "cawg.identity"]
      return ManifestWriting.store([try manifest.boxes().manifest])
    }
    let reader = ContentCredentialsReader(trust: try TrustList(pem: holder.trustList))
    let report = try #require(reader.read(file, format: .png).report)
    let found = report.manifests[0].statuses.map(\.code).filter { $0.hasPrefix("cawg.") }
    #expect(found == ["cawg.identity.hard_binding_missing"])
    #expect(report.state == .valid)
  }

  /// Anybody has the holder's certificate: without the signature it says nothing.
  @Test func aCertificateWithoutItsSignature() throws {
    let holder = try Signer()
    let found = try codes(trust: holder.trustList) {
      identity(payload($0, "cawg.x509.cose"), try holder.cose([1, 2, 3]))
    }
    #expect(found.codes == ["cawg.x509.signature.mismatch"])
  }

  /// A credential over the references, with one thing changed.
  private func credential(
    _ references: [CBORValue], _ key: Curve25519.Signing.PrivateKey, issuer: String? = nil,
    content: String? = "application/vc", from: String? = "2024-01-01T00:00:00Z",
    until: String? = nil, changed: Bool = false, other: Bool = false
  ) throws -> CBORValue {
    let type = "cawg.identity_claims_aggregation"
    func base64URL(_ data: Data) -> String {
      data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
        .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
    let jwk =
      #"{"kty":"OKP","crv":"Ed25519","x":""# + base64URL(key.publicKey.rawRepresentation) + #""}"#
    let listed = references.map { reference -> [String: String] in
      guard case .map(let entries) = reference else { return [:] }
      var item = [String: String]()
      for entry in entries {
        if case .bytes(let hash) = entry.value { item["hash"] = Data(hash).base64EncodedString() }
        if let url = entry.value.text { item["url"] = url }
      }
      return item
    }
    var tree: [String: Any] = [
      "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
      "issuer": issuer ?? "did:jwk:" + base64URL(Data(jwk.utf8)),
      "credentialSubject": [
        "verifiedIdentities": [["type": "cawg.social_media"]],
        "c2paAsset": [
          "referenced_assertions": other ? listed + listed : listed, "sig_type": type,
        ],
      ],
    ]
    tree["validFrom"] = from
    tree["validUntil"] = until
    let json = Array(
      try JSONSerialization.data(
        withJSONObject: tree, options: [.sortedKeys, .withoutEscapingSlashes]))
    var headers: [(CBORValue, CBORValue)] = [(1, -8)]
    if let content { headers.append((3, .text(content))) }
    let protected = CBORWriting.bytes(
      .map(headers.map { CBORValue.Entry(key: $0.0, value: $0.1) }))
    var signature = Array(
      try key.signature(
        for: Shortest.bytes(["Signature1", .bytes(protected), .bytes([]), .bytes(json)])))
    if changed { signature[3] ^= 1 }
    let cose = CBORWriting.bytes(
      .tagged(18, [.bytes(protected), [:], .bytes(json), .bytes(signature)]))
    return identity(payload(references, type), cose)
  }

  @Test func aggregates() throws {
    let key = Curve25519.Signing.PrivateKey()
    func check(
      _ wanted: Set<String>, _ make: ([CBORValue]) throws -> CBORValue, _ line: Int = #line
    ) throws {
      let found = try codes(make)
      #expect(found.codes == wanted, "line \(line)")
      #expect(found.state == .valid)
    }
    let issuer = "cawg.ica.untrusted_issuer"
    try check([issuer]) { try credential($0, key) }
    try check([issuer]) {
      try credential($0, key, from: "2024-01-01T01:00:00.5+02:00", until: "2999-01-01T00:00:00Z")
    }
    try check(["cawg.ica.signature_mismatch"]) { try credential($0, key, changed: true) }
    try check(["cawg.ica.signer_payload.mismatch", issuer]) {
      try credential($0, key, other: true)
    }
    try check(["cawg.ica.valid_from.missing", issuer]) { try credential($0, key, from: nil) }
    try check(["cawg.ica.valid_from.invalid", issuer]) {
      try credential($0, key, from: "2999-01-01T00:00:00Z")
    }
    try check(["cawg.ica.valid_until.invalid", issuer]) {
      try credential($0, key, until: "2024-02-01T00:00:00-01:30")
    }
    try check(["cawg.ica.invalid_content_type", issuer]) {
      try credential($0, key, content: nil)
    }
    try check(["cawg.ica.invalid_verifiable_credential"]) {
      try credential($0, key, from: "yesterday")
    }
    try check(["cawg.ica.did_unavailable"]) { try credential($0, key, issuer: "did:web:x.example") }
    try check(["cawg.ica.invalid_issuer"]) { try credential($0, key, issuer: "did:key:x") }
    try check(["cawg.ica.invalid_issuer"]) { try credential($0, key, issuer: "somebody") }
    try check(["cawg.ica.invalid_did_document"]) { try credential($0, key, issuer: "did:jwk:e30") }
  }
}
