import Detectors

extension Laboratory {
  /// Puts measured figures into a bundle in place of its own: those that reports quote. Weights,
  /// calibration and thresholds stay, so the figures must be of this bundle.
  /// - Parameter unseen: whether they are of sources that training has nothing of.
  /// - Parameter directory: the folder of the bundle, of which `bundle.json` is replaced.
  /// - Throws: `training` where the bundle cannot be used, `unwritable`.
  public static func renew(
    _ measured: BundleMetrics, unseen: Bool, in directory: String
  ) throws(LaboratoryError) {
    var description = try description(of: directory)
    if unseen {
      description.metrics.unseen = measured.tiers
    } else {
      description.metrics.tiers = measured.tiers
      description.metrics.data = measured.data
    }
    try BundleWriter(output: directory).put(description)
  }

  /// Of a bundle that something is put into.
  static func description(of directory: String) throws(LaboratoryError) -> BundleDescription {
    do {
      return try ModelBundle.load(directory).description
    } catch {
      throw .training("the bundle in \(directory) cannot be used: \(error)")
    }
  }
}
