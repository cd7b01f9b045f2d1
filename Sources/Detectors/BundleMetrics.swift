import ForensicCore

/// The measured accuracy of a bundle: what `docs/accuracy.md` and every report's error rate are
/// made from. All shares 0…1.
public struct BundleMetrics: Hashable, Sendable, Codable {
  /// One family within a tier.
  public struct Family: Hashable, Sendable, Codable {
    public var family: GeneratorFamily
    public var count: Int
    /// Against all camera pictures of the tier; `nil` for `real` itself.
    public var auc: Double?
    /// Shares of its pictures by what was concluded; they add up to 1.
    public var generated: Double
    public var camera: Double
    public var inconclusive: Double

    public init(
      family: GeneratorFamily, count: Int, auc: Double?, generated: Double, camera: Double,
      inconclusive: Double
    ) {
      self.family = family
      self.count = count
      self.auc = auc
      self.generated = generated
      self.camera = camera
      self.inconclusive = inconclusive
    }
  }

  /// Pictures that no likelihood ratio is formed for, for one reason.
  public struct WithoutRatio: Hashable, Sendable, Codable {
    /// In a word or two, such as `one colour`.
    public var reason: String
    public var realCount: Int
    public var generatedCount: Int
    /// Of both classes.
    public var count: Int { realCount + generatedCount }

    public init(reason: String, realCount: Int, generatedCount: Int) {
      self.reason = reason
      self.realCount = realCount
      self.generatedCount = generatedCount
    }
  }

  /// One degradation that both classes passed through.
  public struct Tier: Hashable, Sendable, Codable {
    /// `quality 40`, `quality 65`, `quality 90` or `as received`.
    public var name: String
    /// The JPEG quality; `nil` where it was drawn per picture.
    public var quality: Int?
    public var realCount: Int
    public var generatedCount: Int
    /// This, the next and the calibration error are of the pictures that a likelihood ratio is formed for.
    public var auc: Double
    /// Mean of the two classes' shares on their own side of P(generated) = 1/2, none abstained.
    public var balancedAccuracy: Double
    /// Share of camera pictures called generated.
    public var falseAlarms: Double
    /// Share of generated pictures called camera.
    public var misses: Double
    /// Mean of the two classes' shares that were left inconclusive.
    public var inconclusive: Double
    /// Expected calibration error of P(generated), ten equal bins, classes weighted alike.
    public var calibrationError: Double
    public var families: [Family]
    /// AUC of each detector alone, by name.
    public var detectors: [String: Double]
    /// Those of the pictures that count as inconclusive because no ratio is formed for them; `nil` in
    /// bundles that were measured before it was counted.
    public var withoutRatio: [WithoutRatio]?

    public init(
      name: String, quality: Int?, realCount: Int, generatedCount: Int, auc: Double,
      balancedAccuracy: Double, falseAlarms: Double, misses: Double, inconclusive: Double,
      calibrationError: Double, families: [Family], detectors: [String: Double],
      withoutRatio: [WithoutRatio]? = nil
    ) {
      self.name = name
      self.quality = quality
      self.realCount = realCount
      self.generatedCount = generatedCount
      self.auc = auc
      self.balancedAccuracy = balancedAccuracy
      self.falseAlarms = falseAlarms
      self.misses = misses
      self.inconclusive = inconclusive
      self.calibrationError = calibrationError
      self.families = families
      self.detectors = detectors
      self.withoutRatio = withoutRatio
    }

    /// Share of the answers given that are right, classes weighted alike; `nil` where none is given.
    public var rightAnswers: Double? {
      let answered = 1 - inconclusive
      return answered > 0 ? 1 - (falseAlarms + misses) / 2 / answered : nil
    }
  }

  /// A source of generated pictures whose pictures, with one source of camera pictures, were
  /// kept out of the training that it was then judged by.
  public struct LeftOut: Hashable, Sendable, Codable {
    public var source: String
    /// The camera sources left out with it.
    public var realSources: [String]
    public var families: [GeneratorFamily]
    public var realCount: Int
    public var generatedCount: Int
    /// Tier name → AUC on the left-out pictures.
    public var auc: [String: Double]

    public init(
      source: String, realSources: [String], families: [GeneratorFamily], realCount: Int,
      generatedCount: Int, auc: [String: Double]
    ) {
      self.source = source
      self.realSources = realSources
      self.families = families
      self.realCount = realCount
      self.generatedCount = generatedCount
      self.auc = auc
    }
  }

  /// The data set and split, in words for the report.
  public var data: String
  public var tiers: [Tier]
  /// Empty where leave-one-source-out was not measured.
  public var leftOut: [LeftOut]
  /// The same tiers over the validation pictures of the sources that training has nothing of; `nil`
  /// where there are none. Thresholds were chosen on validation pictures, these among them.
  public var unseen: [Tier]?

  public init(data: String, tiers: [Tier], leftOut: [LeftOut], unseen: [Tier]? = nil) {
    self.data = data
    self.tiers = tiers
    self.leftOut = leftOut
    self.unseen = unseen
  }

  /// The row that speaks for a file: the nearest measured quality for a JPEG, `as received`
  /// where the quality is not known.
  public func tier(forQuality quality: Int?) -> Tier? { Self.tier(forQuality: quality, in: tiers) }

  /// The same of the sources that training has nothing of.
  public func unseenTier(forQuality quality: Int?) -> Tier? {
    Self.tier(forQuality: quality, in: unseen ?? [])
  }

  /// The row of pictures that were edited before they were saved; `nil` in bundles that older versions
  /// measured.
  public var editedTier: Tier? { tiers.first { $0.name == Self.edited } }

  /// What that row is called.
  package static let edited = "edited"

  private static func tier(forQuality quality: Int?, in tiers: [Tier]) -> Tier? {
    guard let quality else { return tiers.first { $0.quality == nil } }
    let measured = tiers.compactMap { tier in tier.quality.map { (tier, abs($0 - quality)) } }
    return measured.min { ($0.1, $1.0.quality ?? 0) < ($1.1, $0.0.quality ?? 0) }?.0
  }
}
