import ForensicCore

extension StoreValidator {
  /// "Validate the Credential Revocation Information", from what the file brings along: the answers
  /// stapled to the signature, then those in the certificate status assertions of all manifests.
  /// Nobody is asked online.
  ///
  /// - Parameters:
  ///   - others: the further certificates of the signature, in any order.
  ///   - time: the attested time in seconds since 1970; `nil` without a time stamp of a trusted
  ///     authority.
  mutating func validateRevocation(
    of leaf: SigningCertificate, others: [SigningCertificate], _ cose: CoseSign1, at time: Int64?,
    _ label: String, _ url: String
  ) throws(CredentialError) {
    // Apart, so that those stapled cannot crowd out what others added later.
    let answers =
      Array(cose.revocationAnswers.prefix(limits.revocationAnswers)) + (try heldAnswers())
    guard !answers.isEmpty else {
      log.add(.ocspSkipped, manifest: label, url: url)
      return
    }
    guard let issuer = issuer(of: leaf, among: others) else {
      log.add(
        .ocspSkipped, manifest: label, url: url,
        "there is an answer, but not the issuer's certificate that it could be checked with")
      return
    }
    let check = OCSPCheck(certificate: leaf, issuer: issuer, time: time, now: now)
    var outcomes = [OCSPCheck.Outcome]()
    for answer in answers {
      try deadline.check()
      outcomes.append(
        answer.count <= limits.revocationBytes
          ? check.run(answer) : .unusable("the answer is too large"))
    }
    record(OCSPCheck.best(of: outcomes, isStamped: time != nil), at: time, label, url)
  }

  private mutating func record(
    _ outcome: OCSPCheck.Outcome, at time: Int64?, _ label: String, _ url: String
  ) {
    switch outcome {
    case .notRevoked(let later):
      log.add(
        .ocspNotRevoked, manifest: label, url: url,
        later.map { "it was revoked later, at \(Timestamp(seconds: $0).rfc3339)" }
          ?? (time == nil ? "at the time of this examination" : "at the time of the time stamp"))
    case .revoked(let at, let reason):
      log.add(
        .ocspRevoked, manifest: label, url: url,
        "at \(Timestamp(seconds: at).rfc3339)" + (reason?.name.map { ": \($0)" } ?? "") + "; "
          + (time == nil
            ? "no usable time stamp says that it signed before" : "the time stamp is not older"))
    case .unknown:
      log.add(.ocspUnknown, manifest: label, url: url)
      log.add(.ocspSkipped, manifest: label, url: url)
    case .unusable(let reason):
      log.add(.ocspSkipped, manifest: label, url: url, "what the file brings along: \(reason)")
    }
  }

  /// The certificate of whoever issued the signer's: from the signature or the trust list.
  private func issuer(
    of leaf: SigningCertificate, among others: [SigningCertificate]
  ) -> SigningCertificate? {
    (others.prefix(limits.chain) + chains.trust.certificates).first {
      $0.subject == leaf.issuer && $0.der != leaf.der && leaf.isSigned(by: $0)
    }
  }

  /// The answers in certificate status assertions (C2PA, "Certificate Status Assertion"), which
  /// later claim generators add. They are signed by themselves, whoever put them there.
  private func heldAnswers() throws(CredentialError) -> [[UInt8]] {
    var answers = [[UInt8]]()
    for manifest in order where answers.count < limits.revocationAnswers {
      try deadline.check()
      for assertion in manifest.assertions
      where assertion.baseLabel == "c2pa.certificate-status" {
        answers += (assertion.value?["ocspVals"]?.array ?? []).compactMap(\.bytes)
      }
    }
    return Array(answers.prefix(limits.revocationAnswers))
  }
}

extension CoseSign1 {
  /// The OCSP responses stapled to the signature (`rVals`), from either header: it is not signed in
  /// most files, and does not have to be.
  var revocationAnswers: [[UInt8]] {
    [unprotectedHeaders, protectedHeaders].flatMap { $0["rVals"]?["ocspVals"]?.array ?? [] }
      .compactMap(\.bytes)
  }
}
