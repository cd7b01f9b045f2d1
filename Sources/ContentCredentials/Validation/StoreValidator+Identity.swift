/// What an identity assertion says is signed (CAWG, "Identity Assertion", `signer_payload`).
struct IdentityPayload: Hashable, Sendable {
  var references: [HashedURI]
  var type: String
  var roles: [String]

  init?(_ value: CBORValue?) {
    guard let list = value?["referenced_assertions"]?.array,
      let type = value?["sig_type"]?.text
    else { return nil }
    references = list.compactMap { HashedURI($0) }
    guard references.count == list.count else { return nil }
    self.type = type
    roles = value?["role"]?.array?.compactMap(\.text) ?? []
  }
}

extension StoreValidator {
  /// Identity assertions: who else than the signer stands by the file. Their results are shown
  /// beside the others, and do not change the state of a manifest.
  mutating func validateIdentities(
    _ manifest: Manifest, _ claim: Claim
  ) throws(CredentialError) {
    for assertion in manifest.assertions where assertion.baseLabel == "cawg.identity" {
      try deadline.check()
      let url = manifest.assertionURI(assertion.label)
      guard assertion.content != .zeros, !isRedacted(assertion, of: manifest) else { continue }
      guard let value = assertion.value, let payload = IdentityPayload(value["signer_payload"]),
        let signature = value["signature"]?.bytes, let pad = value["pad1"]?.bytes
      else {
        log.add(.identityMalformed, manifest: manifest.label, url: url)
        continue
      }
      if (pad + (value["pad2"]?.bytes ?? [])).contains(where: { $0 != 0 }) {
        log.add(.identityPadInvalid, manifest: manifest.label, url: url)
      }
      guard try validateReferences(payload, manifest, claim, url: url) else { continue }
      switch payload.type {
      case "cawg.x509.cose":
        let signed = value["signer_payload"].map { CBOREncoder.item($0) } ?? []
        validateX509(signature, over: signed, manifest, url: url)
      case "cawg.identity_claims_aggregation":
        validateAggregate(signature, payload, manifest, url: url)
      default:
        log.add(.identityTypeUnknown, manifest: manifest.label, url: url, payload.type)
      }
    }
  }

  /// Whether the statements it refers to are those of the claim, and bind it to this file. Of one
  /// that fails here nothing more is said: it was signed for something else.
  private mutating func validateReferences(
    _ payload: IdentityPayload, _ manifest: Manifest, _ claim: Claim, url: String
  ) throws(CredentialError) -> Bool {
    var hashes = [String: [UInt8]]()
    for reference in claim.references {
      try deadline.check()
      if let uri = reference.target.uri?.absolute(in: manifest.label),
        uri.manifest == manifest.label, let label = uri.assertion
      {
        hashes[label] = reference.target.hash
      }
    }
    var labels = [String]()
    var holds = true
    for reference in payload.references {
      try deadline.check()
      let uri = reference.uri?.absolute(in: manifest.label)
      let label = uri?.manifest == manifest.label ? uri?.assertion : nil
      labels.append(label ?? reference.url)
      guard let label, let hash = hashes[label] else {
        log.add(.identityAssertionMismatch, manifest: manifest.label, url: url, reference.url)
        holds = false
        continue
      }
      if hash != reference.hash {
        log.add(.identityAssertionMismatch, manifest: manifest.label, url: url, reference.url)
        return false
      }
    }
    // One that is only gathered binds nothing: it may be that of another file, taken over together
    // with the identity that refers to it.
    let bound = boundAssertions(manifest, claim).first?.label
    let isBound = bound.map(labels.contains) ?? false
    if !isBound {
      log.add(.identityHardBindingMissing, manifest: manifest.label, url: url)
    }
    if Set(labels).count != labels.count {
      log.add(.identityAssertionDuplicate, manifest: manifest.label, url: url)
    }
    return holds && isBound
  }

  /// "X.509 certificates and COSE signatures".
  private mutating func validateX509(
    _ bytes: [UInt8], over payload: [UInt8], _ manifest: Manifest, url: String
  ) {
    let label = manifest.label
    guard let cose = try? CoseSign1(bytes[...], limits: limits), let chain = cose.chain,
      chain.count <= limits.chain, let leaf = try? SigningCertificate(der: chain[0])
    else {
      log.add(.x509Mismatch, manifest: label, url: url, "the signature cannot be read")
      return
    }
    guard let scheme = cose.scheme else {
      log.add(.x509AlgorithmUnsupported, manifest: label, url: url)
      return
    }
    if !leaf.isValid(at: now) {
      log.add(.x509OutsideValidity, manifest: label, url: url)
    } else if let fault = CertificateProfile.fault(of: leaf, for: .claim) {
      log.add(.x509CredentialInvalid, manifest: label, url: url, fault)
    }
    let holds =
      leaf.key?.isValid(
        cose.signature, for: cose.signedBytes(claim: payload[...]), scheme: scheme,
        encoding: .raw) ?? false
    guard holds else {
      log.add(.x509Mismatch, manifest: label, url: url)
      return
    }
    // Certificates are public: whose it is counts only once its key has signed.
    let others = chain.dropFirst().compactMap { try? SigningCertificate(der: $0) }
    switch chains.chain(from: leaf, others: others, at: now, allowsPrivate: true) {
    case .trusted: log.add(.x509CredentialTrusted, manifest: label, url: url)
    case .untrusted(let reason):
      log.add(.x509CredentialUntrusted, manifest: label, url: url, reason)
    }
    log.add(.x509Validated, manifest: label, url: url, leaf.subject.displayName)
    log.add(.identityWellFormed, manifest: label, url: url)
  }
}
