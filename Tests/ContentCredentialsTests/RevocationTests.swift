import ContentCredentials
import Crypto
import ForensicCore
import Testing
import X509

/// OCSP responses that come with a file: what is accepted of them, and what they do to the result.
@Suite struct RevocationTests {
  private static let label = "urn:c2pa:00000000-0000-4000-8000-000000000001"
  /// The time of validation in tests, in seconds since 1970.
  private static let now: Int64 = Timestamp.tests.milliseconds / 1000
  private static let day: Int64 = 86_400
  /// A time of signing long before.
  private static let signed = now - 30 * day

  private func check(
    _ signer: Signer, _ response: [UInt8], at time: Int64? = signed, now: Int64 = now
  ) throws -> OCSPCheck.Outcome {
    try OCSPCheck(certificate: signer.chain[0], issuer: signer.chain[1], time: time, now: now)
      .run(response)
  }

  private func outcome(
    _ status: OCSPWriting.Status, at time: Int64? = signed,
    _ change: (inout OCSPWriting) -> Void = { _ in }
  ) throws -> OCSPCheck.Outcome {
    let signer = try Signer()
    var response = OCSPWriting(signer, status, day: Self.signed)
    change(&response)
    return try check(signer, try response.bytes(signer.issuerKey), at: time)
  }

  private func isUnusable(_ outcome: OCSPCheck.Outcome) -> Bool {
    if case .unusable = outcome { true } else { false }
  }

  // MARK: Answers

  @Test(arguments: [OCSPWriting.Hash.sha1, .sha256])
  func good(_ hash: OCSPWriting.Hash) throws {
    #expect(try outcome(.good) { $0.hash = hash } == .notRevoked(later: nil))
  }

