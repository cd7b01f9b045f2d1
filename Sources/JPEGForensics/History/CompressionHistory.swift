import ForensicCore
import ImageCodecs

/// What the pixels and coefficients of a picture tell of what was done to it before: findings, maps
/// of where, and what could not be said.
public struct CompressionHistory: Sendable {
  /// A map with what is needed to read it.
  public struct TraceMap: Sendable {
    public var method: ExaminationMethod
    public var title: String
    public var caption: String
    /// What a value is, with its unit.
    public var unit: String
    public var map: BlockMap
  }

  public private(set) var findings: [Finding] = []
  public private(set) var maps: [TraceMap] = []
  public private(set) var figures: [Figure] = []
  public private(set) var notExamined: [Examination.Omission] = []

  private let methods: Set<ExaminationMethod>

  /// - Parameters:
  ///   - bytes: of the whole file.
  ///   - jpeg: what its segments say; `nil` for other formats.
  ///   - soundRows: rows that were decoded before any damage.
  ///   - camera: make and model as EXIF has them.
  ///   - limits: what reading the coefficients may take.
  public init(
    bytes: UnsafeRawBufferPointer, pixels: PixelBuffer, jpeg: JPEGInfo?, soundRows: Int,
    camera: String? = nil, limits: DecodeLimits = .standard, methods: Set<ExaminationMethod>
  ) {
    self.methods = methods
    for method in Self.all where !methods.contains(method) { omit(method, "Switched off.") }
    if methods.contains(.encoder) {
      if EncoderTable.known.isEmpty {
        omit(.encoder, "Not applicable: the table of known encoders is empty.")
      } else if let jpeg {
        findings.append(JPEGForensics.encoder(bytes, info: jpeg, camera: camera))
      } else {
        omit(.encoder, "Not applicable: it reads JPEG segments, and the file is no JPEG.")
      }
    }
    guard soundRows == pixels.height else {
      let why = "Not applicable: the picture is damaged, and damage looks like a change."
      for method in Self.all.dropFirst() where methods.contains(method) { omit(method, why) }
      return
    }
    readCoefficients(bytes, jpeg: jpeg, limits: limits)
    readPixels(pixels, jpeg: jpeg)
  }

  /// In the order of the report.
  private static let all: [ExaminationMethod] = [
    .encoder, .doubleJPEG, .ghosts, .errorLevel, .blockGrid, .noise, .copyMove,
  ]

  private mutating func omit(_ method: ExaminationMethod, _ why: String) {
    notExamined.append(.init(what: method.title, why: why))
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
    do {
      let coefficients = try JPEGCoefficients.read(bytes, limits: limits)
      if methods.contains(.doubleJPEG) { weighDouble(coefficients, quality: jpeg.quality.luma) }
      if methods.contains(.ghosts) || methods.contains(.errorLevel) {
        let again = Requantisation(coefficients)
        if methods.contains(.ghosts) { addGhost(again) }
        if methods.contains(.errorLevel) { addErrorLevel(again) }
      }
    } catch {
      for method in wanted { omit(method, "Not applicable: \(error.message)") }
    }
  }

  private mutating func weighDouble(_ coefficients: JPEGCoefficients, quality: Int) {
    guard coefficients.blockCount >= DoubleCompression.fewestBlocks else {
      return omit(
        .doubleJPEG,
        "Not applicable: \(coefficients.blockCount) blocks; at least "
          + "\(DoubleCompression.fewestBlocks) are needed.")
    }
    let found = DoubleCompression(coefficients)
    findings.append(HistoryWords.double(found, quality: quality))
    figures.append(HistoryWords.evidence(found))
    guard found.isDetected else { return }
    var map = BlockMap(
      columns: coefficients.columns, rows: coefficients.rows,
      values: found.blockEvidence(coefficients).map { Float(-$0) }
    ).smoothed(radius: DoubleCompression.mapRadius)
    map.values = map.values.map { $0 / 2.302585 }
    maps.append(HistoryWords.doubleMap(map))
  }

  private mutating func addGhost(_ again: Requantisation) {
    guard again.columns * again.rows >= DoubleCompression.fewestBlocks, let ghost = again.ghost
    else {
      return omit(.ghosts, "Not applicable: the picture is too small or without any texture.")
    }
    findings.append(HistoryWords.ghost(ghost))
    maps.append(HistoryWords.ghostMap(ghost))
  }

  private mutating func addErrorLevel(_ again: Requantisation) {
    let map = again.errorLevel
    findings.append(HistoryWords.errorLevel(map))
    maps.append(HistoryWords.errorLevelMap(map))
  }

  // MARK: Pixels

  private mutating func readPixels(_ pixels: PixelBuffer, jpeg: JPEGInfo?) {
    let wanted = [ExaminationMethod.blockGrid, .noise, .copyMove].filter(methods.contains)
    guard !wanted.isEmpty else { return }
    guard pixels.width * pixels.height <= Self.mostPixels else {
      for method in wanted {
        omit(
          method,
          "Not applicable: its time budget allows for \(Self.mostPixels) pixels, and the picture "
            + "has \(pixels.width * pixels.height).")
      }
      return
    }
    let luma = LumaPlane(pixels)
    let small = "Not applicable: the picture is too small."
    if methods.contains(.blockGrid) {
      if let grid = BlockGrid(luma) {
        addGrid(grid, isJPEG: jpeg != nil)
      } else {
        omit(.blockGrid, small)
      }
    }
    if methods.contains(.noise) {
      if let noise = NoiseLevel(luma) {
        findings.append(HistoryWords.noise(noise))
        maps.append(HistoryWords.noiseMap(noise))
      } else {
        omit(.noise, small)
      }
    }
    if methods.contains(.copyMove) {
      if let copies = CopyMove(luma) {
        findings.append(HistoryWords.copies(copies))
        if copies.match != nil { maps.append(HistoryWords.copyMap(copies)) }
      } else {
        omit(.copyMove, small)
      }
    }
  }

  /// The time budget of the methods that read pixels, as work: about a second on one core.
  static let mostPixels = 48_000_000

  private mutating func addGrid(_ grid: BlockGrid, isJPEG: Bool) {
    findings.append(HistoryWords.grid(grid, isJPEG: isJPEG))
    if let second = HistoryWords.secondGrid(grid) { findings.append(second) }
    guard grid.isFound else {
      return omit(
        .blockGrid,
        "Not applicable: no block grid is found, so nothing can be said of where it breaks off.")
    }
    maps.append(HistoryWords.gridMap(grid))
  }
}
