import ForensicCore

extension StoreValidator {
  /// "Validate the Signature" and "Validate the Time-Stamp".
  mutating func validateSignature(
    _ manifest: Manifest, _ claim: Claim
  ) throws(CredentialError) {
    let label = manifest.label
    let url = manifest.signatureURI
    guard let bytes = manifest.signatureBytes, refersToOwnSignature(manifest, claim) else {
      log.add(.claimSignatureMissing, manifest: label, url: url)
      return
    }
    let cose: CoseSign1
    do {
      cose = try CoseSign1(bytes, limits: limits)
    } catch {
      log.add(.claimSignatureMismatch, manifest: label, url: url, error.description)
      return
    }
    var signature = CredentialManifest.Signature()
    defer { signatures[label] = signature }
    signature.claimedTime = cose.claimedTime.map { Timestamp(seconds: $0) }
    guard let scheme = cose.scheme else {
      log.add(.algorithmUnsupported, manifest: label, url: url, "the signature's algorithm")
      return
    }
    signature.algorithm = scheme.name
    guard let chain = cose.chain, chain.count <= limits.chain,
      let leaf = try? SigningCertificate(der: chain[0])
    else {
      log.add(
        .signingCredentialInvalid, manifest: label, url: url,
        "there is no readable certificate, or too many")
      log.add(.claimSignatureMismatch, manifest: label, url: url, "no key to verify it with")
      return
    }
    describe(leaf, chainLength: chain.count, in: &signature)
    try deadline.check()
    signature.isValid =
      leaf.key?.isValid(
        cose.signature, for: cose.signedBytes(claim: manifest.claimBytes), scheme: scheme,
        encoding: .raw) ?? false

    let time = try signingTime(cose, manifest, claim, &signature)
    let others = chain.dropFirst().compactMap { try? SigningCertificate(der: $0) }
    if let fault = CertificateProfile.fault(of: leaf, for: .claim) {
      log.add(.signingCredentialInvalid, manifest: label, url: url, fault)
    }
    validateTrust(leaf, others, at: time, label, url, &signature)
    validateTimes(leaf, time, claim, label, url, signature)
    try validateRevocation(of: leaf, others: others, cose, at: time?.trusted, label, url)

    log.add(
      signature.isValid ? .claimSignatureValidated : .claimSignatureMismatch, manifest: label,
      url: url)
  }

  /// The claim has to point to the signature box of its own manifest.
  private func refersToOwnSignature(_ manifest: Manifest, _ claim: Claim) -> Bool {
    guard let uri = claim.signature.flatMap(JUMBFURI.init)?.absolute(in: manifest.label) else {
      return false
    }
    return uri.manifest == manifest.label && uri.path.count == 1
      && uri.path.first == manifest.signatureBox?.label
  }

  private func describe(
    _ leaf: SigningCertificate, chainLength: Int, in signature: inout CredentialManifest.Signature
  ) {
    signature.key = leaf.key?.name
    signature.commonName = leaf.subject.commonName
    signature.organization = leaf.subject.organization
    signature.issuer = leaf.issuer.displayName
    signature.serial = leaf.serial.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    signature.notBefore = Timestamp(seconds: leaf.notBefore)
    signature.notAfter = Timestamp(seconds: leaf.notAfter)
    signature.chainLength = chainLength
  }

  /// An attested time that may be used for the certificate.
  private struct SigningTime {
    var seconds: Int64
    /// Whether its authority is on the trust list. Anybody can be an authority of their own, and
    /// attest a time at which a stolen key's certificate was still valid.
    var isTrusted: Bool
    /// What trust and revocation may rest on.
    var trusted: Int64? { isTrusted ? seconds : nil }
  }

