/// Everything the examiner child learnt from the bytes and the name of one exhibit, and nothing
/// else: the same bytes, name, bundle, settings and version give the same `Examination`, on any machine, at any time;
/// but for the validity of certificates, which is checked against the clock
/// (`CredentialReport.validatedAt`), and for dates that were yet to come (`exif.dates.implausible`).
public struct Examination: Hashable, Sendable, Codable {
  /// Something that was not looked at, and why.
  public struct Omission: Hashable, Sendable, Codable {
    public var what: String
    public var why: String

    /// Why a method is left out that gave NaN or infinity, which no report can hold.
    public static let notFinite =
      "Failed: it gave a number that is not finite, so nothing of it is shown."

    public init(what: String, why: String) {
      self.what = what
      self.why = why
    }
  }

  public var image: ImageInfo
  /// `nil` unless the file is a JPEG.
  public var jpeg: JPEGInfo?
  public var metadata: MetadataContext
  /// `nil` for a file without Content Credentials, and where they were not looked at.
  public var contentCredentials: CredentialReport?
  /// What the file declares about its origin; `nil` where it declares nothing.
  public var declaration: Declaration?
  public var detectors: [DetectorResult]
  public var conclusion: Conclusion
  public var findings: [Finding]
  /// The figures, `preview` (the picture itself, made small and upright) among them.
  public var figures: [Figure]
  public var notExamined: [Omission]

  public init(
    image: ImageInfo, jpeg: JPEGInfo?, metadata: MetadataContext,
    contentCredentials: CredentialReport? = nil, declaration: Declaration? = nil,
    detectors: [DetectorResult], conclusion: Conclusion, findings: [Finding], figures: [Figure],
    notExamined: [Omission]
  ) {
    self.image = image
    self.jpeg = jpeg
    self.metadata = metadata
    self.contentCredentials = contentCredentials
    self.declaration = declaration
    self.detectors = detectors
    self.conclusion = conclusion
    self.findings = findings
    self.figures = figures
    self.notExamined = notExamined
  }
}

/// Why a file could not be examined. Thrown as far as the report, which prints it.
public struct ExaminationFailure: Error, Hashable, Sendable, Codable {
  /// A stable code: `format.unknown`, `format.malformed`, `limit.pixels`, `limit.dimension`,
  /// `limit.ancillary`, `limit.memory`, `limit.time`, `examiner.crashed`, `file.changed`,
  /// `file.unreadable`, …
  public var code: String
  /// What happened, in one sentence that names the limit or the place in the file.
  public var message: String
  /// What a person can do about it; `nil` when nothing helps.
  public var mend: String?
  /// Whether trying again can end differently.
  public var transient: Bool

  public init(code: String, message: String, mend: String? = nil, transient: Bool = false) {
    self.code = code
    self.message = message
    self.mend = mend
    self.transient = transient
  }
}
