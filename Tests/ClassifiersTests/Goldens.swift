import Classifiers
import Foundation
import Safetensors

/// Reference values made with scikit-learn and PyTorch.
enum Goldens {
  static let folder: String = {
    if let path = ProcessInfo.processInfo.environment["GOLDENS_DIR"] { return path }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.appendingPathComponent("../shared/goldens").standardized.path
  }()
  static let exist = FileManager.default.fileExists(atPath: folder + "/heads.safetensors")

  static func tensors() throws -> SafetensorsFile {
    try SafetensorsFile.open(folder + "/heads.safetensors")
  }

  static func scalars(_ group: String) throws -> [String: Double] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/heads.json"))
    let all = try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]]
    return (all?[group] ?? [:]).compactMapValues { $0 as? Double }
  }

  static func matrix(_ name: String) throws -> ScoreMatrix {
    let tensor = try tensors().tensor(name)
    return ScoreMatrix(
      rows: tensor.shape[0], columns: tensor.shape.count > 1 ? tensor.shape[1] : 1,
      values: try tensor.doubles())
  }

  static func features(_ name: String) throws -> FeatureMatrix {
    let tensor = try tensors().tensor(name)
    return FeatureMatrix(
      rows: tensor.shape[0], columns: tensor.shape[1], values: try tensor.floats())
  }

  static func labels(_ name: String) throws -> [Int] { try tensors().integers(name) }

  static func set(_ name: String, classes: Int) throws -> TrainingSet {
    try TrainingSet(
      features: features("\(name)_x"), labels: labels("\(name)_y"), classCount: classes)
  }
}

/// The largest distance between two lists of one length; infinite where the lengths differ.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}
