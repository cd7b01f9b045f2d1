import Detectors

extension BundleDescription.Limits {
  /// Those of the bundles that this version trains: nothing smaller than a view, of a lower quality than
  /// the chain gives, almost uniform or stranger than `outliers` is concluded from.
  package static func trained(outliers: BundleDescription.Outliers?) -> Self {
    Self(
      minimumSide: 256, minimumQuality: DegradationChain.trainingQualities.lowerBound,
      assumedQuality: DegradationChain.trainingQualities.upperBound, minimumDeviation: 4,
      outliers: outliers)
  }
}
