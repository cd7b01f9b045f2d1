import CaseQueue
import ForensicCore
import Foundation
import Service
import Testing

/// Keys, signatures and the checks of `forensicctl verify`.
@Suite struct SigningTests {
  private static let hasOpenSSL: Bool = {
    (try? run("openssl", ["pkey", "-help"])) == 0
  }()

  private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "signing-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func `a key is its owner's, and never replaced`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/key"
    let key = SigningKey()
    try key.write(path: path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect { try SigningKey().write(path: path) } throws: { "\($0)".contains("another file") }
    #expect(try SigningKey(path: path).verifier.fingerprint == key.verifier.fingerprint)
    #expect(try VerifyingKey(path: path + ".pub").fingerprint == key.verifier.fingerprint)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    #expect { try SigningKey(path: path) } throws: { "\($0)".contains("chmod 600") }
    #expect { try SigningKey(path: folder + "/none") } throws: { "\($0)".contains("key generate") }
    #expect(throws: ConfigurationError.self) { try VerifyingKey(path: path) }
  }

  /// Root may read any key; the service's user, whose the state folder is, may not.
  @Test func `a key of another user than the state folder's is warned of`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let key = folder + "/key"
    try SigningKey().write(path: key)
    func warnings(state: String) throws -> [String] {
      try Configuration.parse(
        """
        outbox = "out"
        state = "\(state)"
        socket = "s"
        [[inbox]]
        path = "in"
        [signing]
        key = "key"
        """, file: folder + "/f.toml"
      ).warnings
    }
    #expect(try warnings(state: folder + "/state") == [])
    // The test's own key; root's folder, or for root one of somebody else.
    let foreign = folder + "/foreign"
    try FileManager.default.createDirectory(atPath: foreign, withIntermediateDirectories: true)
    #expect(try warnings(state: foreign) == [])
    if geteuid() == 0 { #expect(chown(foreign, 12_345, 12_345) == 0) }
    let found = try warnings(state: geteuid() == 0 ? foreign : "/usr")
    #expect(found.count == 1 && found[0].contains("cannot read the key"), "\(found)")
  }

