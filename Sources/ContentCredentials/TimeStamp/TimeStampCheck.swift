/// Checks a time stamp (C2PA, "Validating the TimeStampToken").
struct TimeStampCheck {
  let chains: ChainBuilder

  /// What came of it: a time, or the code that says why there is none.
  struct Outcome: Sendable {
    /// The attested time in seconds since 1970; `nil` where the stamp does not hold.
    var time: Int64?
    /// The name in the authority's certificate.
    var authority: String?
    /// Whether the authority is on the trust list.
    var isTrusted = false
    var statuses: [(code: StatusCode, explanation: String)] = []
  }

  /// - Parameter message: the bytes whose hash the stamp has to hold.
  func run(_ bytes: [UInt8], over message: [UInt8]) -> Outcome {
    let token: TimeStampToken
    do {
      token = try TimeStampToken(bytes)
    } catch {
      return refusal(.timeStampMalformed, "the time stamp cannot be read: \(error)")
    }
    guard let signer = token.signers.first(where: { $0.certificate != nil }),
      let place = signer.certificate
    else {
      return refusal(.timeStampUntrusted, "the time stamp comes without its signer's certificate")
    }
    let certificate = token.certificates[place]
    let name = certificate.subject.displayName
    guard let digest = signer.digest,
      let scheme = signer.signatureAlgorithm.scheme(digest: digest), let key = certificate.key
    else {
      return refusal(
        .timeStampUntrusted, "the time stamp uses an algorithm that is not allowed", name)
    }
    if let attributes = signer.signedAttributes {
      guard let stated = signer.messageDigest else {
        return refusal(.timeStampMalformed, "the time stamp states no digest", name)
      }
      // Some authorities sign the order they store, which DER does not know.
      let forms = [attributes, signer.orderedAttributes].compactMap(\.self)
      guard stated == digest.hash(token.content),
        forms.contains(where: {
          key.isValid(signer.signature, for: $0, scheme: scheme, encoding: .der)
        })
      else { return refusal(.timeStampMismatch, "the time stamp's signature does not hold", name) }
    } else if !key.isValid(signer.signature, for: token.content, scheme: scheme, encoding: .der) {
      return refusal(.timeStampMismatch, "the time stamp's signature does not hold", name)
    }
    guard let imprint = token.imprintHash else {
      return refusal(.timeStampUntrusted, "the time stamp hashes in a way not allowed", name)
    }
    guard imprint.hash(message) == token.imprint else {
      return refusal(.timeStampMismatch, "the time stamp is about something else", name)
    }
    guard certificate.isValid(at: token.time) else {
      return refusal(
        .timeStampOutsideValidity, "the time lies outside the validity of its signer", name)
    }
    return verdict(token, certificate, name)
  }

  private func verdict(
    _ token: TimeStampToken, _ certificate: SigningCertificate, _ name: String?
  ) -> Outcome {
    var outcome = Outcome(time: token.time, authority: name)
    outcome.statuses = [(.timeStampValidated, "the time stamp of \(name ?? "its signer") holds")]
    if let fault = CertificateProfile.fault(of: certificate, for: .timeStamp) {
      outcome.statuses.append((.timeStampUntrusted, "the time stamp's certificate: \(fault)"))
      return outcome
    }
    let others = token.certificates.filter { $0.der != certificate.der }
    switch chains.chain(from: certificate, others: others, at: token.time, allowsPrivate: false) {
    case .trusted:
      outcome.isTrusted = true
      outcome.statuses.append((.timeStampTrusted, "the authority is on the trust list"))
    case .untrusted(let reason):
      outcome.statuses.append((.timeStampUntrusted, reason))
    }
    return outcome
  }

  private func refusal(
    _ code: StatusCode, _ explanation: String, _ authority: String? = nil
  ) -> Outcome {
    Outcome(authority: authority, statuses: [(code, explanation)])
  }
}
