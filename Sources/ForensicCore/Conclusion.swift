/// What the pixels speak for, how strongly, and how often such a statement is wrong.
public struct Conclusion: Hashable, Sendable, Codable {
  /// Which of the two propositions the evidence leans to.
  public enum Leaning: String, Hashable, Sendable, Codable, CaseIterable {
    case generated, camera, inconclusive
  }

  /// How often this conclusion was wrong on named data, at the measured JPEG quality that is
  /// nearest to the file's own.
  public struct ErrorRate: Hashable, Sendable, Codable {
    /// The same shares on other pictures.
    public struct Rates: Hashable, Sendable, Codable {
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

      public init(
        falseAlarms: Double, misses: Double, inconclusive: Double, auc: Double, realCount: Int,
        generatedCount: Int
      ) {
        self.falseAlarms = falseAlarms
        self.misses = misses
        self.inconclusive = inconclusive
        self.auc = auc
        self.realCount = realCount
        self.generatedCount = generatedCount
      }
    }

    /// How often generated pictures of one family were found, among those behind the same row.
    public struct FamilyRate: Hashable, Sendable, Codable {
      public var family: String
      /// Share of its pictures that were called generated, 0…1.
      public var found: Double
      /// Its pictures behind that figure, often few.
      public var count: Int

      public init(family: String, found: Double, count: Int) {
        self.family = family
        self.found = found
        self.count = count
      }
    }

    /// The row of the bundle's table that applies, such as `quality 65`.
    public var tier: String
    /// The JPEG quality of that row; `nil` where the pictures were measured as received.
    public var quality: Int?
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
    /// On pictures of sources that training has nothing of; `nil` where it was not measured.
    public var unseen: Rates?
    /// On pictures of known sources that were edited before they were saved (blurred, sharpened, made
    /// brighter, of another contrast or saturation, with grain); `nil` where it was not measured.
    public var edited: Rates?
    /// Of the generator family that fits the picture best; `nil` where none of its pictures was
    /// measured.
    public var family: FamilyRate?

    public init(
      tier: String, quality: Int? = nil, falseAlarms: Double, misses: Double,
      inconclusive: Double, auc: Double, realCount: Int, generatedCount: Int, data: String,
      unseen: Rates? = nil, edited: Rates? = nil, family: FamilyRate? = nil
    ) {
      self.tier = tier
      self.quality = quality
      self.falseAlarms = falseAlarms
      self.misses = misses
      self.inconclusive = inconclusive
      self.auc = auc
      self.realCount = realCount
      self.generatedCount = generatedCount
      self.data = data
      self.unseen = unseen
      self.edited = edited
      self.family = family
    }
  }

  public var leaning: Leaning
  /// `true` where no likelihood ratio was formed, for which `reason` says why: the ratio then
  /// stands at 0 and the probabilities at their priors, and neither is a measurement. `nil`
  /// otherwise.
  public var noRatio: Bool?
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
  /// `nil` where it was not looked at.
  public var stability: Stability?

  public init(
    leaning: Leaning, probabilityGenerated: Double, logLikelihoodRatio: Double, prior: Double,
    words: String, reason: String?, families: [String: Double], errorRate: ErrorRate?,
    noRatio: Bool? = nil, stability: Stability? = nil
  ) {
    self.leaning = leaning
    self.noRatio = noRatio
    self.probabilityGenerated = probabilityGenerated
    self.logLikelihoodRatio = logLikelihoodRatio
    self.prior = prior
    self.words = words
    self.reason = reason
    self.families = families
    self.errorRate = errorRate
    self.stability = stability
  }

  /// The generator family that fits best, whatever the leaning.
  public var likeliestGenerator: String? {
    families.filter { $0.key != GeneratorFamily.real.rawValue }
      .min { ($1.value, $0.key) < ($0.value, $1.key) }?.key
  }

  /// Whether the likelihood ratio and what follows from it were measured.
  public var hasRatio: Bool { noRatio != true }

  /// Whether it is left open because a change of the picture turns it round.
  public var isTurned: Bool { stability?.flips == true }
}
