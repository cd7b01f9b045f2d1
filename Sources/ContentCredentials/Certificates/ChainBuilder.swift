import X509

/// Builds a chain from a signer's certificate to the trust list (RFC 5280, section 6, for one
/// purpose and without policies).
///
/// X509's verifier is asynchronous and knows no RSASSA-PSS; here threads cannot be started, and
/// C2PA allows PSS. So the search is a plain one, over X509's names and extensions.
struct ChainBuilder {
  let trust: TrustList
  let limits: CredentialLimits

  enum Outcome: Sendable {
    /// The chain from the signer to its anchor.
    case trusted([SigningCertificate])
    /// Why no chain ends in the trust list.
    case untrusted(String)

    var isTrusted: Bool { if case .trusted = self { true } else { false } }
  }

  /// - Parameters:
  ///   - others: the further certificates the signature came with, in any order.
  ///   - seconds: the time at which all of the chain has to be valid.
  func chain(
    from leaf: SigningCertificate, others: [SigningCertificate], at seconds: Int64,
    allowsPrivate: Bool
  ) -> Outcome {
    guard !trust.certificates.isEmpty else { return .untrusted("no trust list is installed") }
    if allowsPrivate, trust.certificates.contains(where: { $0.der == leaf.der }) {
      return leaf.isValid(at: seconds)
        ? .trusted([leaf]) : .untrusted("the certificate on the trust list is not valid")
    }
    if leaf.authority.is { return .untrusted("an authority's certificate signed") }
    var work = limits.chain * 64
    if let chain = extend([leaf], others: others, at: seconds, work: &work) {
      return .trusted(chain)
    }
    return .untrusted("no chain of valid certificates leads to the trust list")
  }

  /// Depth first, over every issuer whose name fits; `work` bounds the signatures verified.
  private func extend(
    _ chain: [SigningCertificate], others: [SigningCertificate], at seconds: Int64,
    work: inout Int
  ) -> [SigningCertificate]? {
    guard let last = chain.last, chain.count <= limits.chain, last.isValid(at: seconds) else {
      return nil
    }
    if chain.count > 1, trust.certificates.contains(where: { $0.der == last.der }) { return chain }
    let anchors = trust.certificates.filter { $0.subject == last.issuer }
    let intermediates = others.filter { candidate in
      candidate.subject == last.issuer && !chain.contains { $0.der == candidate.der }
    }
    for issuer in anchors + intermediates {
      guard mayIssue(issuer, below: chain), keyFits(issuer, last) else { continue }
      work -= 1
      guard work > 0 else { return nil }
      guard last.isSigned(by: issuer) else { continue }
      if let found = extend(chain + [issuer], others: others, at: seconds, work: &work) {
        return found
      }
    }
    return nil
  }

  /// Basic constraints, key usage and path length (RFC 5280, section 6.1.4). An authority with
  /// name constraints is refused: they are not evaluated here.
  private func mayIssue(_ issuer: SigningCertificate, below chain: [SigningCertificate]) -> Bool {
    let authority = issuer.authority
    guard authority.is, !issuer.hasUnknownCriticalExtension else { return false }
    if let usage = try? issuer.extensions.keyUsage, !usage.keyCertSign { return false }
    let between = chain.dropFirst().filter { !$0.isSelfIssued }.count
    if let most = authority.pathLength, between > most { return false }
    return true
  }

  /// Key identifiers, where both certificates have them (RFC 5280, section 4.2.1.1).
  private func keyFits(_ issuer: SigningCertificate, _ subject: SigningCertificate) -> Bool {
    guard let wanted = try? subject.extensions.authorityKeyIdentifier?.keyIdentifier,
      let given = try? issuer.extensions.subjectKeyIdentifier?.keyIdentifier
    else { return true }
    return wanted.elementsEqual(given)
  }
}
