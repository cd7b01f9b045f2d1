import ForensicCore
import FoundationEssentials
import Safetensors

/// A file of the bundle: the tensor `features` (F16, pictures × numbers), and in `__metadata__` under
/// `pictures` a JSON array that says for each row which picture it is of.
extension ReferencePictures {
  /// The most pictures in a file.
  public static let maximumPictures = 16_384
  /// The most numbers in a file: 64 MiB in memory.
  public static let maximumValues = 1 << 24
  /// Bytes of the JSON.
  private static let maximumText = 32 << 20
  /// Bytes of a source's or a file's name: what a report can show.
  public static let longestName = 1024

  private static let tensor = "features"
  private static let member = "pictures"

  /// The features as they are stored; what F16 cannot hold becomes the nearest that it can.
  public func tensors() -> [String: TensorValue] {
    let held = features.map { min(max($0, -65_504), 65_504) }
    return [Self.tensor: TensorValue(halves: held, shape: [pictures.count, dimension])]
  }

  /// What the rows are of.
  public func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [Self.member: String(decoding: try encoder.encode(pictures), as: UTF8.self)]
  }

  /// Reads the file of a detector with `dimension` features; `name` is for errors.
  package static func load(
    from file: SafetensorsFile, name: String, dimension: Int, families: [GeneratorFamily]
  ) throws(BundleError) -> ReferencePictures {
    func malformed(_ detail: String) -> BundleError { .malformed(file: name, detail: detail) }
    guard let text = file.metadata[member], text.utf8.count <= maximumText else {
      throw malformed("it does not say which pictures its rows are of")
    }
    let pictures: [Picture]
    do {
      pictures = try JSONDecoder().decode([Picture].self, from: Data(text.utf8))
    } catch { throw malformed("\(member): \(error)") }
    guard (1...maximumPictures).contains(pictures.count) else {
      throw malformed("\(pictures.count) pictures; 1 to \(maximumPictures) are possible")
    }
    let known = Set(families)
    for picture in pictures {
      guard known.contains(picture.family) else {
        throw malformed("the bundle has no family \(picture.family)")
      }
      guard picture.hasPlainNames else { throw malformed("a name is too long") }
    }
    func bad(_ detail: String) -> BundleError {
      .badTensor(file: name, tensor: tensor, detail: detail)
    }
    let values: [Float]
    do {
      let stored = try file.tensor(tensor)
      guard stored.type == .float16, stored.shape == [pictures.count, dimension],
        stored.count <= maximumValues
      else {
        throw BundleError.badTensor(
          file: name, tensor: tensor,
          detail: "is \(stored.type.rawValue) \(stored.shape) where F16 "
            + "\([pictures.count, dimension]) of \(maximumValues) numbers at most was expected")
      }
      values = try stored.floats()
    } catch let error as BundleError {
      throw error
    } catch { throw bad("\(error)") }
    guard values.allSatisfy(\.isFinite) else { throw bad("holds a number that is not finite") }
    return ReferencePictures(pictures: pictures, dimension: dimension, features: values)
  }
}

extension ReferencePictures.Picture {
  /// Whether source and file are short enough to be shown.
  package var hasPlainNames: Bool {
    [source, file].allSatisfy { $0.utf8.count <= ReferencePictures.longestName }
  }
}
