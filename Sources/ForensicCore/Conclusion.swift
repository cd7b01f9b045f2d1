/// What the pixels speak for, how strongly, and how often such a statement is wrong.
public struct Conclusion: Hashable, Sendable, Codable {
  /// Which of the two propositions the evidence leans to.
  public enum Leaning: String, Hashable, Sendable, Codable, CaseIterable {
    case generated, camera, inconclusive
  }

  /// How often this conclusion was wrong on named data, at the file's own JPEG quality.
  public struct ErrorRate: Hashable, Sendable, Codable {
    /// The row of the bundle's table that applies, such as `quality 65`.
    public var tier: String
    /// Share of camera pictures that were called generated, 0…1.
    public var falseAlarms: Double
    /// Share of generated pictures that were called camera, 0…1.
    public var misses: Double
    /// Share of pictures left inconclusive, 0…1.
    public var inconclusive: Double
    /// Area under the ROC curve, 0…1.
    public var auc: Double
    /// Camera and generated pictures behind these figures.
    public var realCount: Int
    public var generatedCount: Int
    /// The data set and split they were measured on.
    public var data: String

    public init(
      tier: String, falseAlarms: Double, misses: Double, inconclusive: Double, auc: Double,
      realCount: Int, generatedCount: Int, data: String
    ) {
      self.tier = tier
      self.falseAlarms = falseAlarms
      self.misses = misses
      self.inconclusive = inconclusive
      self.auc = auc
      self.realCount = realCount
      self.generatedCount = generatedCount
      self.data = data
    }
  }

  public var leaning: Leaning
  /// P(generated | pixels) at `prior`, 0…1, calibrated on validation data.
  public var probabilityGenerated: Double
  /// log10 of P(pixels | generated) / P(pixels | camera), bounded by the number of calibration
  /// pictures behind it.
  public var logLikelihoodRatio: Double
  /// The prior probability of *generated* that `probabilityGenerated` assumes, 0…1.
  public var prior: Double
  /// The words of the verbal scale for this ratio (ENFSI Guideline for Evaluative Reporting in
  /// Forensic Science, 2015).
  public var words: String
  /// Why it is inconclusive; `nil` otherwise.
  public var reason: String?
  /// Family → probability, summing to 1, `real` among them.
  public var families: [String: Double]
  /// `nil` when no measured row applies to this file.
  public var errorRate: ErrorRate?

  public init(
    leaning: Leaning, probabilityGenerated: Double, logLikelihoodRatio: Double, prior: Double,
    words: String, reason: String?, families: [String: Double], errorRate: ErrorRate?
  ) {
    self.leaning = leaning
    self.probabilityGenerated = probabilityGenerated
    self.logLikelihoodRatio = logLikelihoodRatio
    self.prior = prior
    self.words = words
    self.reason = reason
    self.families = families
    self.errorRate = errorRate
  }
}
