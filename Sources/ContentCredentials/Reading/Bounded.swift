import ForensicCore

/// What the report takes over of foreign text: a file must not make a report of any length.
enum Bounded {
  /// Entries of one list.
  static let most = 512
  /// Bytes of one text, in UTF-8. Characters would be no bound: one can be any number of marks.
  private static let longest = 1024

  static func text(_ text: String, longest: Int = longest) -> String {
    let bytes = text.utf8
    guard bytes.count > longest else { return text }
    var end = bytes.index(bytes.startIndex, offsetBy: longest)
    while end.samePosition(in: text.unicodeScalars) == nil { end = bytes.index(before: end) }
    return String(text.unicodeScalars[..<end]) + "…"
  }

  static func text(_ text: String?) -> String? { text.map { Self.text($0) } }

  static func status(_ status: CredentialStatus) -> CredentialStatus {
    var status = status
    status.url = text(status.url)
    status.detail = text(status.detail)
    return status
  }

  /// Names in certificates are foreign texts too.
  static func signature(
    _ signature: CredentialManifest.Signature
  ) -> CredentialManifest.Signature {
    var signature = signature
    signature.commonName = text(signature.commonName)
    signature.organization = text(signature.organization)
    signature.issuer = text(signature.issuer)
    signature.serial = text(signature.serial)
    signature.timeAuthority = text(signature.timeAuthority)
    return signature
  }

  /// As many results as a list may have; of more, the failures first.
  static func first(_ statuses: [CredentialStatus]) -> [CredentialStatus] {
    statuses.count > most ? Array(failuresFirst(statuses).prefix(most)) : statuses
  }

  static func failuresFirst(_ statuses: [CredentialStatus]) -> [CredentialStatus] {
    statuses.filter { $0.kind == .failure && !$0.recorded }
      + statuses.filter { $0.kind != .failure || $0.recorded }
  }
}
