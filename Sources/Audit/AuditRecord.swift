import ForensicCore

/// The line an audit keeps of one file. Nothing in it depends on when, where or in which order
/// files were examined.
public struct AuditRecord: Hashable, Sendable {
  /// What came of a file.
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case generated, camera, inconclusive
    /// No picture of a format that is examined.
    case other
    /// It could not be examined; `error` says why.
    case failed
    /// A ZIP or TAR file whose members have lines of their own.
    case container
  }

  /// Where a file is found: its path, and its place within containers.
  public struct Place: Hashable, Sendable {
    /// Below the audited folder, or as the list names it. Bytes.
    public var path: [UInt8]
    /// Eight digits for the entry's number in its container, with `/` between the levels; empty
    /// for a file of its own.
    public var position = ""
    /// The member's name, with `!/` between the levels. Bytes; a label, never used as a path.
    public var member: [UInt8]?

    public init(path: [UInt8], position: String = "", member: [UInt8]? = nil) {
      self.path = path
      self.position = position
      self.member = member
    }
  }

  public var place: Place
  public var status: Status
  /// Bytes.
  public var size: Int
  /// Milliseconds since 1970; as the container states it for a member.
  public var modified: Int64?
  public var sha256: SHA256Digest?
  public var format: String?
  public var width: Int?
  public var height: Int?
  /// JPEG quality, 1…100.
  public var quality: Int?
  /// P(generated), 0…1.
  public var probability: Double?
  /// log10 of the likelihood ratio.
  public var ratio: Double?
  /// Family → probability.
  public var families: [String: Double]?
  /// Codes of the findings that are more than information, in the report's order.
  public var findings: [String] = []
  public var camera: String?
  /// The month of `DateTimeOriginal`, `2019-07`.
  public var taken: String?
  /// See `ImageInfo.perceptualHash`.
  public var perceptualHash: String?
  /// Why it could not be examined.
  public var errorCode: String?
  public var errorMessage: String?
  /// How many members a container has.
  public var members: Int?
  /// The folder of its whole report below the audit's own, where there is one.
  public var report: String?

  package init(place: Place, status: Status, size: Int, modified: Int64?) {
    self.place = place
    self.status = status
    self.size = size
    self.modified = modified
  }

  /// A file that could not be examined, or is no picture.
  init(
    place: Place, size: Int, modified: Int64?, sha256: SHA256Digest? = nil,
    failure: ExaminationFailure
  ) {
    self.init(
      place: place, status: failure.code == "format.unknown" ? .other : .failed, size: size,
      modified: modified)
    self.sha256 = sha256
    errorCode = failure.code
    errorMessage = failure.message
  }

  init(
    place: Place, size: Int, modified: Int64?, sha256: SHA256Digest, examination: Examination
  ) {
    let conclusion = examination.conclusion
    let status: Status =
      switch conclusion.leaning {
      case .generated: .generated
      case .camera: .camera
      case .inconclusive: .inconclusive
      }
    self.init(place: place, status: status, size: size, modified: modified)
    self.sha256 = sha256
    format = examination.image.format.rawValue
    width = examination.image.width
    height = examination.image.height
    quality = examination.jpeg?.quality.estimate
    probability = conclusion.probabilityGenerated
    ratio = conclusion.logLikelihoodRatio
    families = conclusion.families
    findings = examination.findings.filter { $0.weight != .information }.map(\.code)
    camera = examination.metadata.camera
    taken = examination.metadata.exif.first { $0.name == "DateTimeOriginal" }
      .flatMap { Self.month($0.value) }
    perceptualHash = examination.image.perceptualHash
  }

  /// `2019-07` of EXIF's `2019:07:31 12:00:00`; `nil` for what is no such date.
  package static func month(_ text: String) -> String? {
    let bytes = Array(text.utf8.prefix(7))
    guard bytes.count == 7, bytes[4] == UInt8(ascii: ":"),
      let year = Int(String(decoding: bytes[..<4], as: UTF8.self)),
      let month = Int(String(decoding: bytes[5...], as: UTF8.self)),
      (1800...2200).contains(year), (1...12).contains(month)
    else { return nil }
    return "\(year)-\(month < 10 ? "0" : "")\(month)"
  }
}

extension AuditRecord.Place: Comparable {
  /// By path, then by position, as bytes: the order of every result.
  public static func < (left: Self, right: Self) -> Bool {
    left.path == right.path
      ? left.position.utf8.lexicographicallyPrecedes(right.position.utf8)
      : left.path.lexicographicallyPrecedes(right.path)
  }
}

extension AuditRecord: Encodable {
  private enum Key: String, CodingKey {
    case path, pathBytes, position, member, memberBytes, status, size, modified, sha256, format
    case width, height, quality, probabilityGenerated, logLikelihoodRatio, families, findings
    case camera, taken, perceptualHash, error, members, report
  }

  private struct Failure: Encodable {
    var code: String
    var message: String?
  }

  /// One line of `results.jsonl`; members without a value are absent.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    let path = FileName(bytes: place.path)
    try container.encode(path.text, forKey: .path)
    if !path.isUTF8 { try container.encode(path.hex, forKey: .pathBytes) }
    if let bytes = place.member {
      let member = FileName(bytes: bytes)
      try container.encode(place.position, forKey: .position)
      try container.encode(member.text, forKey: .member)
      if !member.isUTF8 { try container.encode(member.hex, forKey: .memberBytes) }
    }
    try container.encode(status.rawValue, forKey: .status)
    try container.encode(size, forKey: .size)
    try container.encodeIfPresent(
      modified.map { Timestamp(milliseconds: $0).rfc3339 }, forKey: .modified)
    try container.encodeIfPresent(sha256?.hex, forKey: .sha256)
    try container.encodeIfPresent(format, forKey: .format)
    try container.encodeIfPresent(width, forKey: .width)
    try container.encodeIfPresent(height, forKey: .height)
    try container.encodeIfPresent(quality, forKey: .quality)
    try container.encodeIfPresent(probability, forKey: .probabilityGenerated)
    try container.encodeIfPresent(ratio, forKey: .logLikelihoodRatio)
    try container.encodeIfPresent(families, forKey: .families)
    if !findings.isEmpty { try container.encode(findings, forKey: .findings) }
    try container.encodeIfPresent(camera, forKey: .camera)
    try container.encodeIfPresent(taken, forKey: .taken)
    try container.encodeIfPresent(perceptualHash, forKey: .perceptualHash)
    if let errorCode {
      try container.encode(Failure(code: errorCode, message: errorMessage), forKey: .error)
    }
    try container.encodeIfPresent(members, forKey: .members)
    try container.encodeIfPresent(report, forKey: .report)
  }
}
