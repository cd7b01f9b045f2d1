/// Where tensors come from: one file, the shards of a model, or memory.
public protocol TensorSource: Sendable {
  /// Every name, sorted.
  var names: [String] { get }
  /// The tensor of this name; throws `missingTensor` where there is none.
  func tensor(_ name: String) throws(SafetensorsError) -> Tensor
}

extension TensorSource {
  /// `tensor(name).floats()`.
  public func floats(_ name: String) throws(SafetensorsError) -> [Float] {
    try tensor(name).floats()
  }

  /// `tensor(name).doubles()`.
  public func doubles(_ name: String) throws(SafetensorsError) -> [Double] {
    try tensor(name).doubles()
  }

  /// `tensor(name).integers()`.
  public func integers(_ name: String) throws(SafetensorsError) -> [Int] {
    try tensor(name).integers()
  }
}

/// A memory-mapped safetensors file whose header has been checked completely: offsets, shapes,
/// types, names and alignment are sound for every tensor before the first is handed out.
///
/// Format: https://huggingface.co/docs/safetensors, with its rules that tensors cover the data
/// without holes and that names are unique; stricter in that tensors are aligned to their element
/// size (as every current writer does), escapes in tensor names and unknown members are refused.
public struct SafetensorsFile: TensorSource {
  /// The longest header in bytes (the limit of the reference implementation).
  public static let maximumHeaderLength = 100_000_000
  /// The most tensors in one file.
  public static let maximumTensorCount = 65_536
  /// The most entries of `__metadata__`.
  public static let maximumMetadataCount = 4096

  private let header: Header

  /// Maps the file at `path` and checks its header.
  public static func open(_ path: String) throws(SafetensorsError) -> SafetensorsFile {
    try SafetensorsFile(header: Header(Mapping(path: path), subject: path))
  }

  /// Maps the file behind an open descriptor, which stays the caller's; `name` is for errors.
  public static func open(
    descriptor: Int32, name: String
  ) throws(SafetensorsError) -> SafetensorsFile {
    try SafetensorsFile(
      header: Header(Mapping(descriptor: descriptor, name: name), subject: name))
  }

  /// Reads a file that is in memory already; the bytes are copied.
  public init(bytes: some Collection<UInt8>, name: String = "bytes") throws(SafetensorsError) {
    header = try Header(Mapping(copying: bytes), subject: name)
  }

  private init(header: Header) { self.header = header }

  /// Sorted by name, bytewise.
  public var names: [String] { header.entries.map(header.name(of:)) }

  /// The number of tensors.
  public var count: Int { header.entries.count }

  /// The size of the file in bytes.
  public var byteCount: Int { header.mapping.bytes.count }

  /// The strings of `__metadata__`, decoded at each call.
  public var metadata: [String: String] { header.metadata() }

  /// Whether the file has a tensor of this name.
  public func contains(_ name: String) -> Bool { header.entry(named: name) != nil }

  /// The tensor of this name, mapped and not copied.
  /// - Throws: `missingTensor` where the file has none.
  public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
    guard let entry = header.entry(named: name) else {
      throw SafetensorsError(.missingTensor, subject: name, detail: "is not in the file")
    }
    return Tensor(
      name: name, type: entry.type, shape: header.shape(of: entry), mapping: header.mapping,
      range: header.dataStart + entry.begin..<header.dataStart + entry.end)
  }
}