  @Test(arguments: [UInt8?.none, 0, 1, 4, 5, 6, 9])
  func revokedBeforeSigning(_ reason: UInt8?) throws {
    let at = Self.signed - Self.day
    #expect(
      try outcome(.revoked(at: at, reason: reason))
        == .revoked(at: at, reason.map { RevocationReason($0) }))
    #expect(
      try outcome(.revoked(at: Self.signed, reason: reason))
        == .revoked(at: Self.signed, reason.map { RevocationReason($0) }))
  }

  @Test(arguments: [UInt8?.none, 1])
  func revokedAfterSigning(_ reason: UInt8?) throws {
    let at = Self.signed + Self.day
    let found = try outcome(.revoked(at: at, reason: reason)) {
      $0.thisUpdate = at
      $0.producedAt = at
      $0.nextUpdate = at + Self.day
    }
    #expect(found == .notRevoked(later: at))
  }

  /// Without a time stamp nothing says that it signed before.
  @Test func revokedWithoutATimeStamp() throws {
    let at = Self.now - Self.day
    let found = try outcome(.revoked(at: at), at: nil) {
      $0.thisUpdate = at
      $0.producedAt = at
    }
    #expect(found == .revoked(at: at, nil))
  }

  @Test func aLiftedHoldIsGood() throws {
    let at = Self.signed - 5 * Self.day
    #expect(try outcome(.revoked(at: at, reason: 8)) == .notRevoked(later: nil))
  }

  @Test func unknown() throws {
    #expect(try outcome(.unknown) == .unknown)
  }

  // MARK: Times

  /// The window of an answer, in days from the time of signing, and whether it says that the
  /// certificate was good.
  @Test(arguments: [
    (this: -1, next: 1, holds: true), (this: 0, next: 0, holds: true),
    (this: 1, next: 2, holds: true), (this: 29, next: 40, holds: true),
    (this: -5, next: -1, holds: false), (this: 31, next: 40, holds: false),
  ])
  func window(_ days: (this: Int64, next: Int64, holds: Bool)) throws {
    let found = try outcome(.good) {
      $0.thisUpdate = Self.signed + days.this * Self.day
      $0.nextUpdate = Self.signed + days.next * Self.day
    }
    #expect(isUnusable(found) != days.holds)
  }

  @Test func withoutNextUpdateADayCounts() throws {
    for (age, holds) in [(Self.day, true), (Self.day + 1, false)] {
      let found = try outcome(.good) {
        $0.nextUpdate = nil
        $0.producedAt = Self.signed - age
        $0.thisUpdate = Self.signed - 2 * Self.day
      }
      #expect(isUnusable(found) != holds)
    }
  }

  @Test func withoutATimeStampTheAnswerHasToBeFresh() throws {
    #expect(isUnusable(try outcome(.good, at: nil)))
    let fresh = try outcome(.good, at: nil) {
      $0.thisUpdate = Self.now
      $0.producedAt = Self.now
      $0.nextUpdate = Self.now + Self.day
    }
    #expect(fresh == .notRevoked(later: nil))
  }

  @Test func anAnswerFromTheFuture() throws {
    let found = try outcome(.good) { $0.producedAt = Self.now + 1 }
    #expect(isUnusable(found))
  }

  /// A revocation outlives the answer that told of it; a hold may have been lifted since.
  @Test func anOldRevocationStands() throws {
    let at = Self.signed - 20 * Self.day
    func old(_ reason: UInt8) throws -> OCSPCheck.Outcome {
      try outcome(.revoked(at: at, reason: reason)) {
        $0.thisUpdate = at
        $0.producedAt = at
        $0.nextUpdate = at + Self.day
      }
    }
    #expect(try old(1) == .revoked(at: at, RevocationReason(1)))
    #expect(isUnusable(try old(6)))
  }

  // MARK: Whose answer

  @Test func wrongSerial() throws {
    #expect(isUnusable(try outcome(.good) { $0.serial = [1, 2, 3] }))
  }

  @Test func anotherIssuersCertificate() throws {
    let signer = try Signer()
    let other = try Signer()
    // The same names and serial number; only the issuer's key tells them apart.
    var response = OCSPWriting(signer, .good, day: Self.signed)
    response.issuer = other.chain[1]
    #expect(isUnusable(try check(signer, try response.bytes(signer.issuerKey))))
  }

  @Test func wrongSignature() throws {
    let signer = try Signer()
    var response = OCSPWriting(signer, .good, day: Self.signed)
    response.responder = signer.issuerKey.publicKey
    #expect(isUnusable(try check(signer, try response.bytes(P256.Signing.PrivateKey()))))
    #expect(
      try check(signer, try response.bytes(signer.issuerKey)) == .notRevoked(later: nil))
  }

  @Test func anotherResponderIsNamed() throws {
    let key = P256.Signing.PrivateKey()
    #expect(isUnusable(try outcome(.good) { $0.responder = key.publicKey }))
  }

  /// What a responder's certificate may look like, and whether it may answer for the issuer.
  @Test(arguments: [
    (Signer.Shape(usages: [.ocspSigning]), true),
    (Signer.Shape(usages: [.emailProtection]), false),
    (Signer.Shape(usages: []), false),
    (Signer.Shape(usages: [.any]), false),
    (Signer.Shape(usages: [.ocspSigning], isAuthority: true), false),
    (Signer.Shape(usages: [.ocspSigning], notAfter: 1_750_000_000), false),
    (Signer.Shape(usages: [.ocspSigning], notBefore: 1_766_000_000), false),
  ])
  func appointedResponder(_ shape: Signer.Shape, _ mayAnswer: Bool) throws {
    let signer = try Signer()
    let key = P256.Signing.PrivateKey()
    var response = OCSPWriting(signer, .good, day: Self.signed)
    response.certificates = [try signer.issue(key, shape)]
    #expect(isUnusable(try check(signer, try response.bytes(key))) != mayAnswer)
  }

  @Test func aResponderOfSomebodyElse() throws {
    let signer = try Signer()
    let key = P256.Signing.PrivateKey()
    var response = OCSPWriting(signer, .good, day: Self.signed)
    response.certificates = [
      try Signer().issue(key, Signer.Shape(usages: [.ocspSigning])), signer.chain[0],
    ]
    #expect(isUnusable(try check(signer, try response.bytes(key))))
  }

  @Test func noAnswer() throws {
    for status: UInt8 in [1, 2, 3, 5, 6] {
      #expect(isUnusable(try outcome(.good) { $0.answered = status }))
    }
    #expect(isUnusable(try outcome(.good) { $0.hasCriticalExtension = true }))
  }

  /// One good answer is enough where a time stamp tells when it signed; otherwise a revocation
  /// counts.
  @Test func severalAnswers() {
    let answers: [OCSPCheck.Outcome] = [
      .unusable(""), .unknown, .revoked(at: 1, nil), .notRevoked(later: nil),
    ]
    #expect(OCSPCheck.best(of: answers, isStamped: true) == .notRevoked(later: nil))
    #expect(OCSPCheck.best(of: answers, isStamped: false) == .revoked(at: 1, nil))
    #expect(OCSPCheck.best(of: Array(answers.prefix(2)), isStamped: true) == .unknown)
  }

  @Test func openSSLsResponses() throws {
    let time = OpenSSLResponses.time + 60
    func found(_ response: [UInt8], at: Int64? = nil) throws -> OCSPCheck.Outcome {
      try OCSPCheck(
        certificate: OpenSSLResponses.signer, issuer: OpenSSLResponses.authority, time: at,
        now: time
      ).run(response)
    }
    let revocation = OpenSSLResponses.revocation
    #expect(try found(OpenSSLResponses.good) == .notRevoked(later: nil))
    #expect(
      try found(OpenSSLResponses.revoked) == .revoked(at: revocation, RevocationReason(1)))
    #expect(
      try found(OpenSSLResponses.revoked, at: revocation - 1) == .notRevoked(later: revocation))
    #expect(try found(OpenSSLResponses.unknown) == .unknown)
  }

  // MARK: Damage

  @Test func truncatedAtEveryByte() throws {
    let signer = try Signer()
    let key = P256.Signing.PrivateKey()
    var response = OCSPWriting(signer, .revoked(at: Self.signed, reason: 1), day: Self.signed)
    response.certificates = [try signer.issue(key, Signer.Shape(usages: [.ocspSigning]))]
    let bytes = try response.bytes(key)
    #expect(try check(signer, bytes) == .revoked(at: Self.signed, RevocationReason(1)))
    for length in 0..<bytes.count {
      #expect(isUnusable(try check(signer, Array(bytes[..<length]))), "\(length) bytes")
    }
  }

  /// No flipped bit of what is signed makes another answer.
  @Test func everyFlippedByte() throws {
    let signer = try Signer()
    let bytes = try OCSPWriting(signer, .revoked(at: Self.signed), day: Self.signed)
      .bytes(signer.issuerKey)
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 1 << UInt8(place % 8)
      let found = try check(signer, damaged)
      #expect(isUnusable(found) || found == .revoked(at: Self.signed, nil), "byte \(place)")
    }
  }

  @Test func randomBytes() throws {
    let signer = try Signer()
    var random = SplitMix(state: 5)
    for _ in 0..<2000 {
      var bytes = (0..<Int(random.next() % 400)).map { _ in
        UInt8(truncatingIfNeeded: random.next())
      }
      // A sequence as long as it says, so that something is parsed.
      if bytes.count > 4 {
        bytes.replaceSubrange(
          0..<4, with: [0x30, 0x82, UInt8((bytes.count - 4) >> 8), UInt8((bytes.count - 4) & 255)])
      }
      #expect(isUnusable(try check(signer, bytes)))
    }
  }

  // MARK: Files

  private func read(
    _ signer: Signer, trust: String? = nil, limits: CredentialLimits = .standard,
    _ change: (inout ManifestWriting) -> Void = { _ in }
  ) throws -> ContentCredentialsReader.Reading {
    let file = try BoundFile.make(.png) { hash, exclusion in
      var manifest = ManifestWriting(Self.label, signer: signer)
      manifest.addCreated()
      change(&manifest)
      manifest.addDataHash(hash, excluding: exclusion)
      return ManifestWriting.store([try manifest.boxes().manifest])
    }
    let reader = ContentCredentialsReader(
      trust: try trust.map { try TrustList(pem: $0) } ?? .empty, limits: limits)
    return reader.read(file, format: .png)
  }

  private func answers(_ answers: [UInt8]...) -> CBORValue {
    ["ocspVals": .array(answers.map { .bytes($0) })]
  }

  private func codes(_ reading: ContentCredentialsReader.Reading) -> [String] {
    reading.report?.manifests.first?.statuses.map(\.code)
      .filter { $0.hasPrefix("signingCredential.ocsp") } ?? []
  }

  @Test func withoutAnAnswer() throws {
    let signer = try Signer()
    let reading = try read(signer, trust: signer.trustList)
    #expect(reading.report?.state == .trusted)
    #expect(codes(reading) == ["signingCredential.ocsp.skipped"])
  }

  @Test func aStapledGoodAnswer() throws {
    var signer = try Signer()
    let answer = try OCSPWriting(signer, .good, day: Self.now).bytes(signer.issuerKey)
    signer.unprotected = ["rVals": answers([1, 2, 3], answer)]
    let reading = try read(signer, trust: signer.trustList)
    #expect(reading.report?.state == .trusted)
    #expect(codes(reading) == ["signingCredential.ocsp.notRevoked"])
  }

  @Test func aStapledRevocation() throws {
    var signer = try Signer()
    let answer = try OCSPWriting(
      signer, .revoked(at: Self.now - Self.day, reason: 1), day: Self.now
    ).bytes(signer.issuerKey)
    signer.unprotected = ["rVals": answers(answer)]
    let reading = try read(signer, trust: signer.trustList)
    #expect(reading.report?.state == .invalid)
    #expect(reading.report?.failureCodes == ["signingCredential.ocsp.revoked"])
    let finding = try #require(reading.findings.first { $0.code == "c2pa.invalid" })
    #expect(finding.weight == .notable)
    #expect(
      finding.summary
        == "The file's Content Credentials prove nothing. The certificate that they were signed "
        + "with was revoked by its issuer (at 2025-12-31T00:00:00.000Z: its key was compromised; "
        + "no usable time stamp says that it signed before).")
  }

  @Test func aStapledUnknown() throws {
    var signer = try Signer()
    let answer = try OCSPWriting(signer, .unknown, day: Self.now).bytes(signer.issuerKey)
    signer.unprotected = ["rVals": answers(answer)]
    let reading = try read(signer, trust: signer.trustList)
    #expect(reading.report?.state == .trusted)
    #expect(
      codes(reading) == ["signingCredential.ocsp.unknown", "signingCredential.ocsp.skipped"])
  }

  /// Later claim generators put answers into an assertion.
  @Test func anAnswerInAnAssertion() throws {
    let signer = try Signer()
    let answer = try OCSPWriting(signer, .revoked(at: Self.now - Self.day), day: Self.now)
      .bytes(signer.issuerKey)
    let reading = try read(signer, trust: signer.trustList) {
      $0.add("c2pa.certificate-status", answers(answer))
    }
    #expect(codes(reading) == ["signingCredential.ocsp.revoked"])
  }

  /// Whatever stands there, the rest of the result is as without it.
  @Test(arguments: [
    CBORValue.null, "rVals", [:], ["ocspVals": "text"], ["ocspVals": []],
    ["ocspVals": [.bytes([])]], ["ocspVals": [.bytes([0x30, 0x80]), 1, "a"]],
    ["ocspVals": .array(.init(repeating: .bytes([0x30, 0]), count: 1000))],
  ])
  func damagedHeaders(_ value: CBORValue) throws {
    var signer = try Signer()
    signer.unprotected = ["rVals": value]
    let reading = try read(signer, trust: signer.trustList)
    #expect(reading.report?.state == .trusted)
    #expect(codes(reading) == ["signingCredential.ocsp.skipped"])
  }

  @Test func limits() throws {
    var signer = try Signer()
    let answer = try OCSPWriting(signer, .revoked(at: Self.now - Self.day), day: Self.now)
      .bytes(signer.issuerKey)
    signer.unprotected = ["rVals": answers([1], answer)]
    for limits in [CredentialLimits(revocationAnswers: 1), CredentialLimits(revocationBytes: 64)] {
      let reading = try read(signer, trust: signer.trustList, limits: limits)
      #expect(codes(reading) == ["signingCredential.ocsp.skipped"])
    }
  }
}
