import CaseQueue
import ForensicCore
import Reporting

/// Whether a published report is still what was published, point by point.
public struct ReportVerification: Hashable, Sendable, Codable {
  /// How one point came out.
  public enum Outcome: String, Hashable, Sendable, Codable {
    case good
    /// It is not what was published.
    case bad
    /// It could not be checked.
    case open
  }

  /// One thing that was checked.
  public struct Check: Hashable, Sendable, Codable {
    public var what: String
    public var outcome: Outcome
    public var detail: String
  }

  public var report: String
  public var checks: [Check]
  /// Whether the reader said where the original is: then it has to be there.
  private var isOriginalNamed = false

  private enum CodingKeys: CodingKey {
    case report, checks
  }

  /// `bad` where anything is; `open` where a signature, or an original that was named, could not be
  /// checked.
  public var outcome: Outcome {
    if checks.contains(where: { $0.outcome == .bad }) { return .bad }
    let isOpen = checks.contains {
      $0.outcome == .open && ($0.what != "original" || isOriginalNamed)
    }
    return isOpen ? .open : .good
  }

  /// Checks a report's folder.
  ///
  /// - Parameters:
  ///   - folder: holds `report.json`, and what was published with it.
  ///   - key: the public key that the reader trusts; without one nothing is known of who signed.
  ///   - named: the original that the reader named, as the bytes of its path; only it is compared.
  ///   - progress: called while the original is hashed, with the bytes that are done and all of them.
  ///   - originals: where the original may lie, the first that exists is compared.
  /// - Throws: `SystemError` or `ReportDecoder.Failure` where there is no report to check.
  public init(
    folder: String, key: VerifyingKey?, named: [UInt8]? = nil,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }, originals: (Exhibit) -> [String]
  ) throws {
    let json = try FileSystem.read(path: folder + "/report.json")
    let exhibit = try ReportDecoder.report(json).exhibit
    report = folder
    checks = [Self.signature(of: "report.json", json, folder, key)]
    do {
      let html = try FileSystem.read(path: folder + "/report.html")
      checks.append(Self.signature(of: "report.html", html, folder, key))
      checks.append(Self.statement(of: html, json: ContentDigest.of(json).hex, exhibit))
    } catch {
      checks.append(Check(what: "report.html", outcome: .bad, detail: error.description))
    }
    isOriginalNamed = named != nil
    let found = originals(exhibit).first(where: FileSystem.exists).map { Array($0.utf8) }
    checks.append(Self.original(exhibit, named ?? found, progress))
  }

  private static func signature(
    of name: String, _ bytes: [UInt8], _ folder: String, _ key: VerifyingKey?
  ) -> Check {
    let what = "signature of \(name)"
    guard let signature = try? FileSystem.read(path: "\(folder)/\(name).sig", limit: 4096) else {
      return Check(what: what, outcome: .open, detail: "there is none")
    }
    guard let key else {
      return Check(what: what, outcome: .open, detail: "there is one, and no key to check it with")
    }
    return key.accepts(signature, of: bytes)
      ? Check(what: what, outcome: .good, detail: "made with the key \(key.fingerprint)")
      : Check(
        what: what, outcome: .bad,
        detail: "the file was changed, or signed with another key than \(key.fingerprint)")
  }

  /// Whether a page is that of this `report.json` and exhibit. Its signature covers what it says of
  /// them, so with all three good the files belong together.
  private static func statement(of html: [UInt8], json: String, _ exhibit: Exhibit) -> Check {
    let outcome: Outcome
    let detail: String
    let digest = exhibit.sha256?.hex ?? "none"
    switch PageStatement(page: html) {
    case nil:
      (outcome, detail) = (
        .bad, "it does not say, once and in its head, which report.json it is of"
      )
    case let found? where found.json != json:
      (outcome, detail) = (
        .bad, "it is of a report.json with the SHA-256 \(found.json), and this one has \(json)"
      )
    case let found? where found.exhibit.map { $0 != digest } == true:
      (outcome, detail) = (
        .bad,
        "it is of an exhibit with the SHA-256 \(found.exhibit ?? ""), and the report is on "
          + digest
      )
    case let found?:
      (outcome, detail) = (
        .good,
        "it carries the SHA-256 of report.json, \(json)"
          + (found.exhibit == nil ? " (in its footer, as earlier versions wrote it)" : "")
      )
    }
    return Check(what: "digest in report.html", outcome: outcome, detail: detail)
  }

  private static func original(
    _ exhibit: Exhibit, _ path: [UInt8]?, _ progress: (Int, Int) -> Void
  ) -> Check {
    guard let path else {
      return Check(
        what: "original", outcome: .open,
        detail: "not found; name it with --original to compare it")
    }
    guard let digest = exhibit.sha256 else {
      return Check(
        what: "original", outcome: .open,
        detail: "the report is on a file that was not read, and has no digest to compare with")
    }
    let place = String(decoding: path, as: UTF8.self)
    do {
      // A longer file is not the original, which takes no reading to see.
      let file = try ExhibitFile(path: path, limit: exhibit.size) { done in
        progress(done, exhibit.size)
        return true
      }
      let isSame = file.digest == digest
      return Check(
        what: "original", outcome: isSame ? .good : .bad,
        detail: isSame
          ? "\(place) has the digest of the report"
          : "\(place) has the digest \(file.digest.hex), the report is on \(digest.hex)")
    } catch  where error.code == ExaminationFailure.tooLargeCode {
      return Check(
        what: "original", outcome: .bad,
        detail: "\(place) has more than the \(exhibit.size) bytes of the file that the report is on"
      )
    } catch {
      return Check(what: "original", outcome: .open, detail: "\(place): \(error.message)")
    }
  }
}

extension Configuration {
  /// Where the original of an exhibit may lie: the evidence store, then the inbox it came by.
  public func originals(of exhibit: Exhibit) -> [String] {
    var places = [String]()
    if let hex = exhibit.sha256?.hex {
      places.append("\(state)/evidence/\(hex.prefix(2))/\(hex.dropFirst(2))")
    }
    if let inbox = inbox.first(where: { $0.name == exhibit.inbox }) {
      let folder = exhibit.folder.map { inbox.path + "/" + $0 } ?? inbox.path
      places.append(folder + "/" + exhibit.name)
    }
    return places
  }
}
