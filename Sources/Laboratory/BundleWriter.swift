import Detectors
import ForensicCore
import FoundationEssentials
import Glibc
import PixelNetwork
import Safetensors

/// Writes a bundle's folder.
struct BundleWriter {
  var output: String

  static let metaFile = "meta.safetensors"
  static func file(of detector: String) -> String { "\(detector).safetensors" }
  static func gateFile(of detector: String) -> String { "\(detector)-gate.safetensors" }

  /// Makes the folder and sees whether files can be written into it: that should not be found out
  /// after hours of training.
  func prepare() throws(LaboratoryError) {
    let probe = "\(output)/.probe-\(getpid())"
    do {
      try FileManager.default.createDirectory(
        atPath: output, withIntermediateDirectories: true)
      try Data().write(to: URL(filePath: probe))
      try FileManager.default.removeItem(atPath: probe)
    } catch {
      throw .unwritable(output)
    }
  }

  /// Tensors first, `bundle.json` last: a reader that comes between them sees digests that do
  /// not match and refuses. What was written is read back as a whole.
  func write(
    _ trained: TrainedEnsemble, families: FamilyMap,
    calibration: BundleDescription.Calibration, decision: BundleDescription.Decision,
    outliers: BundleDescription.Outliers?, training: BundleDescription.Training,
    metrics: BundleMetrics, name: String,
    encoders: [EncoderPlan] = [], references: [ReferencePictures?] = [],
    network: TrainedNetwork? = nil, spectra: FamilySpectra? = nil
  ) throws(LaboratoryError) -> BundleDescription {
    let networkFile = try network.map { network throws(LaboratoryError) in
      try network.write(into: output)
    }
    var detectors = [BundleDescription.Detector]()
    for (index, kind) in trained.heads.kinds.enumerated() {
      let head = trained.heads.heads[index]
      let gate = try trained.heads.gates[index].map { gate throws(LaboratoryError) in
        try write(gate.tensors(), to: Self.gateFile(of: kind.name))
      }
      detectors.append(
        BundleDescription.Detector(
          name: kind.name, featuresVersion: kind.extractor.version,
          dimension: kind.extractor.dimension,
          weights: try write(head.tensors(), to: Self.file(of: kind.name)),
          network: kind.extractor.parts.contains { $0 is PixelNetwork } ? networkFile : nil,
          gate: gate, pooling: trained.heads.poolings[index]))
    }
    for (index, (plan, head)) in zip(encoders, trained.heads.encoderHeads).enumerated() {
      let known = index < references.count ? references[index] : nil
      detectors.append(
        BundleDescription.Detector(
          name: plan.name, featuresVersion: 1, dimension: plan.dimension,
          weights: try write(head.tensors(), to: plan.file), encoder: plan.reference,
          references: try known.map { known throws(LaboratoryError) in
            try write(known, to: plan.referencesFile)
          }))
    }
    var description = BundleDescription(
      name: name,
      families: families.entries.map {
        BundleDescription.Family(name: $0.family, title: $0.title, generators: $0.generators)
      },
      detectors: detectors, meta: try write(trained.meta.head.tensors(), to: Self.metaFile),
      calibration: calibration, decision: decision,
      limits: .trained(outliers: outliers), training: training, metrics: metrics)
    description.spectra = try spectra.map { spectra throws(LaboratoryError) in
      try write(spectra)
    }
    try put(description)
    return description
  }

  /// Puts average spectra into the bundle of that description, or others in the place of those it has.
  /// Every file is replaced by rename, and at every instant `bundle.json` names only what is there:
  /// whoever is stopped here leaves a bundle that can be used.
  func put(
    _ spectra: FamilySpectra, into description: BundleDescription
  ) throws(LaboratoryError) -> BundleDescription {
    var description = description
    if let old = description.spectra, old.sha256 != BundleDigest.of(spectra.encoded()) {
      description.spectra = nil
      try write(description)
    }
    description.spectra = try write(spectra)
    try put(description)
    return description
  }

  /// Replaces the description of a bundle that is there.
  func put(_ description: BundleDescription) throws(LaboratoryError) {
    try write(description)
    try check()
  }

  private func write(_ description: BundleDescription) throws(LaboratoryError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      var json = try encoder.encode(description)
      json.append(UInt8(ascii: "\n"))
      try json.write(
        to: URL(filePath: "\(output)/\(ModelBundle.descriptionFile)"), options: .atomic)
    } catch {
      throw .unwritable("\(output)/\(ModelBundle.descriptionFile)")
    }
  }

  private func check() throws(LaboratoryError) {
    do {
      _ = try ModelBundle.load(output)
    } catch {
      throw .training("the bundle was written to \(output) and cannot be used: \(error)")
    }
  }

  private func write(
    _ spectra: FamilySpectra
  ) throws(LaboratoryError) -> BundleDescription.Weights {
    try write(spectra.tensors(), metadata: spectra.metadata(), to: FamilySpectra.file)
  }

  private func write(
    _ references: ReferencePictures, to file: String
  ) throws(LaboratoryError) -> BundleDescription.Weights {
    guard let metadata = try? references.metadata() else { throw .unwritable("\(output)/\(file)") }
    return try write(references.tensors(), metadata: metadata, to: file)
  }

  private func write(
    _ tensors: [String: TensorValue], metadata: [String: String] = [:], to file: String
  ) throws(LaboratoryError) -> BundleDescription.Weights {
    do {
      try SafetensorsWriter.write(tensors, metadata: metadata, to: "\(output)/\(file)")
    } catch {
      throw .unwritable("\(output)/\(file)")
    }
    return BundleDescription.Weights(
      file: file, sha256: BundleDigest.of(SafetensorsWriter.encode(tensors, metadata: metadata)))
  }
}
