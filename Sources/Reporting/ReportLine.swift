import ForensicCore
import FoundationEssentials

/// One line of `reports.jsonl`, and one row of `index.html`: a report in short.
public struct ReportLine: Hashable, Sendable, Codable {
  /// The exhibit's number in the journal.
  public var id: String?
  /// The file's name, as in the report.
  public var name: String
  /// `nil` for a file over the limit of size, which is not read.
  public var sha256: SHA256Digest?
  /// The report's folder, relative to the outbox, with `/` between its parts.
  public var folder: String
  public var received: Timestamp?
  /// When the report was written.
  public var written: Timestamp?
  /// `nil` when the file could not be examined; then `error` says why.
  public var leaning: Conclusion.Leaning?
  /// `true` where it is left open because a change of the picture turns it round; `nil` otherwise.
  public var flips: Bool?
  public var words: String?
  public var probabilityGenerated: Double?
  public var logLikelihoodRatio: Double?
  /// The likeliest family but `real`, where the leaning is `generated`.
  public var family: String?
  public var format: ImageFormat?
  public var width: Int?
  public var height: Int?
  /// The measured JPEG quality, 1…100.
  public var quality: Int?
  /// Findings that contradict each other or show damage.
  public var alarms: Int?
  /// The failure's code.
  public var error: String?
  public var sameBytesAs: String?

  /// - Parameter folder: The report's folder, relative to the outbox.
  public init(_ report: Report, folder: String) {
    id = report.exhibit.id
    name = report.exhibit.name
    sha256 = report.exhibit.sha256
    self.folder = folder
    received = report.exhibit.received
    written = report.provenance.written
    sameBytesAs = report.exhibit.sameBytesAs
    switch report.outcome {
    case .failure(let failure): error = failure.code
    case .success(let examination):
      let conclusion = examination.conclusion
      leaning = conclusion.leaning
      if conclusion.isTurned { flips = true }
      words = conclusion.words
      probabilityGenerated = conclusion.probabilityGenerated
      logLikelihoodRatio = conclusion.logLikelihoodRatio
      if conclusion.leaning == .generated { family = conclusion.likeliestGenerator?.name }
      format = examination.image.format
      width = examination.image.width
      height = examination.image.height
      quality = examination.jpeg?.quality.estimate
      alarms = examination.findings.count { $0.weight == .contradiction || $0.weight == .damage }
    }
  }

  /// The line, with its newline.
  public static func json(_ report: Report, folder: String) throws -> [UInt8] {
    try Self(report, folder: folder).json()
  }

  /// The line, with its newline.
  public func json() throws -> [UInt8] {
    try ReportEncoder.bytes(self, pretty: false) + [UInt8(ascii: "\n")]
  }

  /// Reads the lines of a `reports.jsonl`. A last line without its newline (cut by a power
  /// failure) and lines of another layout are passed over.
  public static func lines(of jsonl: [UInt8]) -> [ReportLine] {
    let decoder = JSONDecoder()
    var parts = jsonl.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    parts = parts.dropLast()
    return parts.compactMap { try? decoder.decode(ReportLine.self, from: Data($0)) }
  }
}

extension Conclusion {
  /// The generator family with the highest probability; ties go to the earlier name.
  package var likeliestGenerator: (name: String, probability: Double)? {
    families.filter { $0.key != GeneratorFamily.real.rawValue }
      .max { ($0.value, $1.key) < ($1.value, $0.key) }
      .map { ($0.key, $0.value) }
  }
}
