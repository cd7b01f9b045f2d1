import Detectors

/// The names within a bundle, which have to be told apart before hours are spent on it.
package enum BundleNames {
  /// - Parameter encoders: the detectors on encoders, with the files of their heads.
  /// - Throws: `training` for two detectors of one name or file, and for more than a bundle may hold.
  package static func check(
    detectors: [String], encoders: [(name: String, file: String)]
  ) throws(LaboratoryError) {
    let all = detectors + encoders.map(\.name)
    guard all.count <= 64 else {
      throw .training("a bundle holds 64 detectors at most, and these are \(all.count)")
    }
    var names = Set<String>()
    if let twice = all.first(where: { !names.insert($0).inserted }) {
      throw .training("the detector \(twice) is named twice")
    }
    var owners = [
      BundleWriter.metaFile: "the meta-classifier", TrainedNetwork.file: "the network",
      FamilySpectra.file: "the average spectra",
    ]
    for name in detectors {
      owners[BundleWriter.file(of: name)] = name
      owners[BundleWriter.gateFile(of: name)] = "the gate of \(name)"
    }
    for (name, file) in encoders {
      if let owner = owners.updateValue(name, forKey: file) {
        throw .training(
          "\(owner) and \(name) would lie in the same file of the bundle, \(file); install the "
            + "model under another name")
      }
    }
  }
}
