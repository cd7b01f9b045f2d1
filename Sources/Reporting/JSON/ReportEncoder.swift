import ForensicCore

/// `Report` → `report.json`.
public enum ReportEncoder {
  /// The bytes of a report under `docs/report.schema.json`: UTF-8, keys sorted, slashes plain,
  /// fractions with at most six significant digits, control and format characters as `\uXXXX`.
  /// The same report always gives the same bytes.
  ///
  /// - Parameters:
  ///   - pretty: With lines and indentation and a newline at the end, as in `report.json`;
  ///     otherwise one line without its newline, as `forensicctl examine --json` prints.
  ///   - figures: Whether the figures (pictures, histograms) are in it; without them `figures` is
  ///     an empty list.
  /// - Throws: `EncodingError` when a number is not finite, with its place in the report. No
  ///   answer of an examiner holds such a number: `WireReader` refuses it.
  public static func json(
    _ report: Report, pretty: Bool, figures: Bool = true
  ) throws -> [UInt8] {
    var report = report
    var capacity = 1 << 14
    if case .success(var examination) = report.outcome {
      if figures {
        for case .raster(_, let base64, _, _) in examination.figures.map(\.content) {
          capacity += base64.utf8.count
        }
      } else {
        examination.figures = []
        report.outcome = .success(examination)
      }
    }
    return try bytes(report, pretty: pretty, capacity: capacity)
  }

  /// Any value in the same spelling: what else the tool prints as JSON.
  public static func bytes(
    _ value: some Encodable, pretty: Bool, capacity: Int = 1 << 12
  ) throws -> [UInt8] {
    JSONWriter.write(try JSONTreeEncoder.tree(of: value), pretty: pretty, capacity: capacity)
  }
}
