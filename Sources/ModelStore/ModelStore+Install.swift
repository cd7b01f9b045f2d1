import CLinux
import ForensicCore
import FoundationEssentials
import Glibc
import VisionTransformer

extension ModelStore {
  /// How a model is installed.
  public struct Installation: Sendable {
    /// The name in the store; after the catalogue or the source where `nil`.
    public var name: String?
    /// The entry of the catalogue that the model is.
    public var catalogueName: String?
    public var licence: String?
    /// Attention heads, where no file says them.
    public var heads: Int?
    /// Whether a model of the same name is replaced.
    public var replaces = false

    public init() {}
  }

  /// Files that may lie beside weights and go with them.
  static let companions = [
    "open_clip_config.json", "config.json", "preprocessor_config.json", "processor_config.json",
    "vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json",
    "bpe_simple_vocab_16e6.txt", "README.md", "LICENSE", "LICENSE.txt", "LICENSE.md",
  ]

  /// Copies a model into the store: checked where it lies, copied under a hidden name, flushed,
  /// checked again, and renamed.
  ///
  /// - Parameters:
  ///   - source: a folder as the hub has it, a `.safetensors` file or a `.index.json`.
  ///   - progress: told how many bytes of how many were copied.
  public func install(
    _ source: String, _ wish: Installation = Installation(), catalogue: ModelCatalogue?,
    time: Timestamp, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(ModelStoreError) -> ModelRecord {
    let model = try SourceModel(source, heads: wish.heads)
    let entry = try catalogue?.entry(
      named: wish.catalogueName, source: model.name, encoder: model.encoder)
    let name = wish.name ?? entry?.name ?? model.storeName
    guard Self.isName(name) else { throw .badName(name) }
    try StoreFiles.makeFolder(path)
    let lock = try StoreFiles.lock(path)
    defer { close(lock) }
    try sweep()
    let exists = access(folder(of: name), F_OK) == 0
    guard !exists || wish.replaces else { throw .alreadyInstalled(name) }

    let hidden = "\(path)/.install-\(name)-\(getpid())"
    guard mkdir(hidden, 0o755) == 0 else { throw StoreFiles.failure("create", hidden) }
    var isWhole = false
    defer { if !isWhole { try? StoreFiles.removeFolder(hidden) } }

    let total = model.files.reduce(0) { $0 + (StoreFiles.size($1.from) ?? 0) }
    var done = 0
    var files = [ModelRecord.File]()
    for file in model.files {
      let copied = try StoreFiles.copy(file.from, to: "\(hidden)/\(file.name)") {
        done += $0
        progress(done, max(total, done))
      }
      files.append(
        ModelRecord.File(name: file.name, size: copied.size, sha256: copied.sha256))
    }
    files.sort { $0.name < $1.name }
    // What was copied is what will be loaded, and the source may have changed meanwhile.
    let copy = try SourceModel(hidden, heads: wish.heads)
    guard copy.encoder == model.encoder else { throw .changed(path: source) }
    let record = ModelRecord(
      format: ModelRecord.currentFormat, name: name, source: model.name, installed: time,
      encoder: model.encoder, heads: wish.heads,
      licence: wish.licence ?? entry?.licence ?? model.licence, catalogue: entry?.name,
      files: files, digest: StoreFiles.digest(of: files))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let json = try? encoder.encode(record) else {
      throw .badRecord(path: hidden, detail: "cannot be written as JSON")
    }
    try StoreFiles.write(Array(json) + [0x0A], to: "\(hidden)/\(ModelRecord.file)")
    try StoreFiles.flushFolder(hidden)
    let old = try exists ? replace(name, by: hidden) : create(name, from: hidden)
    isWhole = true
    try StoreFiles.flushFolder(path)
    if let old {
      try StoreFiles.removeFolder(old)
      sweepPacked()
    }
    return record
  }

  private func create(
    _ name: String, from hidden: String
  ) throws(ModelStoreError) -> String? {
    let error = fcl_rename_new(AT_FDCWD, hidden, AT_FDCWD, folder(of: name))
    if error == EEXIST { throw .alreadyInstalled(name) }
    guard error == 0 else {
      throw .system(action: "create", path: folder(of: name), code: error)
    }
    return nil
  }

  /// Puts a folder in the place of a model, at once where the file system can.
  /// - Returns: where the model is that was replaced.
  private func replace(
    _ name: String, by hidden: String
  ) throws(ModelStoreError) -> String {
    if fcl_rename_exchange(hidden, folder(of: name)) == 0 { return hidden }
    let old = "\(path)/.replaced-\(name)-\(getpid())"
    guard rename(folder(of: name), old) == 0 else {
      throw StoreFiles.failure("replace", folder(of: name))
    }
    guard rename(hidden, folder(of: name)) == 0 else {
      let failure = StoreFiles.failure("create", folder(of: name))
      rename(old, folder(of: name))
      throw failure
    }
    return old
  }

  /// Clears up after installations and removals that were killed: half copies go, a model that
  /// was about to be replaced comes back. Under the lock nobody is at work on what is found.
  func sweep() throws(ModelStoreError) {
    for hidden in try StoreFiles.names(in: path) {
      let parts = hidden.split(separator: "-")
      guard let first = parts.first, [".install", ".removed", ".replaced"].contains(first),
        let number = parts.last, Int(number) != nil
      else { continue }
      let name = parts.dropFirst().dropLast().joined(separator: "-")
      if first == ".replaced", access(folder(of: name), F_OK) != 0 {
        rename("\(path)/\(hidden)", folder(of: name))
      } else {
        try StoreFiles.removeFolder("\(path)/\(hidden)")
      }
    }
  }
}

/// A model outside the store, recognised and complete.
struct SourceModel {
  /// The last part of its path.
  let name: String
  let encoder: EncoderDescription
  /// Where each file lies, and what it is called in the store.
  let files: [(from: String, name: String)]
  /// What the model's own page says.
  let licence: String?

