import ForensicCore
import ImageCodecs

/// What the pixels and coefficients of a picture tell of what was done to it before: findings, maps
/// of where, and what could not be said.
public struct CompressionHistory: Sendable {
  /// A map with what is needed to read it.
  public struct TraceMap: Hashable, Sendable {
    public var method: ExaminationMethod
    public var title: String
    public var caption: String
    /// What a value is, with its unit.
    public var unit: String
    public var map: BlockMap
    /// The ends of the scale; `nil` for those of this map's own values.
    public var scale: ClosedRange<Float>?
    /// What tells it from other maps; the method's name unless given.
    public var id: String

    public init(
      method: ExaminationMethod, title: String, caption: String, unit: String, map: BlockMap,
      scale: ClosedRange<Float>? = nil, id: String? = nil
    ) {
      self.method = method
      self.title = title
      self.caption = caption
      self.unit = unit
      self.map = map
      self.scale = scale
      self.id = id ?? method.rawValue
    }
  }

  public private(set) var findings: [Finding] = []
  public private(set) var maps: [TraceMap] = []
  public private(set) var figures: [Figure] = []
  public private(set) var notExamined: [Examination.Omission] = []

  /// What one method has to say; without anything found, why.
  package struct Outcome: Sendable {
    package var findings: [Finding] = []
    package var maps: [TraceMap] = []
    package var figures: [Figure] = []
    package var omission: String?

    package init(
      findings: [Finding] = [], maps: [TraceMap] = [], figures: [Figure] = [],
      omission: String? = nil
    ) {
      self.findings = findings
      self.maps = maps
      self.figures = figures
      self.omission = omission
    }

    static func notApplicable(_ why: String) -> Outcome {
      Outcome(omission: "Not applicable: \(why)")
    }

    /// Whether a report can hold every number of it.
    var isFinite: Bool {
      maps.allSatisfy { $0.map.values.allSatisfy(\.isFinite) } && figures.allSatisfy(\.isFinite)
    }
  }

  private var methods: Set<ExaminationMethod>

  /// - Parameters:
  ///   - bytes: of the whole file.
  ///   - jpeg: what its segments say; `nil` for other formats.
  ///   - soundRows: rows that were decoded before any damage.
  ///   - camera: make and model as EXIF has them.
  ///   - preview: the picture that EXIF embeds, as it is.
  ///   - limits: what reading the coefficients may take.
  public init(
    bytes: UnsafeRawBufferPointer, pixels: PixelBuffer, jpeg: JPEGInfo?, soundRows: Int,
    camera: String? = nil, preview: [UInt8]? = nil, limits: DecodeLimits = .standard,
    methods: Set<ExaminationMethod>
  ) {
    self.methods = methods
    for method in Self.all where !methods.contains(method) { omit(method, "Switched off.") }
    if methods.contains(.encoder) {
      add(Self.builder(bytes, jpeg: jpeg, camera: camera, preview: preview), of: .encoder)
    }
    guard soundRows == pixels.height else {
      let why = "Not applicable: the picture is damaged, and damage looks like a change."
      for method in Self.all.dropFirst() where methods.contains(method) { omit(method, why) }
      return
    }
    let asksPhotographs = !methods.isDisjoint(with: Self.ofPhotographs)
    let fits = pixels.width * pixels.height <= Self.mostPixels
    let luma = fits && (asksPhotographs || methods.contains(.copyMove)) ? LumaPlane(pixels) : nil
    let noise = asksPhotographs ? luma.flatMap(NoiseLevel.init) : nil
    if asksPhotographs, let luma, let unlike = Self.unlike(luma, noise, isJPEG: jpeg != nil) {
      for method in Self.all where methods.contains(method) && Self.ofPhotographs.contains(method) {
        omit(method, "Not applicable: \(unlike)")
      }
      self.methods.subtract(Self.ofPhotographs)
    }
    readCoefficients(bytes, jpeg: jpeg, limits: limits)
    readPixels(luma, noise, size: pixels.width * pixels.height, jpeg: jpeg)
  }

