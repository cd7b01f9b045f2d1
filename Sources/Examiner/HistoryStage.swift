import ForensicCore
import ImageCodecs
import JPEGForensics

/// What was done to the picture before, and where; every method that is not switched off.
struct HistoryStage {
  private(set) var findings: [Finding] = []
  private(set) var figures: [Figure] = []
  private(set) var notExamined: [Examination.Omission] = []

  /// Cells of a map on its longer side: as many as a reader can tell apart.
  private static let mapSide = 64

  init(
    _ bytes: UnsafeRawBufferPointer, decoded: DecodedImage, jpeg: JPEGInfo?,
    metadata: MetadataStage, limits: DecodeLimits, methods: Set<ExaminationMethod>,
    figures isDrawn: Bool
  ) {
    let history = CompressionHistory(
      bytes: bytes, pixels: decoded.pixels, jpeg: jpeg, soundRows: decoded.soundRows,
      camera: metadata.context.camera, preview: metadata.preview, limits: limits,
      methods: methods)
    findings = history.findings
    notExamined = history.notExamined
    guard isDrawn else { return }
    figures =
      history.figures + Self.figures(history.maps, orientation: metadata.context.orientation)
  }

  /// Maps as a report holds them, over the upright picture.
  static func figures(_ maps: [CompressionHistory.TraceMap], orientation: Int?) -> [Figure] {
    maps.map { figure($0, orientation: orientation ?? 1) }
  }

  private static func figure(_ trace: CompressionHistory.TraceMap, orientation: Int) -> Figure {
    let map = trace.map.pooled(side: mapSide).oriented(exif: orientation)
    // The ends of the scale leave out the outermost two percent.
    let sorted = map.ordered
    let lower = trace.scale?.lowerBound ?? sorted[sorted.count * 2 / 100]
    let upper = trace.scale?.upperBound ?? sorted[sorted.count - 1 - sorted.count * 2 / 100]
    return Figure(
      id: "map-\(trace.id)", title: trace.title, caption: trace.caption,
      content: .map(
        columns: map.columns, values: map.values.map { Self.rounded(Double($0)) },
        lower: rounded(Double(lower)), upper: rounded(Double(upper)), unit: trace.unit))
  }

  /// Three decimals are more than a colour shows.
  private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
