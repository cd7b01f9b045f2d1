import ForensicCore
import Safetensors
import SignalAnalysis

/// The file: for each family `FAMILY.power` (U8, 128 × 128), `FAMILY.span` (F32, 2: the log2 power
/// that 0 and 255 stand for) and `FAMILY.profile` (F32, 64); the counts and what they are of in
/// `__metadata__`.
extension FamilySpectra {
  /// log2 of a power is never more: the residual is within ±8, and 256 × 256 of it are summed.
  static let greatest: Float = 64

  /// The version of what is averaged: that of the features made of the same spectrum.
  private static let version = "spectrum \(SpectrumFeatures().version)"

  /// The bytes of the file.
  public func encoded() -> [UInt8] {
    SafetensorsWriter.encode(tensors(), metadata: metadata())
  }

  /// Its tensors.
  package func tensors() -> [String: TensorValue] {
    var tensors = [String: TensorValue]()
    for average in averages {
      let values = average.map.values
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      let step = max(high - low, .leastNormalMagnitude) / 255
      let levels = values.map { UInt8(min(max((($0 - low) / step).rounded(), 0), 255)) }
      let name = average.family.rawValue
      tensors["\(name).power"] = TensorValue(levels, shape: [SpectrumMap.side, SpectrumMap.side])
      tensors["\(name).span"] = TensorValue([low, high])
      tensors["\(name).profile"] = TensorValue(average.map.profile)
    }
    return tensors
  }

  /// What stands in its header.
  package func metadata() -> [String: String] {
    var metadata = [
      "version": Self.version, "manifest": manifest.hex, "split": split, "chain": chain,
    ]
    for average in averages {
      metadata["pictures.\(average.family)"] = String(average.pictures)
    }
    return metadata
  }

  /// Reads and checks the file; `file` is for errors. `nil` where it is of another version.
  package static func load(
    from source: SafetensorsFile, file: String, families: [GeneratorFamily]
  ) throws(BundleError) -> FamilySpectra? {
    let metadata = source.metadata
    guard metadata["version"] == version else { return nil }
    guard let manifest = SHA256Digest(hex: metadata["manifest"] ?? ""),
      let split = metadata["split"], let chain = metadata["chain"]
    else { throw .malformed(file: file, detail: "it does not say what was averaged") }
    var averages = [Average]()
    for family in families where source.contains("\(family).power") {
      guard let pictures = Int(metadata["pictures.\(family)"] ?? ""), pictures > 0 else {
        throw .malformed(file: file, detail: "it does not say how many pictures of \(family)")
      }
      averages.append(
        Average(family: family, pictures: pictures, map: try map(family, source, file)))
    }
    guard source.count == 3 * averages.count else {
      throw .malformed(file: file, detail: "it has tensors of families that the bundle lacks")
    }
    guard averages.contains(where: { $0.family == .real }) else {
      throw .malformed(file: file, detail: "it has no average of camera pictures")
    }
    return FamilySpectra(averages: averages, manifest: manifest, split: split, chain: chain)
  }

  private static func map(
    _ family: GeneratorFamily, _ source: SafetensorsFile, _ file: String
  ) throws(BundleError) -> SpectrumMap {
    func numbers(
      _ what: String, _ type: ElementType, _ shape: [Int], most: Float
    ) throws(BundleError) -> [Float] {
      let name = "\(family).\(what)"
      let values: [Float]
      do {
        let tensor = try source.tensor(name)
        guard tensor.type == type, tensor.shape == shape else {
          throw BundleError.badTensor(
            file: file, tensor: name,
            detail: "is \(tensor.type.rawValue) \(tensor.shape) and not \(type.rawValue) \(shape)")
        }
        values = try tensor.floats()
      } catch let error as BundleError {
        throw error
      } catch {
        throw .badTensor(file: file, tensor: name, detail: String(describing: error))
      }
      guard values.allSatisfy({ (0...most).contains($0) }) else {
        throw .badTensor(file: file, tensor: name, detail: "holds a number out of its range")
      }
      return values
    }
    let span = try numbers("span", .float32, [2], most: greatest)
    let (low, high) = (span[0], span[1])
    guard low <= high else {
      throw .badTensor(file: file, tensor: "\(family).span", detail: "is reversed")
    }
    let levels = try numbers(
      "power", .uint8, [SpectrumMap.side, SpectrumMap.side], most: 255)
    return SpectrumMap(
      values: levels.map { low + $0 * (high - low) / 255 },
      profile: try numbers("profile", .float32, [SpectrumMap.bands], most: greatest))
  }
}
