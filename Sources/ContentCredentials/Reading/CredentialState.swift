import ForensicCore

extension CredentialReport.State {
  /// The state of a file whose store could be read (C2PA, "Validation states").
  ///
  /// - Parameters:
  ///   - active: the results for the active manifest, those on the file's bytes included.
  ///   - others: those for its ingredients.
  package static func of(active: [CredentialStatus], others: [CredentialStatus]) -> Self {
    let codes = Set(active.map(\.code))
    let failures =
      (active + others).filter { $0.kind == .failure && !$0.recorded }
      .compactMap { StatusCode(rawValue: $0.code) }
      .filter { !$0.isOnIdentity }
    guard failures.allSatisfy(\.leavesWellFormed) else { return .invalid }
    let isSigned =
      codes.contains(StatusCode.claimSignatureValidated.rawValue)
      && codes.contains(StatusCode.claimSignatureInsideValidity.rawValue)
    guard isSigned, failures.allSatisfy({ $0 == .signingCredentialUntrusted }) else {
      return .wellFormed
    }
    // "Not changed" is said of a file, so a hash of the file has to have matched.
    guard
      codes.contains(StatusCode.dataHashMatch.rawValue)
        || codes.contains(StatusCode.boxesHashMatch.rawValue)
    else { return .wellFormed }
    return failures.isEmpty && codes.contains(StatusCode.signingCredentialTrusted.rawValue)
      ? .trusted : .valid
  }
}
