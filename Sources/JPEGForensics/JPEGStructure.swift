import ForensicCore
import ImageCodecs

/// Reads a JPEG's marker segments (ITU-T T.81, Annex B) without decoding its pixels.
public enum JPEGStructure {
  /// Marker names beyond this number are not listed: a file can be nothing but comments.
  static let maxMarkers = 2000
  /// Table definitions beyond this number are not kept.
  static let maxTables = 32

  /// Tolerates fill bytes, garbage between segments, and a file that ends early.
  /// - Throws: `format.malformed` when there is no frame header or no quantisation table for its
  ///   first component.
  public static func parse(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ExaminationFailure) -> JPEGInfo {
    let reader = ByteReader(bytes)
    var tables = TableReader()
    var frame: JPEGFrameHeader?
    var restartInterval = 0
    var adobe: Int?
    var markers = [String]()
    for segment in JPEGSegmentReader(bytes) {
      if markers.count < maxMarkers { markers.append(segment.name) }
      let start = segment.payload.lowerBound
      switch segment.marker {
      case 0xDB: tables.define(segment, reader)
      case 0xDD: restartInterval = reader.big16(start) ?? restartInterval
      case 0xEE where segment.payload.count >= 12 && reader.holds("Adobe", at: start):
        adobe = adobe ?? reader.u8(start + 11).map(Int.init)
      case 0xDA:
        if let frame { tables.bind(frame.components, scan: segment, reader) }
      default:
        if segment.startsFrame, frame == nil {
          frame = try JPEGFrameHeader.frame(segment, reader)
        }
      }
    }
    guard let frame, !frame.components.isEmpty else { throw malformed("no frame header (SOF)") }
    tables.bindRest(frame.components)
    guard let luma = tables.bound[0] else { throw malformed("no quantisation table (DQT)") }
    return JPEGInfo(
      quality: JPEGQualityEstimator.estimate(
        luma: luma, chroma: tables.chroma(of: frame.components, luma: luma)),
      tables: tables.all, components: frame.components,
      subsampling: subsampling(frame.components), progressive: frame.progressive,
      restartInterval: restartInterval, adobeTransform: adobe, markers: markers)
  }

  /// The same over an array.
  public static func parse(_ bytes: [UInt8]) throws(ExaminationFailure) -> JPEGInfo {
    let result = bytes.withUnsafeBytes { raw in
      Result { () throws(ExaminationFailure) in try parse(raw) }
    }
    return try result.get()
  }

  /// The name of the sampling, such as `4:2:0`; the factors spelt out where it has none.
  static func subsampling(_ components: [JPEGInfo.Component]) -> String {
    guard components.count > 1 else { return "grayscale" }
    let factors = components.map { "\($0.horizontalSampling)x\($0.verticalSampling)" }
    let first = components[0]
    let chroma = components.dropFirst().prefix(2)
    let plain = components.count == 3 || (components.count == 4 && factors[3] == factors[0])
    guard plain, let one = chroma.first,
      chroma.allSatisfy({
        $0.horizontalSampling == one.horizontalSampling
          && $0.verticalSampling == one.verticalSampling
      }), one.horizontalSampling > 0, one.verticalSampling > 0,
      first.horizontalSampling % one.horizontalSampling == 0,
      first.verticalSampling % one.verticalSampling == 0
    else { return factors.joined(separator: ",") }
    let columns = first.horizontalSampling / one.horizontalSampling
    let rows = first.verticalSampling / one.verticalSampling
    switch (columns, rows) {
    case (1, 1): return "4:4:4"
    case (2, 1): return "4:2:2"
    case (2, 2): return "4:2:0"
    case (1, 2): return "4:4:0"
    case (4, 1): return "4:1:1"
    case (4, 2): return "4:1:0"
    default: return factors.joined(separator: ",")
    }
  }

  private static func malformed(_ what: String) -> ExaminationFailure {
    ExaminationFailure(
      code: "format.malformed", message: "The JPEG file has \(what).",
      mend: "The file is damaged; ask for it again from where it came.")
  }
}