  /// What drawings, charts and patterns of dots make these say has nothing to do with earlier savings.
  private static let ofPhotographs: Set<ExaminationMethod> = [
    .doubleJPEG, .shiftedJPEG, .ghosts, .blockGrid, .noise,
  ]

  /// Why the picture is no photograph to those methods; `nil` where it may be one.
  private static func unlike(_ luma: LumaPlane, _ noise: NoiseLevel?, isJPEG: Bool) -> String? {
    noise?.unlikePhotographs
      ?? (DrawnSquares.make(up: luma, isJPEG: isJPEG) ? DrawnSquares.why : nil)
  }

  private static func builder(
    _ bytes: UnsafeRawBufferPointer, jpeg: JPEGInfo?, camera: String?, preview: [UInt8]?
  ) -> Outcome {
    guard !EncoderTable.known.isEmpty else {
      return .notApplicable("the table of known encoders is empty.")
    }
    guard let jpeg else {
      return .notApplicable("it reads JPEG segments, and the file is no JPEG.")
    }
    let findings = [
      JPEGForensics.encoder(bytes, info: jpeg, camera: camera),
      preview.flatMap { JPEGForensics.preview($0, camera: camera) },
    ]
    return Outcome(findings: findings.compactMap { $0 })
  }

  /// In the order of the report.
  private static let all: [ExaminationMethod] = [
    .encoder, .doubleJPEG, .shiftedJPEG, .ghosts, .errorLevel, .blockGrid, .noise, .copyMove,
  ]

  private mutating func omit(_ method: ExaminationMethod, _ why: String) {
    notExamined.append(.init(what: method.title, why: why))
  }

  /// Takes in what a method has to say. A number that is not finite would make the whole report
  /// unwritable: it costs that method its place, and no other.
  package mutating func add(_ outcome: Outcome, of method: ExaminationMethod) {
    guard outcome.isFinite else { return omit(method, Examination.Omission.notFinite) }
    findings += outcome.findings
    maps += outcome.maps
    figures += outcome.figures
    if let why = outcome.omission { omit(method, why) }
  }

  // MARK: Coefficients

  private mutating func readCoefficients(
    _ bytes: UnsafeRawBufferPointer, jpeg: JPEGInfo?, limits: DecodeLimits
  ) {
    let wanted = [ExaminationMethod.doubleJPEG, .ghosts, .errorLevel].filter(methods.contains)
    guard !wanted.isEmpty else { return }
    guard let jpeg else {
      for method in wanted {
        omit(method, "Not applicable: it reads JPEG coefficients, and the file is no JPEG.")
      }
      return
    }
    guard !jpeg.isRGB else {
      for method in wanted {
        omit(method, "Not applicable: the JPEG stores red, green and blue, and no brightness.")
      }
      return
    }
    do {
      let coefficients = try JPEGCoefficients.read(bytes, limits: limits)
      if methods.contains(.doubleJPEG) {
        add(Self.double(coefficients, quality: jpeg.quality.luma), of: .doubleJPEG)
      }
      if methods.contains(.ghosts) || methods.contains(.errorLevel) {
        let again = Requantisation(coefficients)
        if methods.contains(.ghosts) { add(Self.ghost(again), of: .ghosts) }
        if methods.contains(.errorLevel) { add(Self.errorLevel(again), of: .errorLevel) }
      }
    } catch {
      for method in wanted { omit(method, "Not applicable: \(error.message)") }
    }
  }

  private static func double(_ coefficients: JPEGCoefficients, quality: Int) -> Outcome {
    guard coefficients.blockCount >= DoubleCompression.fewestBlocks else {
      return .notApplicable(
        "\(coefficients.blockCount) blocks; at least \(DoubleCompression.fewestBlocks) are needed.")
    }
    let found = DoubleCompression(coefficients)
    var outcome = Outcome(
      findings: [HistoryWords.double(found, quality: quality)],
      figures: [HistoryWords.evidence(found)])
    guard found.isDetected else { return outcome }
    var map = BlockMap(
      columns: coefficients.columns, rows: coefficients.rows,
      values: found.blockEvidence(coefficients).map { Float(-$0) }
    ).smoothed(radius: DoubleCompression.mapRadius)
    map.values = map.values.map { $0 / 2.302585 }
    outcome.maps = [HistoryWords.doubleMap(map)]
    return outcome
  }

