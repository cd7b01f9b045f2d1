import Foundation
import Safetensors
import Testing
import VisionTransformer

/// One weights file of the reference models, in any naming and type.
struct ModelCase: CustomTestStringConvertible, Sendable {
  /// What its expected values are called.
  let name: String
  let path: String
  /// Heads that no configuration states.
  var heads: Int?
  var testDescription: String { path.split(separator: "/").suffix(2).joined(separator: "/") }

  /// Every `NAME_openclip`, `NAME_hf` and `NAME_fb` with expected values.
  static let all: [ModelCase] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Goldens.folder)) ?? []
    var cases: [ModelCase] = []
    for folder in names.sorted() {
      let parts = folder.split(separator: "_")
      guard let naming = parts.last, ["openclip", "hf", "fb"].contains(naming) else { continue }
      let name = parts.dropLast().joined(separator: "_")
      let expected = "\(Goldens.folder)/\(name)_expected.safetensors"
      guard FileManager.default.fileExists(atPath: expected) else { continue }
      // facebookresearch's files come without a configuration.
      let sibling = try? Goldens.json("\(name)_hf/config.json")
      let heads = naming == "fb" ? sibling?["num_attention_heads"] as? Int : nil
      let files = try? FileManager.default.contentsOfDirectory(
        atPath: "\(Goldens.folder)/\(folder)")
      for file in (files ?? []).sorted() where file.hasSuffix(".safetensors") {
        cases.append(
          ModelCase(name: name, path: "\(Goldens.folder)/\(folder)/\(file)", heads: heads))
      }
    }
    return cases
  }()

  /// Those stored in fp32.
  static let exact = all.filter { (try? $0.suffix()) == "" }
  static let texts = all.filter { (try? $0.expected().contains("input_ids")) == true }

  func model() throws -> EncoderModel { try EncoderModel.load(path, heads: heads) }

  func expected() throws -> SafetensorsFile {
    try Goldens.tensors("\(name)_expected.safetensors")
  }

  /// What the expected values of this stored type are marked with.
  func suffix() throws -> String {
    let file = try SafetensorsFile.open(path)
    let types = try file.names.map { try file.tensor($0).type }
    let suffix =
      types.contains(.float16) ? ".w_fp16" : types.contains(.bfloat16) ? ".w_bf16" : ""
    return try expected().names.contains { $0.hasSuffix(suffix) } ? suffix : ""
  }

  /// What precedes the names of expected values, for each input size (`56x56.`).
  func sizes() throws -> [String] {
    try expected().names.filter { $0.hasSuffix("pixel_values") }
      .map { String($0.dropLast("pixel_values".count)) }
  }

  func inputs(_ size: String) throws -> [EncoderInput] {
    let pixels = try expected().tensor(size + "pixel_values")
    return EncoderInput.split(try pixels.floats(), shape: pixels.shape)
  }

  func ids() throws -> [[Int]] {
    let tensor = try expected().tensor("input_ids")
    let ids = try tensor.integers()
    return (0..<tensor.shape[0]).map { row in
      Array(ids[row * tensor.shape[1]..<(row + 1) * tensor.shape[1]])
    }
  }
}

extension EncoderInput {
  static func split(_ values: [Float], shape: [Int]) -> [EncoderInput] {
    let count = shape[1] * shape[2] * shape[3]
    return (0..<shape[0]).map {
      EncoderInput(
        height: shape[2], width: shape[3],
        values: Array(values[$0 * count..<($0 + 1) * count]))
    }
  }
}

/// The largest difference, as a share of the largest expected value.
func difference(_ found: [Float], _ expected: [Float]) -> Double {
  guard found.count == expected.count else { return .infinity }
  let top = expected.map { abs(Double($0)) }.max() ?? 1
  return (zip(found, expected).map { abs(Double($0) - Double($1)) }.max() ?? 0) / max(top, 1e-30)
}

/// The largest difference itself.
func distance(_ found: [Float], _ expected: [Float]) -> Double {
  guard found.count == expected.count else { return .infinity }
  return zip(found, expected).map { abs(Double($0) - Double($1)) }.max() ?? 0
}

/// The least cosine of corresponding rows, and the same with the mean of the expected rows removed.
func cosines(_ found: [[Float]], _ expected: [Float]) -> (plain: Double, centred: Double) {
  let width = found.first?.count ?? 0
  guard width > 0, found.count * width == expected.count else { return (-1, -1) }
  let rows = (0..<found.count).map { Array(expected[$0 * width..<($0 + 1) * width]) }
  let mean = (0..<width).map { column in
    rows.reduce(0.0) { $0 + Double($1[column]) } / Double(rows.count)
  }
  func cosine(_ a: [Float], _ b: [Float], _ mean: [Double]) -> Double {
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (index, shift) in mean.enumerated() {
      let (x, y) = (Double(a[index]) - shift, Double(b[index]) - shift)
      ab += x * y
      aa += x * x
      bb += y * y
    }
    return ab / (aa * bb).squareRoot()
  }
  let zero = [Double](repeating: 0, count: width)
  let pairs = Array(zip(found, rows))
  return (
    pairs.map { cosine($0, $1, zero) }.min() ?? -1, pairs.map { cosine($0, $1, mean) }.min() ?? -1
  )
}
