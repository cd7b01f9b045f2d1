import Crypto
import SwiftASN1

/// Judges whether a certificate was revoked by an OCSP response that came with a file (C2PA,
/// "Determining revocation through OCSP responses in the C2PA Manifest Store"; RFC 6960, section
/// 3.2, requirements 1 to 4).
package struct OCSPCheck: Sendable {
  let certificate: SigningCertificate
  /// Whose key signed `certificate`.
  let issuer: SigningCertificate
  /// The attested time of signing in seconds since 1970; `nil` without a usable time stamp.
  let time: Int64?
  /// The time of validation, in seconds since 1970.
  let now: Int64

  package enum Outcome: Hashable, Sendable {
    /// - Parameter later: when it was revoked after it had signed.
    case notRevoked(later: Int64?)
    case revoked(at: Int64, RevocationReason?)
    /// Whoever answers does not know the certificate.
    case unknown
    /// Why the response says nothing.
    case unusable(String)
  }

  /// How long an answer without `nextUpdate` is good for, in seconds after `producedAt`.
  private static let day: Int64 = 86_400

  init(
    certificate: SigningCertificate, issuer: SigningCertificate, time: Int64?, now: Int64
  ) {
    self.certificate = certificate
    self.issuer = issuer
    self.time = time
    self.now = now
  }

  /// From certificates as they are encoded.
  /// - Throws: what SwiftASN1 finds wrong with them.
  package init(certificate: [UInt8], issuer: [UInt8], time: Int64?, now: Int64) throws {
    self.init(
      certificate: try SigningCertificate(der: certificate),
      issuer: try SigningCertificate(der: issuer), time: time, now: now)
  }

  /// Any bytes are accepted.
  package func run(_ der: [UInt8]) -> Outcome {
    guard let response = try? OCSPResponse(der) else {
      return .unusable("the answer cannot be read")
    }
    let answers = response.answers.filter { $0.certificate.means(certificate, by: issuer) }
    guard !answers.isEmpty else { return .unusable("the answer is about another certificate") }
    guard isSigned(response) else {
      return .unusable("the answer is not signed by the issuer or by somebody it appointed")
    }
    guard response.producedAt <= now else { return .unusable("the answer is from the future") }
    let outcomes = answers.map { judge($0, producedAt: response.producedAt) }
    return Self.best(of: outcomes, isStamped: time != nil)
  }

  /// The outcome that counts among several.
  ///
  /// One answer that the certificate was good when it signed is enough, as the standard has it.
  /// That takes a time stamp; without one a revocation counts, whatever else was answered.
  package static func best(of outcomes: [Outcome], isStamped: Bool) -> Outcome {
    let notRevoked = outcomes.first { if case .notRevoked = $0 { true } else { false } }
    let revoked = outcomes.first { if case .revoked = $0 { true } else { false } }
    let found = isStamped ? notRevoked ?? revoked : revoked ?? notRevoked
    return found ?? outcomes.first { $0 == .unknown } ?? outcomes.first ?? .unusable("no answer")
  }

  private func judge(_ answer: OCSPResponse.Answer, producedAt: Int64) -> Outcome {
    guard answer.thisUpdate <= now else { return .unusable("the answer is from the future") }
    let judged = time ?? now
    let end = answer.nextUpdate ?? producedAt + Self.day
    // What held later held when it signed: a certificate once revoked is not made good again.
    let fits = judged < answer.thisUpdate || judged <= end
    let stale = Outcome.unusable(
      time == nil ? "the answer is out of date" : "the answer was out of date when it signed")
    switch answer.status {
    case .good, .revoked(_, RevocationReason.removeFromCRL):
      return fits ? .notRevoked(later: nil) : stale
    case .unknown: return .unknown
    case .revoked(let at, _) where at > judged: return .notRevoked(later: at)
    case .revoked(_, RevocationReason.hold) where !fits: return stale
    case .revoked(let at, let reason): return .revoked(at: at, reason)
    }
  }

  /// Whether the issuer signed the response, or somebody whom it appointed (RFC 6960, section
  /// 4.2.2.2).
  private func isSigned(_ response: OCSPResponse) -> Bool {
    guard let scheme = response.signatureAlgorithm.scheme() else { return false }
    return ([issuer] + response.certificates).contains { signer in
      Self.isNamed(signer, in: response)
        && (signer.der == issuer.der || isAppointed(signer, at: response.producedAt))
        && signer.key?.isValid(
          response.signature, for: response.signed, scheme: scheme, encoding: .der) == true
    }
  }

  private static func isNamed(_ signer: SigningCertificate, in response: OCSPResponse) -> Bool {
    switch response.responder {
    case .name(let name): signer.subject == name
    case .key(let hash): hash == Array(Insecure.SHA1.hash(data: signer.publicKey.key))
    }
  }

  /// A certificate that the issuer itself gave out for signing answers, valid when it signed this.
  private func isAppointed(_ signer: SigningCertificate, at seconds: Int64) -> Bool {
    signer.issuer == issuer.subject && signer.isValid(at: seconds)
      && CertificateProfile.fault(of: signer, for: .revocation) == nil
      && signer.isSigned(by: issuer)
  }
}