  private static func ghost(_ again: Requantisation) -> Outcome {
    guard again.columns * again.rows >= DoubleCompression.fewestBlocks, let ghost = again.ghost
    else { return .notApplicable("the picture is too small or without any texture.") }
    return Outcome(findings: [HistoryWords.ghost(ghost)], maps: [HistoryWords.ghostMap(ghost)])
  }

  private static func errorLevel(_ again: Requantisation) -> Outcome {
    let map = again.errorLevel
    return Outcome(
      findings: [HistoryWords.errorLevel(map)], maps: [HistoryWords.errorLevelMap(map)])
  }

  // MARK: Pixels

  private mutating func readPixels(
    _ luma: LumaPlane?, _ noise: NoiseLevel?, size: Int, jpeg: JPEGInfo?
  ) {
    let wanted = [ExaminationMethod.shiftedJPEG, .blockGrid, .noise, .copyMove].filter(
      methods.contains)
    guard !wanted.isEmpty else { return }
    guard let luma else {
      for method in wanted {
        omit(
          method,
          "Not applicable: its time budget allows for \(Self.mostPixels) pixels, and the picture "
            + "has \(size).")
      }
      return
    }
    if methods.contains(.shiftedJPEG) {
      add(Self.shifted(luma, quality: jpeg?.quality.luma), of: .shiftedJPEG)
    }
    if methods.contains(.blockGrid) { add(Self.grid(luma, isJPEG: jpeg != nil), of: .blockGrid) }
    if methods.contains(.noise) { add(Self.noise(noise), of: .noise) }
    if methods.contains(.copyMove) { add(Self.copies(luma), of: .copyMove) }
  }

  /// The time budget of the methods that read pixels, as work: about a second on one core.
  static let mostPixels = 48_000_000

  private static func shifted(_ luma: LumaPlane, quality: Int?) -> Outcome {
    guard let quality else {
      return .notApplicable("it looks for two savings as JPEG, and the file is no JPEG.")
    }
    guard quality >= ShiftedCompression.qualities[0] else {
      return .notApplicable(
        "the file was saved at quality \(quality), with larger steps than any earlier saving that is "
          + "looked for (\(ShiftedCompression.qualities[0]) and above).")
    }
    guard let found = ShiftedCompression(luma) else {
      return .notApplicable(
        "fewer than \(ShiftedCompression.fewestBlocks) blocks lie within the picture on every grid."
      )
    }
    return Outcome(
      findings: [HistoryWords.shifted(found, quality: quality)],
      figures: [HistoryWords.strengths(found)])
  }

  private static let tooSmall = Outcome.notApplicable("the picture is too small.")

  private static func grid(_ luma: LumaPlane, isJPEG: Bool) -> Outcome {
    guard let grid = BlockGrid(luma) else { return tooSmall }
    let second = HistoryWords.secondGrid(grid)
    var outcome = Outcome(
      findings: [HistoryWords.grid(grid, isJPEG: isJPEG)] + (second.map { [$0] } ?? []))
    if grid.isFound {
      outcome.maps = [HistoryWords.gridMap(grid)]
    } else {
      outcome.omission =
        "Not applicable: no block grid is found, so nothing can be said of where it breaks off."
    }
    return outcome
  }

  private static func noise(_ noise: NoiseLevel?) -> Outcome {
    guard let noise else { return tooSmall }
    return Outcome(findings: [HistoryWords.noise(noise)], maps: [HistoryWords.noiseMap(noise)])
  }

  private static func copies(_ luma: LumaPlane) -> Outcome {
    guard let copies = CopyMove(luma) else { return tooSmall }
    return Outcome(
      findings: [HistoryWords.copies(copies)],
      maps: copies.match == nil ? [] : [HistoryWords.copyMap(copies)])
  }
}
