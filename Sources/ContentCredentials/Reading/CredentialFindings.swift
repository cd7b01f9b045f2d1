import ForensicCore

/// What an examiner should read of the Content Credentials.
struct CredentialFindings {
  private let report: CredentialReport?
  private let trust: TrustList

  private static let method =
    "Content Credentials (C2PA 2.2; claims of versions 1 and 2) read and validated offline: "
    + "hashes recomputed, COSE signatures, certificates and RFC 3161 time stamps verified"

  /// Codes of which one is enough to say that the file is not what was signed.
  private static let changed: Set<String> = [
    StatusCode.dataHashMismatch.rawValue, StatusCode.boxesHashMismatch.rawValue,
    StatusCode.boxesHashUnknownBox.rawValue,
  ]

  /// A hash that leaves out too much does not hold either, and says nothing about a change.
  private static func saysChanged(_ status: CredentialStatus) -> Bool {
    changed.contains(status.code) && status.detail != StoreValidator.looseExclusion
      && status.detail != StoreValidator.pictureExclusion
  }

  init(_ report: CredentialReport?, trust: TrustList) {
    self.report = report
    self.trust = trust
  }

  var all: [Finding] {
    guard let report else { return [] }
    var findings = [Finding]()
    if let remote = report.remote { findings.append(self.remote(remote)) }
    if report.place != nil || report.problem != nil { findings.append(verdict(on: report)) }
    if report.uncoveredBytes > 0 { findings.append(uncovered(report.uncoveredBytes)) }
    return findings
  }

  private var parameters: [String: String] {
    var parameters = ["trust list": trust.count == 0 ? "none" : "\(trust.count) certificates"]
    if trust.count > 0 { parameters["digest of the trust list"] = trust.digest }
    if let time = report?.validatedAt { parameters["checked at"] = time.rfc3339 }
    return parameters
  }

  private func remote(_ address: String) -> Finding {
    Finding(
      code: "c2pa.remote", method: "XMP dcterms:provenance",
      summary: "The file says that its Content Credentials lie elsewhere. They were not fetched.",
      weight: .information, result: ["address": address],
      limits: "Whoever answers at that address learns who asks. Nothing is known of what it says.")
  }

  private func uncovered(_ count: Int) -> Finding {
    Finding(
      code: "c2pa.uncovered", method: Self.method,
      summary: "The signed hash of the file leaves out bytes besides the Content Credentials "
        + "themselves; these could be changed without breaking the signature.",
      weight: .notable, result: ["bytes": String(count)],
      limits: "Writers leave out metadata that others may have to change.")
  }

  private func verdict(on report: CredentialReport) -> Finding {
    let active = report.manifests.first
    var result = [
      "state": report.state?.rawValue ?? "unknown", "manifests": String(report.manifestCount),
    ]
    if let generator = active?.claimGenerator { result["claim generator"] = generator }
    if let signature = active?.signature, signature.isValid,
      let signer = signature.organization ?? signature.commonName
    {
      result["signer"] = signer
    }
    if let time = active?.signature?.time {
      result["signed at"] = time.rfc3339
      result["time stamp's authority"] =
        active?.signature?.timeIsTrusted == true ? "on the trust list" : "not on a trust list"
    }
    let failures = report.failureCodes
    if !failures.isEmpty { result["failures"] = failures.joined(separator: ", ") }
    if let problem = report.problem { result["problem"] = problem }
    let (code, weight, summary) = words(report, failures: failures)
    return Finding(
      code: code, method: Self.method, summary: summary, weight: weight, parameters: parameters,
      result: result,
      limits: "A signature that holds says only that the file was not changed since it was signed "
        + "by whoever holds the key; what the signer declared may be untrue. Nobody is asked "
        + "whether the certificate was revoked; only an answer that lies in the file is read.")
  }

  /// Whether the certificate is not valid now, and was at a time that anybody could have attested.
  private func restsOnDoubtfulTime(_ report: CredentialReport) -> Bool {
    guard let signature = report.manifests.first?.signature, signature.time != nil,
      !signature.timeIsTrusted, let end = signature.notAfter, let now = report.validatedAt
    else { return false }
    return end < now
  }

  private func words(
    _ report: CredentialReport, failures: [String]
  ) -> (code: String, weight: Finding.Weight, summary: String) {
    if let problem = report.problem {
      // Without a state it is not known whether these are Content Credentials at all.
      guard report.state != nil else { return ("c2pa.unreadable", .damage, problem) }
      return ("c2pa.unreadable", .damage, "The file's Content Credentials could not be read whole.")
    }
    if report.manifests.first?.statuses.contains(where: Self.saysChanged) == true {
      return (
        "c2pa.changed", .contradiction,
        "The file is not the one that its Content Credentials were signed for: it was changed "
          + "afterwards, or they were taken from another file."
          + (Self.revocation(in: report).map { " \($0)" } ?? "")
      )
    }
    switch report.state {
    case .trusted:
      return (
        "c2pa.trusted", .information,
        "The file was not changed since it was signed, and the signer is on the installed trust "
          + "list."
      )
    case .valid:
      return (
        "c2pa.valid", .information,
        "The file was not changed since it was signed by whoever holds the key; "
          + (trust.count == 0
            ? "no trust list is installed, so nothing is known of who that is."
            : "the signer is not on the installed trust list"
              + (restsOnDoubtfulTime(report)
                ? " now, and who attests an earlier time is not on it either." : "."))
      )
    case .wellFormed:
      return (
        "c2pa.not-valid", .notable,
        "The file's Content Credentials are well-formed, but a signature or a certificate in them "
          + "does not hold."
      )
    case .invalid, nil:
      let revocation = Self.revocation(in: report)
      let keepsRules = failures.compactMap(StatusCode.init).allSatisfy {
        $0 == .ocspRevoked || $0.leavesWellFormed || $0.isOnIdentity
      }
      let rules =
        revocation != nil && keepsRules
        ? "The file's Content Credentials prove nothing."
        : "The file's Content Credentials break the standard's rules, and prove nothing."
      return ("c2pa.invalid", .notable, rules + (revocation.map { " \($0)" } ?? ""))
    }
  }

  /// A sentence on a certificate that was revoked; `nil` where none was.
  private static func revocation(in report: CredentialReport) -> String? {
    for (place, manifest) in report.manifests.enumerated() {
      guard
        let status = manifest.statuses.first(where: {
          $0.code == StatusCode.ocspRevoked.rawValue && !$0.recorded
        })
      else { continue }
      return "The certificate that "
        + (place == 0 ? "they were" : "those of an ingredient were")
        + " signed with was revoked by its issuer" + (status.detail.map { " (\($0))." } ?? ".")
    }
    return nil
  }
}