  /// The files and signatures are OpenSSL's.
  @Test(.enabled(if: hasOpenSSL, "needs openssl")) func `OpenSSL agrees`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let key = SigningKey()
    try key.write(path: folder + "/ours")
    let message = Array("a report".utf8)
    try Data(message).write(to: URL(filePath: folder + "/message"))
    try Data(key.signature(of: message)).write(to: URL(filePath: folder + "/signature"))
    let verify = ["pkeyutl", "-verify", "-rawin", "-in", folder + "/message"]
    #expect(
      try Self.run(
        "openssl",
        verify + ["-pubin", "-inkey", folder + "/ours.pub", "-sigfile", folder + "/signature"]) == 0
    )
    #expect(
      try Self.run("openssl", ["genpkey", "-algorithm", "ed25519", "-out", folder + "/theirs"]) == 0
    )
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: folder + "/theirs")
    let theirs = try SigningKey(path: folder + "/theirs")
    try Data(theirs.verifier.pem).write(to: URL(filePath: folder + "/theirs.pub"))
    try Data(theirs.signature(of: message)).write(to: URL(filePath: folder + "/signature"))
    #expect(
      try Self.run(
        "openssl",
        verify + ["-pubin", "-inkey", folder + "/theirs.pub", "-sigfile", folder + "/signature"])
        == 0)
  }

  /// A published folder: a report of a failure, which needs no examination.
  @discardableResult private func publish(
    in folder: String, key: SigningKey?, name: String = "original", content: String = "no picture"
  ) throws -> Exhibit {
    let original = Array(content.utf8)
    try Data(original).write(to: URL(filePath: folder + "/original"))
    let exhibit = Exhibit(
      name: FileName(name), sha256: ContentDigest.of(original), size: original.count)
    let report = Report(
      exhibit: exhibit,
      outcome: .failure(ExaminationFailure(code: "format.unknown", message: "no picture")),
      provenance: .init(
        version: "1", bundle: "none", bundleDigest: nil, configurationDigest: nil, command: "x"))
    let files = try ReportFiles(templates: Resources().templates, signer: key).render(report)
    for (name, bytes) in [("report.json", files.json), ("report.html", files.html)] {
      try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    for (name, bytes) in files.signatures {
      try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    return exhibit
  }

  @Test(arguments: [
    ("", ReportVerification.Outcome.good), ("report.json", .bad), ("report.html", .bad),
    ("original", .bad), ("report.json.sig", .bad), ("remove report.json.sig", .open),
    ("remove original", .good), ("remove report.html", .bad),
  ])
  func `changes are found`(_ change: String, _ expected: ReportVerification.Outcome) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let key = SigningKey()
    _ = try publish(in: folder, key: key)
    if change.hasPrefix("remove ") {
      try FileManager.default.removeItem(atPath: "\(folder)/\(change.dropFirst(7))")
    } else if !change.isEmpty {
      let url = URL(filePath: "\(folder)/\(change)")
      var bytes = try Data(contentsOf: url)
      // White space at the end: still JSON, still HTML, another file.
      bytes.append(UInt8(ascii: " "))
      try bytes.write(to: url)
    }
    func verify(_ key: VerifyingKey?) throws -> ReportVerification {
      try ReportVerification(folder: folder, key: key) { _ in [folder + "/original"] }
    }
    let verification = try verify(key.verifier)
    #expect(verification.outcome == expected, "\(verification)")
    if change.isEmpty {
      #expect(try verify(SigningKey().verifier).outcome == .bad)
      #expect(try verify(nil).outcome == .open)
    }
  }

  /// Everything of it was signed with the same key, and is of another exhibit.
  @Test func `the page of another exhibit is found`() throws {
    let (folder, other) = (try folder(), try folder())
    defer {
      try? FileManager.default.removeItem(atPath: folder)
      try? FileManager.default.removeItem(atPath: other)
    }
    let key = SigningKey()
    try publish(in: folder, key: key)
    let digest = ContentDigest.of(try FileSystem.read(path: folder + "/report.json")).hex
    for name in ["x-\(digest).jpg", "<span class=\"code digest\">\(digest)</span>"] {
      try publish(in: other, key: key, name: name, content: "another")
      for file in ["report.html", "report.html.sig"] {
        try FileSystem.write(
          FileSystem.read(path: "\(other)/\(file)"), path: "\(folder)/\(file)")
      }
      let verification = try ReportVerification(folder: folder, key: key.verifier) { _ in
        [folder + "/original"]
      }
      #expect(verification.outcome == .bad, "\(verification)")
      let bad = verification.checks.filter { $0.outcome == .bad }
      #expect(bad.map(\.what) == ["digest in report.html"], "\(bad)")
    }
  }

  /// Signed as they are: what the page says of its files decides.
  @Test(arguments: [
    (
      "<meta name=\"forensicd-report\" content=\"1 json=J exhibit=E\">",
      ReportVerification.Outcome.good
    ),
    // As it was published before the head said it.
    ("", .good),
    ("<meta name=\"forensicd-report\" content=\"1 json=J exhibit=J\">", .bad),
    ("<meta name=\"forensicd-report\" content=\"1 json=E exhibit=E\">", .bad),
    ("<meta name=\"forensicd-report\" content=\"2 json=J exhibit=E\">", .bad),
    (
      String(
        repeating: "<meta name=\"forensicd-report\" content=\"1 json=J exhibit=E\">", count: 2),
      .bad
    ),
    ("<title>x</title><meta name=\"forensicd-report\" content=\"1 json=J exhibit=E\">", .bad),
  ])
  func `what the page says is read in one place`(
    _ head: String, _ expected: ReportVerification.Outcome
  ) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let key = SigningKey()
    let exhibit = try publish(in: folder, key: key)
    let json = ContentDigest.of(try FileSystem.read(path: folder + "/report.json")).hex
    let meta =
      "<meta name=\"forensicd-report\" content=\"1 json=\(json) exhibit=\(exhibit.sha256!.hex)\">"
    let page = String(
      decoding: try FileSystem.read(path: folder + "/report.html"), as: UTF8.self)
    #expect(page.contains(meta))
    let changed = Array(
      page.replacing(
        meta,
        with: head.replacing("=J", with: "=" + json).replacing(
          "=E", with: "=" + exhibit.sha256!.hex)
      ).utf8)
    try FileSystem.write(changed, path: folder + "/report.html")
    try FileSystem.write(key.signature(of: changed), path: folder + "/report.html.sig")
    let verification = try ReportVerification(folder: folder, key: key.verifier) { _ in
      [folder + "/original"]
    }
    #expect(verification.outcome == expected, "\(verification)")
  }

  @Test func `progress is told of a long original`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let size = 3 << 20 + 5
    try publish(in: folder, key: nil, content: String(repeating: "a", count: size))
    var told = [[Int]]()
    let verification = try ReportVerification(
      folder: folder, key: nil, progress: { told.append([$0, $1]) },
      originals: { _ in [folder + "/original"] })
    #expect(verification.checks.last?.outcome == .good)
    #expect(told.map { $0[0] } == [1 << 20, 2 << 20, 3 << 20, size])
    #expect(told.allSatisfy { $0[1] == size })
  }

  /// It would be hashed for days.
  @Test(.timeLimit(.minutes(1))) func `a longer file is not the original, unread`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try publish(in: folder, key: nil)
    #expect(truncate(folder + "/original", 1 << 42) == 0)
    let verification = try ReportVerification(folder: folder, key: nil) { _ in
      [folder + "/original"]
    }
    #expect(verification.outcome == .bad)
    #expect(verification.checks.last?.detail.contains("more than the 10 bytes") == true)
  }

  @Test(arguments: [
    (Array("/original".utf8), ReportVerification.Outcome.good),
    (Array("/missing".utf8), .open), (Array("/report.json".utf8), .bad), ([], .open),
    ([0x2f, 0xff, 0x2e], .good),
  ])
  func `an original that was named has to be there`(
    _ name: [UInt8], _ expected: ReportVerification.Outcome
  ) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let key = SigningKey()
    _ = try publish(in: folder, key: key)
    // A second name that is no UTF-8.
    let odd = Array(folder.utf8) + [0x2f, 0xff, 0x2e]
    #expect(link(folder + "/original", odd.map { CChar(bitPattern: $0) } + [0]) == 0)
    let verification = try ReportVerification(
      folder: folder, key: key.verifier, named: Array(folder.utf8) + name
    ) { _ in [folder + "/original"] }
    #expect(verification.outcome == expected, "\(verification)")
    #expect(!verification.checks.contains { $0.detail.contains("--original") })
  }

  @Test func `an unsigned report is open`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try publish(in: folder, key: nil)
    let verification = try ReportVerification(folder: folder, key: SigningKey().verifier) { _ in []
    }
    #expect(verification.outcome == .open)
    #expect(throws: (any Error).self) {
      try ReportVerification(folder: folder + "/none", key: nil) { _ in [] }
    }
  }

  @Test func `the configuration names the key`() throws {
    let text = """
      outbox = "out"
      state = "state"
      socket = "s"
      [[inbox]]
      path = "in"
      [signing]
      key = "keys/report"
      """
    let configuration = try Configuration.parse(text, file: "/etc/x.toml")
    #expect(configuration.signing.key == "/etc/keys/report")
    let exhibit = Exhibit(
      name: FileName("a.jpg"), sha256: ContentDigest.of([]), size: 0, inbox: "in", folder: "sub")
    #expect(configuration.originals(of: exhibit).last == "/etc/in/sub/a.jpg")
  }
}
