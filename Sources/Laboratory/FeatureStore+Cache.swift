import Classifiers
import Detectors
import FoundationEssentials
import Safetensors

extension FeatureStore {
  /// What a file of the cache holds; `nil` where there is none or it is damaged, in which case
  /// the features are computed again.
  static func read(_ path: String) -> FeatureSet? {
    guard let file = try? SafetensorsFile.open(path),
      let table = try? file.integers("samples"), table.count.isMultiple(of: 4)
    else { return nil }
    var samples = [FeatureSet.Sample]()
    var rows = 0
    for start in stride(from: 0, to: table.count, by: 4) {
      let views = table[start + 3]
      guard table[start] >= 0, (1...64).contains(views) else { return nil }
      samples.append(
        FeatureSet.Sample(
          entry: table[start], draw: table[start + 1], quality: table[start + 2],
          rows: rows..<(rows + views)))
      rows += views
    }
    var features = [String: FeatureMatrix]()
    for kind in DetectorKind.all {
      let columns = kind.extractor.dimension
      guard let tensor = try? file.tensor(kind.name), tensor.shape == [rows, columns],
        let values = try? tensor.floats()
      else { return nil }
      features[kind.name] = FeatureMatrix(rows: rows, columns: columns, values: values)
    }
    return FeatureSet(samples: samples, features: features)
  }

  static func write(_ set: FeatureSet, to path: String) throws(LaboratoryError) {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    var tensors = [
      "samples": TensorValue(
        set.samples.flatMap { [$0.entry, $0.draw, $0.quality, $0.rows.count] },
        shape: [set.samples.count, 4])
    ]
    for (name, matrix) in set.features {
      tensors[name] = TensorValue(matrix.values, shape: [matrix.rows, matrix.columns])
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try SafetensorsWriter.write(tensors, to: path)
    } catch {
      throw .unwritable(path)
    }
  }
}
