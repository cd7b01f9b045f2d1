import ContentCredentials
import ForensicCore
import FoundationEssentials

/// The file's Content Credentials, checked against the trust list that was loaded at the start.
struct CredentialStage: Sendable {
  let reader: ContentCredentialsReader
  /// Why the trust list that was named cannot be used.
  let failure: String?

  init(trustList path: String? = nil, budgets: [ExaminationMethod: Double] = [:]) {
    let method = ExaminationMethod.contentCredentials
    let limits = CredentialLimits(seconds: budgets[method] ?? method.standardBudget ?? 5)
    var trust = TrustList.empty
    var failure: String?
    if let path {
      do {
        trust = try Self.load(path)
      } catch {
        failure = "\(path): \(error)"
      }
    }
    reader = ContentCredentialsReader(trust: trust, limits: limits)
    self.failure = failure
  }

  private static func load(_ path: String) throws(CredentialError) -> TrustList {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .malformed("the file cannot be read", offset: 0)
    }
    return try TrustList(pem: String(decoding: data, as: UTF8.self))
  }

  /// - Parameter now: what the validity of certificates is checked against.
  func read(
    _ bytes: UnsafeRawBufferPointer, format: ImageFormat, isOff: Bool, now: Timestamp
  ) -> ContentCredentialsReader.Reading {
    guard !isOff else {
      return .init(
        report: nil, findings: [],
        notExamined: [
          .init(
            what: ExaminationMethod.contentCredentials.title,
            why: "The method is switched off for this inbox.")
        ])
    }
    return reader.read(bytes, format: format, now: now)
  }
}
