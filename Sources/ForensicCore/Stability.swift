/// What the detectors say of a picture once it is changed as pictures are on their way: saved again,
/// made smaller, cropped.
///
/// Like is compared with like: `base` and all variants come from the same detectors and the same
/// kind of view, fewer than those behind the conclusion.
public struct Stability: Hashable, Sendable, Codable {
  /// One change, made to the picture as detectors see it.
  public enum Change: String, Hashable, Sendable, Codable, CaseIterable {
    /// Saved as JPEG at this quality, 4:2:0, standard tables.
    case resaved95 = "resaved-95"
    case resaved80 = "resaved-80"
    case resaved60 = "resaved-60"
    /// Shrunk to half its width and height.
    case halfSize = "half-size"
    /// A tenth of the width and of the height cut off, which moves the block grid.
    case cropped10 = "cropped-10"

    /// What a report calls it; with a small first letter it goes on after *when*.
    public var title: String {
      switch self {
      case .resaved95: "Saved again at quality 95"
      case .resaved80: "Saved again at quality 80"
      case .resaved60: "Saved again at quality 60"
      case .halfSize: "Shrunk to half its size"
      case .cropped10: "Cropped by a tenth"
      }
    }

    /// The JPEG quality that it is saved at, 1…100; `nil` where it is not saved.
    public var quality: Int? {
      switch self {
      case .resaved95: 95
      case .resaved80: 80
      case .resaved60: 60
      case .halfSize, .cropped10: nil
      }
    }
  }

  /// What is said of the picture unchanged.
  public struct Base: Hashable, Sendable, Codable {
    /// log10 of P(pixels | generated) / P(pixels | camera).
    public var logLikelihoodRatio: Double
    public var leaning: Conclusion.Leaning

    public init(logLikelihoodRatio: Double, leaning: Conclusion.Leaning) {
      self.logLikelihoodRatio = logLikelihoodRatio
      self.leaning = leaning
    }
  }

  /// What is said of the picture after one change, or why nothing is.
  public struct Variant: Hashable, Sendable, Codable {
    public var change: Change
    /// The change in plain words.
    public var title: String
    /// log10 of the likelihood ratio; `nil` where it was not examined.
    public var logLikelihoodRatio: Double?
    public var leaning: Conclusion.Leaning?
    /// Why it was not examined; `nil` where it was.
    public var reason: String?

    public init(
      _ change: Change, logLikelihoodRatio: Double? = nil, leaning: Conclusion.Leaning? = nil,
      reason: String? = nil
    ) {
      self.change = change
      title = change.title
      self.logLikelihoodRatio = logLikelihoodRatio
      self.leaning = leaning
      self.reason = reason
    }
  }

  public var base: Base
  /// The names of the detectors behind `base` and the variants.
  public var detectors: [String]
  public var variants: [Variant]
  /// Whether a change turns the conclusion round: it is then left open.
  public var flips: Bool

  public init(base: Base, detectors: [String], variants: [Variant], flips: Bool = false) {
    self.base = base
    self.detectors = detectors
    self.variants = variants
    self.flips = flips
  }

  /// The variants that turn a conclusion of this leaning round: unchanged, the same detectors lean
  /// as the conclusion does, and changed, the other way.
  public func turned(from leaning: Conclusion.Leaning) -> [Variant] {
    guard let opposite = leaning.opposite, base.leaning == leaning else { return [] }
    return variants.filter { $0.leaning == opposite }
  }
}

extension Conclusion.Leaning {
  /// The other one of the two propositions; `nil` where it leans to neither.
  public var opposite: Conclusion.Leaning? {
    switch self {
    case .generated: .camera
    case .camera: .generated
    case .inconclusive: nil
    }
  }
}
