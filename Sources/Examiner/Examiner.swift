import DeclaredOrigin
import Detectors
import ForensicCore
import ImageCodecs
import ImageMetadata
import JPEGForensics

/// The whole examination of one file: decode, measure, detect, fuse. No state is kept from one
/// file to the next, and nothing is read but the bytes, the name and the clock: the same bytes, name,
/// bundle and version give the same `Examination`, but for what it says of certificates and of dates
/// yet to come, and for occlusion maps, whose squares are larger, or which are missing, where time is short.
public struct Examiner: Sendable {
  /// What an examination may take.
  public struct Limits: Hashable, Sendable {
    /// Bytes that may be allocated for one file's pixels and the work on them.
    public var memory: Int
    public var decoding: DecodeLimits
    /// The longer side of the preview in the report, in pixels.
    public var previewSide: Int

    public init(
      memory: Int = 400 << 20, decoding: DecodeLimits = .standard, previewSide: Int = 640
    ) {
      self.memory = memory
      self.decoding = decoding
      self.previewSide = previewSide
    }
  }

  /// What the work after decoding takes, in bytes: views, planes, figures, the answer.
  private static let workingMemory = 24 << 20

  let detection: DetectionStage
  let credentials: CredentialStage
  public var limits: Limits

  /// - Parameters:
  ///   - bundle: the folder of the model bundle. Without one, or with one that cannot be used,
  ///     files are examined all the same, no detector runs, and every result says why.
  ///   - models: the folder of installed encoders, which the bundle's detectors may use.
  ///   - trustList: the PEM file of the certificates that are trusted. Without one, or with one
  ///     that cannot be used, no signer is.
  ///   - budgets: seconds that a method may take, where not the standard ones.
  public init(
    bundle: String?, models: String? = nil, trustList: String? = nil,
    budgets: [ExaminationMethod: Double] = [:], limits: Limits = Limits()
  ) {
    self.init(
      detection: DetectionStage(bundle: bundle, models: models, budgets: budgets),
      credentials: CredentialStage(trustList: trustList, budgets: budgets), limits: limits)
  }

  init(
    detection: DetectionStage, credentials: CredentialStage = CredentialStage(), limits: Limits
  ) {
    self.detection = detection
    self.credentials = credentials
    self.limits = limits
  }

  /// How many certificates are trusted, or why there are none.
  public var trustList: (count: Int, failure: String?) {
    (credentials.reader.trust.count, credentials.failure)
  }

  /// The bundle's name and digest, or why there is none.
  public var bundle: (name: String, digest: SHA256Digest?, failure: String?) {
    detection.identity
  }

  /// Examines the bytes of one file.
  ///
  /// - Parameters:
  ///   - name: what the file is called. The format is decided by the bytes; a name that says
  ///     another is a finding.
  ///   - without: methods that are left out.
  ///   - figures: whether figures are wanted; drawing them takes time.
  public func examine(
    _ bytes: UnsafeRawBufferPointer, name: FileName, without: Set<ExaminationMethod> = [],
    figures: Bool = true
  ) -> Result<Examination, ExaminationFailure> {
    Result { () throws(ExaminationFailure) in
      try examination(of: bytes, name: name, without: without, figures: figures)
    }
  }

  private func examination(
    of bytes: UnsafeRawBufferPointer, name: FileName, without: Set<ExaminationMethod>,
    figures: Bool
  ) throws(ExaminationFailure) -> Examination {
    let decoded = try ImageDecoder.decode(bytes, limits: decodeLimits(fileSize: bytes.count))
    let named = NameCheck.finding(name, format: decoded.info.format).map { [$0] } ?? []
    let structure = StructureStage(bytes, format: decoded.info.format)
    let now = Timestamp.now
    let metadata = MetadataStage(
      bytes, decoded: decoded,
      limits: decodeLimits(fileSize: bytes.count + decoded.pixels.samples.count), asOf: now)
    let credentials = credentials.read(
      bytes, format: decoded.info.format, isOff: without.contains(.contentCredentials),
      now: now)
    let detected = detection.examine(
      decoded, jpegQuality: structure.jpeg?.quality.estimate,
      without: without, figures: figures)
    let history = HistoryStage(
      bytes, decoded: decoded, jpeg: structure.jpeg, metadata: metadata,
      limits: decodeLimits(fileSize: bytes.count + decoded.pixels.samples.count),
      methods: Set(ExaminationMethod.allCases).subtracting(without), figures: figures)
    var declaration = metadata.declaration
    let compared = declaration?.compare(with: detected.conclusion) ?? []
    let preview = PreviewStage(
      decoded.pixels, orientation: metadata.context.orientation, side: limits.previewSide,
      figures: figures)
    var image = decoded.info
    image.perceptualHash = preview.perceptualHash
    return Examination(
      image: image, jpeg: structure.jpeg, metadata: metadata.context,
      contentCredentials: credentials.report, declaration: declaration,
      detectors: detected.detectors, conclusion: detected.conclusion,
      findings: Self.inOrder(
        named + decoded.findings + structure.findings + metadata.findings + credentials.findings
          + history.findings + detected.findings + compared),
      figures: figures
        ? preview.figures + detected.figures + structure.figures + history.figures
          + HistoryStage.figures(detected.maps, orientation: metadata.context.orientation) : [],
      notExamined: detected.notExamined + structure.notExamined + metadata.notExamined
        + credentials.notExamined + history.notExamined
        + [ExaminationMethod.tileScores, .occlusion, .stability].filter(without.contains).map {
          .init(what: $0.title, why: "Switched off.")
        }
        + preview.notExamined)
  }

  /// The decoder may take what the file's own bytes and the work after decoding leave of the
  /// memory.
  private func decodeLimits(fileSize: Int) -> DecodeLimits {
    var decoding = limits.decoding
    decoding.maxMemory = min(
      decoding.maxMemory, max(0, limits.memory - fileSize - Self.workingMemory))
    return decoding
  }

  /// Contradictions and damage first; otherwise in the order in which they were found.
  static func inOrder(_ findings: [Finding]) -> [Finding] {
    let order: [Finding.Weight] = [.contradiction, .damage, .notable, .information]
    return order.flatMap { weight in findings.filter { $0.weight == weight } }
  }
}
