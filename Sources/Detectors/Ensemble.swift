import ForensicCore
import ImageCodecs
import ModelStore
import PixelNetwork

/// The detectors of a bundle and the meta-classifier that fuses them. A value without mutable
/// state: any number of threads may share one.
public struct Ensemble: Sendable {
  /// A detector of the bundle: ready, or why it cannot run here.
  enum Slot: Sendable {
    case ready(any Detector)
    case missing(name: String, summary: String, reason: String)
  }

  let description: BundleDescription
  /// Over the names and contents of the bundle's files; it stands in every report.
  public let bundleDigest: SHA256Digest
  /// Generator → family → integer, as the bundle was trained.
  public let families: FamilyMap
  let slots: [Slot]
  let meta: MetaClassifier
  let spectra: FamilySpectra?

  /// The bundle's name, such as `baseline`.
  public var bundleName: String { description.name }
  /// What the bundle says about itself.
  public var bundle: BundleDescription { description }

  /// Loads the bundle in a folder. A detector that this version does not know, or whose features
  /// have changed since the bundle was trained, is left out, and every result says so.
  ///
  /// - Parameter models: where encoders are installed; `nil` for nowhere.
  public static func load(
    bundle directory: String, models: ModelStore? = nil
  ) throws(BundleError) -> Ensemble {
    try Ensemble(bundle: ModelBundle.load(directory), models: models)
  }

  /// Wires a bundle that is loaded already.
  /// - Parameter excluding: detectors to leave out, by name.
  /// - Parameter models: where encoders are installed; each is loaded once.
  public init(
    bundle: ModelBundle, excluding: Set<String> = [], models: ModelStore? = nil
  ) throws(BundleError) {
    description = bundle.description
    bundleDigest = bundle.digest
    meta = bundle.meta
    spectra = bundle.spectra
    do {
      families = try bundle.description.familyMap()
    } catch {
      throw .inconsistent(FamilyMapError.inconsistent(error).description)
    }
    var slots = [Slot]()
    var library = EncoderLibrary(models: models)
    for (index, detector) in bundle.description.detectors.enumerated() {
      let head = bundle.heads[index]
      let isExcluded = excluding.contains(detector.name)
      if let encoder = detector.encoder {
        slots.append(
          library.slot(
            detector, encoder, head: head, references: bundle.references[index],
            families: families.families, excluded: isExcluded))
        continue
      }
      slots.append(
        Self.slot(
          detector, head: head, gate: bundle.gates[index],
          network: detector.network.flatMap { bundle.networks[$0.file] },
          families: families.families, excluded: isExcluded))
    }
    self.slots = slots
  }

  private static func slot(
    _ detector: BundleDescription.Detector, head: BundleHead, gate: BundleHead?,
    network: PixelNetwork?, families: [GeneratorFamily], excluded: Bool
  ) -> Slot {
    guard let kind = DetectorKind.named(detector.name, network: network) else {
      return .missing(
        name: detector.name, summary: "A detector of the bundle.",
        reason: "This version does not know the detector.")
    }
    func missing(_ reason: String) -> Slot {
      .missing(name: kind.name, summary: kind.summary, reason: reason)
    }
    guard !excluded else { return missing("It was switched off.") }
    guard kind.extractor.version == detector.featuresVersion else {
      return missing(
        """
        The bundle was trained on version \(detector.featuresVersion) of its features; this \
        program computes version \(kind.extractor.version).
        """)
    }
    guard kind.extractor.dimension == detector.dimension else {
      return missing("The bundle expects another number of features.")
    }
    return .ready(
      FeatureDetector(
        name: kind.name, summary: kind.summary, extractor: kind.extractor, head: head, gate: gate,
        pooling: detector.pooling ?? .softmaxes, families: families, figure: kind.figure))
  }
}
