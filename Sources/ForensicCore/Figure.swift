/// A figure of a report, as data: the HTML is drawn from this and from nothing else.
public struct Figure: Hashable, Sendable, Codable {
  /// One line or one set of bars.
  public struct Series: Hashable, Sendable, Codable {
    /// The name in the legend, such as `red` or `this picture`.
    public var name: String
    public var values: [Double]

    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// What there is to draw.
  public enum Content: Hashable, Sendable, Codable {
    /// An encoded picture (`image/png` or `image/jpeg`), base64, with its size in pixels.
    case raster(mediaType: String, base64: String, width: Int, height: Int)
    /// Lines over `x`, all of one length. `x` is empty for plain indices.
    case lines(x: [Double], series: [Series], xLabel: String, yLabel: String)
    /// Bars (histograms): all series of one length, bins of equal width over `range`.
    case bars(lower: Double, upper: Double, series: [Series], xLabel: String, yLabel: String)
    /// A grid of numbers, row by row, such as a quantisation table.
    case grid(columns: Int, values: [Int])
    /// A map over the picture as `preview` shows it: one value a cell, row by row from the top.
    /// `lower` and `upper` are the ends of the scale it is drawn with; `unit` says what a value is.
    case map(columns: Int, values: [Double], lower: Double, upper: Double, unit: String)
  }

  /// Unique within the report, such as `spectrum`.
  public var id: String
  public var title: String
  /// What is seen, how it was made, and how to read it.
  public var caption: String
  public var content: Content

  public init(id: String, title: String, caption: String, content: Content) {
    self.id = id
    self.title = title
    self.caption = caption
    self.content = content
  }

  /// Whether every number of it is finite; a report cannot hold others.
  public var isFinite: Bool {
    switch content {
    case .raster, .grid: true
    case .lines(let x, let series, _, _):
      x.allSatisfy(\.isFinite) && series.allSatisfy(\.isFinite)
    case .bars(let lower, let upper, let series, _, _):
      lower.isFinite && upper.isFinite && series.allSatisfy(\.isFinite)
    case .map(_, let values, let lower, let upper, _):
      lower.isFinite && upper.isFinite && values.allSatisfy(\.isFinite)
    }
  }
}

extension Figure.Series {
  fileprivate var isFinite: Bool { values.allSatisfy(\.isFinite) }
}