  /// The attested time that may be used for the certificate; `nil` without one.
  ///
  /// In version 1 claims a time stamp that holds is used for the certificate's validity even when
  /// its authority is not on the trust list, as the editions of the standard that they follow had
  /// it; from version 2 on it has to be trusted. Trust never rests on it.
  private mutating func signingTime(
    _ cose: CoseSign1, _ manifest: Manifest, _ claim: Claim,
    _ signature: inout CredentialManifest.Signature
  ) throws(CredentialError) -> SigningTime? {
    let check = TimeStampCheck(chains: chains)
    var outcomes = [TimeStampCheck.Outcome]()
    if let stamps = cose.stamps(claim: manifest.claimBytes) {
      if stamps.count == 1 {
        outcomes.append(check.run(stamps[0].token, over: stamps[0].message))
      } else {
        log.add(
          .timeStampMalformed, manifest: manifest.label, url: manifest.signatureURI,
          "there has to be exactly one token")
      }
    }
    if outcomes.first?.time == nil {
      for token in (heldStamps[manifest.label] ?? []).prefix(8) {
        try deadline.check()
        // Editions and writers differ on whether the bare signature is stamped.
        let bare = check.run(token, over: cose.signature)
        let outcome = bare.time == nil ? check.run(token, over: cose.stampedSignature) : bare
        outcomes.append(outcome)
        if outcome.time != nil { break }
      }
    }
    for outcome in outcomes {
      for status in outcome.statuses {
        log.add(
          status.code, manifest: manifest.label, url: manifest.signatureURI, status.explanation)
      }
    }
    guard let best = outcomes.first(where: { $0.time != nil }), let time = best.time else {
      return nil
    }
    signature.time = Timestamp(seconds: time)
    signature.timeAuthority = best.authority
    signature.timeIsTrusted = best.isTrusted
    guard best.isTrusted || claim.version == 1 else { return nil }
    return SigningTime(seconds: time, isTrusted: best.isTrusted)
  }

  private mutating func validateTrust(
    _ leaf: SigningCertificate, _ others: [SigningCertificate], at time: SigningTime?,
    _ label: String, _ url: String, _ signature: inout CredentialManifest.Signature
  ) {
    let isDoubtful = time?.isTrusted == false
    let seconds = time?.trusted ?? now
    switch chains.chain(from: leaf, others: others, at: seconds, allowsPrivate: true) {
    case .trusted(let chain):
      // Certificates are public: whose it is counts only once its key has signed.
      guard signature.isValid else { return }
      signature.isTrusted = true
      let anchor = chain.last?.subject.displayName
      log.add(
        .signingCredentialTrusted, manifest: label, url: url,
        anchor.map { "through \($0)" })
    case .untrusted(let reason):
      log.add(
        .signingCredentialUntrusted, manifest: label, url: url,
        isDoubtful && !chains.trust.certificates.isEmpty
          ? reason + " at the time of this examination; the time stamp's authority is not trusted"
          : reason)
    }
  }

  private mutating func validateTimes(
    _ leaf: SigningCertificate, _ time: SigningTime?, _ claim: Claim, _ label: String,
    _ url: String,
    _ signature: CredentialManifest.Signature
  ) {
    let detail =
      switch time?.isTrusted {
      case nil: "against the time of this examination"
      case true?: "against the time stamp"
      case false?: "against the time stamp, whose authority is not on the trust list"
      }
    if leaf.isValid(at: time?.seconds ?? now) {
      log.add(.claimSignatureInsideValidity, manifest: label, url: url, detail)
    } else {
      log.add(.signingCredentialExpired, manifest: label, url: url, detail)
    }
    if let claimed = signature.claimedTime {
      let seconds = claimed.milliseconds / 1000
      let fits = leaf.isValid(at: seconds) && (time.map { seconds <= $0.seconds } ?? true)
      log.add(fits ? .timeOfSigningInside : .timeOfSigningOutside, manifest: label, url: url)
    }
  }
}

extension Timestamp {
  /// From seconds since 1970; the years 1 to 9999.
  init(seconds: Int64) {
    let bounded = min(max(seconds, -62_135_596_800), 253_402_300_799)
    self.init(milliseconds: bounded * 1000)
  }
}
