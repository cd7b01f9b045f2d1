import Foundation
import Testing
import VisionTransformer

/// Configurations that somebody damaged or made to do harm: a typed error or a sound encoder.
@Suite(.enabled(if: Goldens.exist, "no reference values"))
struct HostileConfigurationTests {
  static let folders = [
    "clip_quickgelu_openclip", "clip_gelu_hf", "dinov2_hf", "dinov2_reg_hf", "dinov2_swiglu_hf",
    "vit_timm", "vit_commfor",
  ]
  static var values: [Any] {
    [
      NSNull(), true, -1, 0, 1, 3, 1e300, -0.5, "", "gelu", "avg", [Any](), [1, 2], [3, 0, -7],
      [String: Any](), ["height": 0, "width": 1 << 40],
    ]
  }

  /// The configuration with each of its members, at any depth, replaced or left out.
  static func mutations(_ value: Any) -> [Any] {
    guard let object = value as? [String: Any] else { return [] }
    var all: [Any] = []
    for (key, member) in object {
      var copy = object
      copy[key] = nil
      all.append(copy)
      for replacement in values + mutations(member) {
        copy[key] = replacement
        all.append(copy)
      }
    }
    return all
  }

  @Test(arguments: folders) func isATypedErrorOrASoundEncoder(_ name: String) throws {
    let source = "\(Goldens.folder)/\(name)"
    let folder = NSTemporaryDirectory() + "hostile-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = try FileManager.default.contentsOfDirectory(atPath: source)
    for file in files {
      // As the hub's cache has it.
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/\(file)", withDestinationPath: "\(source)/\(file)")
    }
    var (refused, sound) = (0, 0)
    for file in files where file.hasSuffix("config.json") {
      let path = "\(folder)/\(file)"
      try FileManager.default.removeItem(atPath: path)
      let original = try Data(contentsOf: URL(fileURLWithPath: "\(source)/\(file)"))
      for mutation in Self.mutations(try JSONSerialization.jsonObject(with: original)) {
        try JSONSerialization.data(withJSONObject: mutation)
          .write(to: URL(fileURLWithPath: path))
        do throws(EncoderError) {
          let model = try EncoderModel.load(folder)
          sound += 1
          // Every tenth is run.
          guard sound.isMultiple(of: 10) else { continue }
          let encoder = try VisionEncoder(model)
          let tower = model.description.image
          let input = EncoderInput(
            height: tower.height, width: tower.width,
            values: [Float](repeating: 0.5, count: 3 * tower.height * tower.width))
          #expect(try encoder.embed([input])[0].allSatisfy { $0.isFinite })
          guard model.description.text != nil else { continue }
          #expect(try TextEncoder(model).embed([[1, 2]])[0].allSatisfy { $0.isFinite })
        } catch { refused += 1 }
      }
      try original.write(to: URL(fileURLWithPath: path))
    }
    #expect(refused > 0 && sound > 0, "\(refused) refused, \(sound) sound")
  }
}
