import Glibc

/// The tensors of a model that lies in one file or in several shards with an index
/// (`*.safetensors.index.json`, whose `weight_map` says which shard holds which tensor).
public struct SafetensorsModel: TensorSource {
  /// The longest index file in bytes.
  public static let maximumIndexLength = 16 << 20

  /// The files the tensors lie in, in the order of first mention.
  public let paths: [String]
  /// The index file, where the tensors lie in shards.
  public let index: String?
  /// Tensors of the shards that the index does not mention, or puts into another shard: no part of
  /// the model.
  public var leftOut: [(tensor: String, path: String)] {
    shards.enumerated().flatMap { place, shard in
      shard.names.filter { places[$0] != place }.map { ($0, paths[place]) }
    }
  }
  private let shards: [SafetensorsFile]
  private let places: [String: Int]

  /// Opens a `.safetensors` file, an `.index.json` file, or a folder that holds `name` or its
  /// index (such as `model.safetensors` or `model.safetensors.index.json`).
  public static func open(
    _ path: String, name: String = "model.safetensors"
  ) throws(SafetensorsError) -> SafetensorsModel {
    if path.hasSuffix(".json") { return try SafetensorsModel(index: path) }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      return try SafetensorsModel(file: path)
    }
    let index = "\(path)/\(name).index.json"
    if access("\(path)/\(name)", F_OK) != 0, access(index, F_OK) == 0 {
      return try SafetensorsModel(index: index)
    }
    return try SafetensorsModel(file: "\(path)/\(name)")
  }

  private init(file path: String) throws(SafetensorsError) {
    let file = try SafetensorsFile.open(path)
    paths = [path]
    index = nil
    shards = [file]
    places = Dictionary(file.names.map { ($0, 0) }, uniquingKeysWith: { first, _ in first })
    // Names of other bytes may be one string: Unicode has several spellings of a letter.
    guard places.count == file.count else {
      throw SafetensorsError(
        .duplicateName, subject: path, detail: "has two tensors whose names are one text")
    }
  }

  private init(index path: String) throws(SafetensorsError) {
    let map = try ShardIndex(path: path)
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    var paths = [String]()
    var shards = [SafetensorsFile]()
    for name in map.files {
      let shardPath = folder.isEmpty && !path.hasPrefix("/") ? name : "\(folder)/\(name)"
      paths.append(shardPath)
      shards.append(try SafetensorsFile.open(shardPath))
    }
    for (tensor, shard) in map.places where !shards[shard].contains(tensor) {
      throw SafetensorsError(
        .badIndex, subject: tensor, detail: "is not in \(paths[shard]), where the index puts it")
    }
    self.paths = paths
    self.index = path
    self.shards = shards
    places = map.places
  }

  public var names: [String] { places.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

  /// The strings of the first file's `__metadata__`.
  public var metadata: [String: String] { shards.first?.metadata ?? [:] }

  /// The tensor of this name, from whichever shard holds it.
  /// - Throws: `missingTensor` where none does.
  public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
    guard let place = places[name] else {
      throw SafetensorsError(.missingTensor, subject: name, detail: "is not in the model")
    }
    return try shards[place].tensor(name)
  }
}

/// The `weight_map` of an index file.
struct ShardIndex {
  private(set) var files: [String] = []
  private(set) var places: [String: Int] = [:]

  init(path: String) throws(SafetensorsError) {
    let mapping = try Mapping(path: path)
    func error(_ detail: String) -> SafetensorsError {
      SafetensorsError(.badIndex, subject: path, detail: detail)
    }
    guard mapping.bytes.count <= SafetensorsModel.maximumIndexLength else {
      throw error("is longer than \(SafetensorsModel.maximumIndexLength) bytes")
    }
    func failing(_ failure: JSONScanner.Failure) -> SafetensorsError {
      error("expected \(failure.expected) at byte \(failure.position)")
    }
    var files = [String]()
    var places = [String: Int]()
    var found = false
    var scanner = JSONScanner(mapping.bytes)
    try scanner.object(
      { (scanner: inout JSONScanner, key) throws(SafetensorsError) in
        guard scanner.text(key) == "weight_map" else {
          do throws(JSONScanner.Failure) { try scanner.skipValue() } catch { throw failing(error) }
          return
        }
        guard !found else { throw error("has two weight maps") }
        found = true
        try scanner.object(
          { (scanner: inout JSONScanner, key) throws(SafetensorsError) in
            let span: JSONScanner.StringSpan
            do throws(JSONScanner.Failure) { span = try scanner.string() } catch {
              throw failing(error)
            }
            guard let tensor = scanner.text(key), let file = scanner.text(span) else {
              throw error("has a name that is not UTF-8")
            }
            // A shard lies beside its index; anything that could leave the folder is refused.
            guard file.hasSuffix(".safetensors"), !file.contains("/"), !file.hasPrefix("."),
              !file.contains("\0")
            else { throw error("names the shard \(file)") }
            let place = files.firstIndex(of: file) ?? files.count
            if place == files.count { files.append(file) }
            guard files.count <= 1024 else { throw error("names more than 1024 shards") }
            guard places.updateValue(place, forKey: tensor) == nil else {
              throw error("places \(tensor) twice")
            }
          }, failing: failing)
      }, failing: failing)
    do throws(JSONScanner.Failure) { try scanner.expectEnd() } catch { throw failing(error) }
    guard found else { throw error("has no weight_map") }
    self.files = files
    self.places = places
    withExtendedLifetime(mapping) {}
  }
}
