import Detectors
import ForensicCore

extension Laboratory {
  /// Adds the average spectra of the manifest's training pictures to a bundle, or renews them; nothing
  /// is trained. With the manifest that the bundle was trained on, the file is the one that `train`
  /// writes.
  /// - Parameter directory: the folder of the bundle, of which `spectra.safetensors` and then
  ///   `bundle.json` are replaced.
  /// - Parameter images: the folder that the manifest's files are below.
  /// - Parameter threads: 0 for one per core; the result does not depend on it.
  /// - Returns: what was written.
  /// - Throws: `emptyDataSet` where the training split has too few camera pictures for an average.
  @discardableResult
  public static func addSpectra(
    to directory: String, manifest: Manifest, images: String, threads: Int = 0,
    progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> FamilySpectra {
    let description = try description(of: directory)
    let writer = BundleWriter(output: directory)
    try writer.prepare()
    let families = description.families.map(\.name)
    let spectra = try SpectraMeasurement(
      families: families, images: images, seed: seed(of: description), threads: threads
    ).spectra(of: try fitted(manifest, to: description), progress: progress)
    guard let spectra else {
      throw .emptyDataSet(
        "the split \(Split.train.rawValue) has fewer than \(FamilySpectra.leastPictures) camera "
          + "pictures, too few for an average")
    }
    _ = try writer.put(spectra, into: description)
    return spectra
  }

  /// A bundle of two classes knows no other family.
  private static func fitted(
    _ manifest: Manifest, to description: BundleDescription
  ) throws(LaboratoryError) -> Manifest {
    guard description.families.map(\.name.rawValue) == ["real", "generated"] else {
      return manifest
    }
    do {
      return try manifest.twoClasses(description.familyMap()).manifest
    } catch {
      throw .inconsistentManifest("\(error)")
    }
  }

  /// That of the bundle's own training, so that training and this command say the same.
  private static func seed(of description: BundleDescription) -> UInt64 {
    description.training.recipe["seed"].flatMap { UInt64($0) } ?? TrainingOptions().seed
  }
}
