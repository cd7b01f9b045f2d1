import ExaminerPool
import ForensicCore
import Glibc
import Testing

/// Content Credentials in real, confined examiners: no thread, file or socket may be needed.
@Suite(
  "Content Credentials in a confined process", .enabled(if: Place.hasExaminer), .serialized,
  .timeLimit(.minutes(2)))
struct CredentialTests {
  private static let fixtures = Place.credentials.map { folder in
    ["C", "CACA", "E-sig-CA"].map { "\(folder)/adobe-20220124-\($0).jpg" }
  }

  private func file(_ path: String) throws -> NamelessFile {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var status = stat()
    try #require(fstat(descriptor, &status) == 0)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    try #require(pread(descriptor, &bytes, bytes.count, 0) == bytes.count)
    return NamelessFile(bytes)
  }

  @Test(
    "signatures and time stamps are verified behind closed doors",
    .enabled(if: fixtures != nil, "the C2PA fixtures are not here"))
  func verified() async throws {
    let files = try #require(Self.fixtures).map { try file($0) }
    try await ExaminerPool.with { pool in
      var reports = [CredentialReport?]()
      for file in files {
        let outcome = await pool.examine(file)
        #expect(outcome.confinement?.seccomp == true)
        reports.append(try outcome.result.get().contentCredentials)
      }
      #expect(reports.map { $0?.state } == [.valid, .valid, .wellFormed])
      #expect(reports[0]?.manifests[0].signature?.timeAuthority == "DigiCert Timestamp 2022 - 2")
      #expect(reports[1]?.manifests.count == 2)
      #expect(
        reports[2]?.failureCodes == ["claimSignature.mismatch", "signingCredential.untrusted"])
      #expect(pool.statistics.started == 1)
    }
  }

  @Test(
    "the method can be left out",
    .enabled(if: fixtures != nil, "the C2PA fixtures are not here"))
  func leftOut() async throws {
    let file = try file(try #require(Self.fixtures)[0])
    let outcome = try await ExaminerPool.with { pool in
      await pool.examine(
        descriptor: file.descriptor, name: FileName("a"), size: file.size,
        without: [.contentCredentials])
    }
    let examination = try outcome.result.get()
    #expect(examination.contentCredentials == nil)
    #expect(!examination.findings.contains { $0.code.hasPrefix("c2pa.") })
    #expect(examination.notExamined.contains { $0.what == "Content Credentials" })
  }

  @Test("a trust list that cannot be used is told of, and trusts nobody")
  func badTrustList() async throws {
    let greeting = try await ExaminerPool.with({ $0.trustList = "/proc/self/status" }) { pool in
      try await pool.greeting().get()
    }
    #expect(greeting.trustListCount == 0)
    #expect(greeting.trustListFailure?.contains("CERTIFICATE") == true)
  }
}
