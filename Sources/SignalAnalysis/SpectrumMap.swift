import ImageCodecs

/// A mean log power spectrum of the residual, as coarse as reports show it, with its radial profile.
public struct SpectrumMap: Hashable, Sendable {
  /// Rows and columns.
  public static let side = ResidualSpectrum.side
  /// Rings of the profile, of equal width from frequency 0 to half the sampling rate.
  public static let bands = 64

  /// log2(1 + power), each the mean of 2 × 2 frequencies: `side` × `side` values, row by row;
  /// frequency 0 in the middle, half the sampling rate at the edge.
  public let values: [Float]
  /// The mean by distance from frequency 0: `bands` values (`SpectrumAverage.radialProfile`).
  public let profile: [Float]

  /// - Precondition: `side` × `side` values, and `bands` of the profile.
  public init(values: [Float], profile: [Float]) {
    precondition(values.count == Self.side * Self.side && profile.count == Self.bands)
    self.values = values
    self.profile = profile
  }

  /// From the 1st to the 99.5th percentile: the content around frequency 0 would take all the
  /// brightness.
  public var span: ClosedRange<Float> {
    let ranked = values.sorted()
    return ranked[ranked.count / 100]...ranked[ranked.count * 199 / 200]
  }

  /// A grey picture: black at and below `span`'s lower end, white at and above its upper one.
  /// Pictures over one span can be compared by eye.
  public func picture(over span: ClosedRange<Float>) -> PixelBuffer {
    let width = max(span.upperBound - span.lowerBound, .leastNormalMagnitude)
    let samples = values.map { UInt8(min(max(($0 - span.lowerBound) * 255 / width, 0), 255)) }
    return PixelBuffer(width: Self.side, height: Self.side, channels: 1, samples: samples)
  }
}

extension SpectrumAverage {
  /// The average of some views.
  public init(_ views: [ViewAnalysis]) {
    self.init()
    for view in views { add(view) }
  }

  /// What is averaged, in log2(1 + power); `nil` without views.
  public var map: SpectrumMap? {
    guard views > 0 else { return nil }
    // Four frequencies a value, in units of 2^−16.
    let unit = 1 / (4 * 65536 * Double(views))
    return SpectrumMap(
      values: pooled.map { Float(Double($0) * unit) },
      profile: radialProfile(bands: SpectrumMap.bands).map { Float($0) })
  }
}
