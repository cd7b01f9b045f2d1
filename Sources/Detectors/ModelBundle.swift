import ForensicCore
import FoundationEssentials
import PixelNetwork
import Safetensors

/// A model bundle: a folder with `bundle.json` and the tensors it names, checked completely
/// before anything of it is used.
public struct ModelBundle: Sendable {
  /// The name of the description within the folder.
  public static let descriptionFile = "bundle.json"
  /// No file of a bundle is larger, in bytes.
  public static let maximumFileSize = 256 << 20

  public let description: BundleDescription
  /// Over the names and contents of all files.
  public let digest: SHA256Digest
  /// The heads, in the order of `description.detectors`.
  public let heads: [BundleHead]
  /// How far each is believed, in the same order; `nil` for always.
  public let gates: [BundleHead?]
  /// The known pictures of each, in the same order; `nil` for none.
  public let references: [ReferencePictures?]
  /// Those that detectors look with, by file.
  public let networks: [String: PixelNetwork]
  public let meta: MetaClassifier
  /// What the report shows beside a picture's own spectrum; `nil` where the bundle has none, or one
  /// of another version.
  public let spectra: FamilySpectra?

  /// Reads and checks the bundle in `directory`.
  public static func load(_ directory: String) throws(BundleError) -> ModelBundle {
    let bytes = try read(descriptionFile, in: directory)
    let description: BundleDescription
    do {
      // The format first: a bundle of a later version may differ in everything else.
      let head = try JSONDecoder().decode(FormatOnly.self, from: Data(bytes))
      guard head.format == BundleDescription.currentFormat else {
        throw BundleError.unsupportedFormat(head.format)
      }
      description = try JSONDecoder().decode(BundleDescription.self, from: Data(bytes))
    } catch let error as BundleError {
      throw error
    } catch {
      throw .malformed(file: descriptionFile, detail: String(describing: error))
    }
    try description.validate()

    var digests = [descriptionFile: BundleDigest.of(bytes)]
    func tensors(
      _ weights: BundleDescription.Weights, limit: Int = maximumFileSize
    ) throws(BundleError) -> SafetensorsFile {
      let content = try read(weights.file, in: directory, limit: limit)
      let digest = BundleDigest.of(content)
      guard digest == weights.sha256 else { throw .digestMismatch(file: weights.file) }
      digests[weights.file] = digest
      do {
        return try SafetensorsFile(bytes: content, name: weights.file)
      } catch {
        throw .malformed(file: weights.file, detail: String(describing: error))
      }
    }
    let families = description.families.count
    var heads = [BundleHead]()
    var gates = [BundleHead?]()
    var references = [ReferencePictures?]()
    for detector in description.detectors {
      heads.append(
        try BundleHead.load(
          from: tensors(detector.weights), file: detector.weights.file,
          inputs: detector.dimension, outputs: families))
      gates.append(
        try detector.gate.map { gate throws(BundleError) in
          try BundleHead.load(
            from: tensors(gate), file: gate.file, inputs: detector.dimension, outputs: 2)
        })
      references.append(
        try detector.references.map { file throws(BundleError) in
          try ReferencePictures.load(
            from: tensors(file), name: file.file, dimension: detector.dimension,
            families: description.families.map(\.name))
        })
    }
    var networks = [String: PixelNetwork]()
    for weights in description.detectors.compactMap(\.network)
    where networks[weights.file] == nil {
      let file = try tensors(weights)
      do throws(PixelNetworkError) {
        networks[weights.file] = try PixelNetwork(from: file)
      } catch { throw .malformed(file: weights.file, detail: "\(error)") }
    }
    let fusion = try tensors(description.meta)
    // A meta-classifier that knows the picture's size has one input more.
    let stored = (try? fusion.tensor("mean"))?.shape.first
    let whole = MetaClassifier.inputCount(detectors: heads.count, families: families)
    let meta = MetaClassifier(
      head: try DenseHead.load(
        from: fusion, file: description.meta.file, inputs: stored == whole ? whole : whole - 1,
        outputs: families),
      detectorCount: heads.count, familyCount: families)
    let spectra = try description.spectra.flatMap { weights throws(BundleError) in
      try FamilySpectra.load(
        from: tensors(weights, limit: FamilySpectra.maximumFileSize), file: weights.file,
        families: description.families.map(\.name))
    }
    return ModelBundle(
      description: description, digest: BundleDigest.of(files: digests), heads: heads,
      gates: gates, references: references, networks: networks, meta: meta, spectra: spectra)
  }

  private struct FormatOnly: Decodable { var format: Int }

  private static func read(
    _ file: String, in directory: String, limit: Int = maximumFileSize
  ) throws(BundleError) -> [UInt8] {
    do {
      return try readFile("\(directory)/\(file)", limit: limit)
    } catch {
      throw .unreadable(file: file)
    }
  }
}

extension BundleDescription {
  /// The families as a map.
  public func familyMap() throws(FamilyMap.Failure) -> FamilyMap {
    try FamilyMap(
      entries: families.map {
        FamilyMap.Entry(family: $0.name, title: $0.title, generators: $0.generators)
      })
  }

  /// What has to hold before the tensors are looked at.
  func validate() throws(BundleError) {
    do {
      _ = try familyMap()
    } catch {
      throw .inconsistent(FamilyMapError.inconsistent(error).description)
    }
    guard (2...1000).contains(families.count) else {
      throw .inconsistent("\(families.count) families; 2 to 1000 are possible")
    }
    guard (1...64).contains(detectors.count), Set(detectors.map(\.name)).count == detectors.count
    else { throw .inconsistent("the detectors have to be 1 to 64, each named once") }
    for detector in detectors {
      guard (1...1_000_000).contains(detector.dimension) else {
        throw .inconsistent("\(detector.name) has \(detector.dimension) features")
      }
    }
    for file in detectors.map(\.weights.file)
      + detectors.compactMap(\.network?.file) + detectors.compactMap(\.gate?.file)
      + detectors.compactMap(\.references?.file) + [meta.file]
      + [spectra?.file].compactMap({ $0 })
    {
      guard !file.isEmpty, !file.utf8.contains(UInt8(ascii: "/")), file != "..", file != "." else {
        throw .inconsistent("\"\(file)\" is not a plain file name")
      }
    }
    guard calibration.slope > 0, calibration.slope.isFinite, calibration.intercept.isFinite,
      calibration.realCount > 0, calibration.generatedCount > 0
    else { throw .inconsistent("the calibration cannot be used") }
    if let knots = calibration.knots {
      let isRising = zip(knots, knots.dropFirst()).allSatisfy {
        $0.score < $1.score && $0.logOdds <= $1.logOdds
      }
      guard !knots.isEmpty, isRising, knots.allSatisfy({ $0.score.isFinite && $0.logOdds.isFinite })
      else { throw .inconsistent("the calibration's steps do not rise") }
    }
    guard decision.camera < decision.generated, decision.camera.isFinite,
      decision.generated.isFinite
    else { throw .inconsistent("the thresholds are not in order") }
    if let outliers = limits.outliers, !(0...1).contains(outliers.maximum) {
      throw .inconsistent("the share of outliers that a picture may have is not between 0 and 1")
    }
  }
}
