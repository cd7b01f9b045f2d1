/// What one detector said, or why it did not run.
public struct DetectorResult: Hashable, Sendable, Codable {
  /// `spectrum`, `residual`, `colour`, …
  public var name: String
  /// What it looks at, in one sentence for the report.
  public var summary: String
  public var ran: Bool
  /// Why it did not run: which model is missing, or what about the picture forbids it.
  public var reason: String?
  /// Family → probability, summing to 1, `real` among them. `nil` when it did not run.
  public var scores: [String: Double]?
  /// `true` where it ran and does not know the like of the picture, so that its scores are the
  /// prior and say nothing; `nil` otherwise.
  public var abstains: Bool?
  /// How many views of the picture (crops) were averaged.
  public var views: Int
  /// The size that the picture was shrunk to before views were cut; `nil` where it was not.
  public var shrunkTo: PictureSize?
  /// The `id` of the figure that shows what it saw.
  public var figure: String?
  /// The nearest known pictures, nearest first; `nil` where it knows none or did not run.
  public var neighbours: [Neighbour]?

  public init(
    name: String, summary: String, ran: Bool, reason: String? = nil,
    scores: [String: Double]? = nil, abstains: Bool? = nil, views: Int = 0,
    shrunkTo: PictureSize? = nil, figure: String? = nil, neighbours: [Neighbour]? = nil
  ) {
    self.name = name
    self.summary = summary
    self.ran = ran
    self.reason = reason
    self.scores = scores
    self.abstains = abstains
    self.views = views
    self.shrunkTo = shrunkTo
    self.figure = figure
    self.neighbours = neighbours
  }

  /// P(generated) = 1 − P(real) of this detector alone; `nil` when it did not run.
  public var probabilityGenerated: Double? { scores.map { 1 - ($0["real"] ?? 0) } }
}

/// Columns and rows in pixels, both positive.
public struct PictureSize: Hashable, Sendable, Codable {
  public var width: Int
  public var height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}