  init(_ path: String, heads: Int?) throws(ModelStoreError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw StoreFiles.failure("read", path) }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    if !isFolder, let form = Self.unsupported.first(where: path.hasSuffix) {
      throw .unsupported(path: path, detail: Self.advice(form))
    }
    let inspected: ModelInspection
    do throws(EncoderError) {
      inspected = try .inspect(path, heads: heads)
    } catch {
      if isFolder, case .unreadable = error, let form = try Self.unsupportedForm(in: path) {
        throw .unsupported(path: path, detail: Self.advice(form))
      }
      throw .model(error)
    }
    encoder = inspected.description
    let absolute = realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    name = Self.last(absolute ?? path)
    let folder = inspected.folder
    var files = [(from: String, name: String)]()
    for weights in inspected.weights {
      let own = Self.last(weights)
      // A lone file of another name is found again under the usual one.
      let isKnown = inspected.index != nil || ModelInspection.weightNames.contains(own)
      files.append((weights, isKnown ? own : "model.safetensors"))
    }
    if let index = inspected.index {
      let own = Self.last(index)
      let isKnown = ModelInspection.weightNames.contains { $0 + ".index.json" == own }
      files.append((index, isKnown ? own : "model.safetensors.index.json"))
    }
    for companion in ModelStore.companions
    where StoreFiles.size("\(folder)/\(companion)") != nil {
      files.append(("\(folder)/\(companion)", companion))
    }
    self.files = files
    licence = Self.licence(page: "\(folder)/README.md")
  }

  /// A name after the source's, for the store.
  var storeName: String {
    let stem = name.hasSuffix(".safetensors") ? String(name.dropLast(12)) : name
    let plain = stem.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(String(plain).split(separator: "-").joined(separator: "-").prefix(100))
  }

  private static let unsupported = [".bin", ".pt", ".pth", ".ckpt", ".onnx", ".gguf", ".h5"]

  private static func advice(_ form: String) -> String {
    "is a \(form) file, which is not read (it may hold code); install the model's .safetensors, "
      + "which the hub has or safetensors.torch.save_file writes"
  }

  private static func unsupportedForm(in folder: String) throws(ModelStoreError) -> String? {
    let names = try StoreFiles.names(in: folder)
    return unsupported.first { form in names.contains { $0.hasSuffix(form) } }
  }

  private static func last(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// `license:` in the heading of a page of the hub.
  private static func licence(page: String) -> String? {
    guard let bytes = try? StoreFiles.read(page, limit: 4 << 20) else { return nil }
    let lines = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0.isNewline }
    guard lines.first == "---" else { return nil }
    for line in lines.dropFirst().prefix(while: { $0 != "---" })
    where line.hasPrefix("license:") {
      let value = line.dropFirst(8).drop { $0.isWhitespace }
      return value.isEmpty ? nil : String(value.prefix(100))
    }
    return nil
  }
}
