/// What an experiment found: tables, figures and words.
public struct ExperimentResult: Hashable, Sendable, Encodable {
  /// One drawing.
  public struct Figure: Hashable, Sendable, Encodable {
    /// A file name without suffix, unique within the experiment.
    public var name: String
    public var caption: String
    /// A whole SVG document without script or outside reference.
    public var svg: String
  }

  public var tables: [ExperimentTable]
  public var figures: [Figure]
  /// Sentences that stand below the tables: how to read them, and what they do not say.
  public var remarks: [String]

  public init(
    tables: [ExperimentTable] = [], figures: [Figure] = [], remarks: [String] = []
  ) {
    self.tables = tables
    self.figures = figures
    self.remarks = remarks
  }
}

/// A table of an experiment.
public struct ExperimentTable: Hashable, Sendable, Encodable {
  /// A file name without suffix, unique within the experiment.
  public var name: String
  public var caption: String
  public var columns: [String]
  /// As many cells a row as there are columns.
  public var rows: [[Cell]]
  /// Whether the Markdown page shows it; long ones are for the CSV file alone.
  public var isShown: Bool

  /// A cell: words, a whole number, or a measured figure.
  public enum Cell: Hashable, Sendable, Encodable, ExpressibleByStringLiteral {
    case text(String)
    case count(Int)
    /// Shown with this many decimals; NaN is shown as a dash.
    case figure(Double, decimals: Int)

    public init(stringLiteral value: String) { self = .text(value) }

    /// A share or an AUC, with three decimals.
    public static func share(_ value: Double) -> Cell { .figure(value, decimals: 3) }

    /// Words and numbers as such; what is no number as null.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .count(let count): try container.encode(count)
      case .figure(let value, _) where value.isFinite: try container.encode(value)
      case .figure: try container.encodeNil()
      }
    }

    var shown: String {
      switch self {
      case .text(let text): text
      case .count(let count): String(count)
      case .figure(let value, let decimals):
        value.isFinite ? ExperimentTable.format(value, decimals) : "–"
      }
    }
  }

  public init(
    name: String, caption: String, columns: [String], rows: [[Cell]], isShown: Bool = true
  ) {
    self.name = name
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.isShown = isShown
  }

  /// A decimal number with exactly this many decimals, rounded half away from zero.
  static func format(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value * scale).rounded()
    guard scaled.isFinite, abs(scaled) < 1e15 else { return "\(value)" }
    let whole = Int(abs(scaled))
    let sign = scaled < 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let fraction = String(whole % Int(scale))
    let padding = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(whole / Int(scale)).\(padding)\(fraction)"
  }

  /// Comma-separated values (RFC 4180) with a header line.
  public var csv: String {
    func field(_ text: String) -> String {
      guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
      return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
    let lines = [columns.map(field)] + rows.map { $0.map { field($0.shown) } }
    return lines.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  /// A pipe table.
  public var markdown: String {
    func field(_ text: String) -> String {
      text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
    func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
    var alignments = columns.map { _ in "---" }
    for column in columns.indices {
      let isNumeric = rows.contains { row in
        if row.indices.contains(column), case .text = row[column] { false } else { true }
      }
      if isNumeric { alignments[column] = "---:" }
    }
    let lines = [line(columns.map(field)), line(alignments)]
    return (lines + rows.map { line($0.map { field($0.shown) }) }).joined(separator: "\n")
  }
}
