import ForensicCore
import FoundationEssentials
import Glibc
import VisionTransformer

/// The folder of installed models, one folder each: the weights, the configurations beside them
/// and `model.json`. A model appears and disappears by a rename; its files are never written
/// again, so they may be mapped by any number of processes.
public struct ModelStore: Hashable, Sendable {
  /// Where models lie unless the configuration says otherwise.
  public static let standardPath = "/var/lib/forensicd/models"
  /// The folder, within the store, of weights that were packed for this processor.
  static let packedName = ".packed"

  public let path: String

  public init(path: String) { self.path = path }

  /// Where the engine keeps weights as this processor's products want them, made where it is
  /// missing; `nil` where it cannot be.
  public func packedFolder() -> String? {
    let folder = path + "/" + Self.packedName
    if access(folder, F_OK) == 0 { return folder }
    return (try? StoreFiles.makeFolder(folder)) == nil ? nil : folder
  }

  /// Where a model of this name lies, or would lie.
  public func folder(of name: String) -> String { path + "/" + name }

  /// Letters, digits, `.`, `-` and `_`, at most 100, beginning with a letter or digit.
  public static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 100 else { return false }
    func plain(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: false
      }
    }
    return plain(first) && name.utf8.allSatisfy { plain($0) || ".-_".utf8.contains($0) }
  }

  /// The names of what is installed, sorted.
  public func names() throws(ModelStoreError) -> [String] {
    try StoreFiles.names(in: path).filter {
      Self.isName($0) && access("\(path)/\($0)/\(ModelRecord.file)", F_OK) == 0
    }
  }

  /// The record of an installed model; its files' sizes are compared, their digests are not.
  public func record(_ name: String) throws(ModelStoreError) -> ModelRecord {
    guard Self.isName(name), access("\(folder(of: name))/\(ModelRecord.file)", F_OK) == 0 else {
      throw .notInstalled(name, known: (try? names()) ?? [])
    }
    let file = "\(folder(of: name))/\(ModelRecord.file)"
    let bytes = try StoreFiles.read(file, limit: 1 << 20)
    let record: ModelRecord
    do { record = try JSONDecoder().decode(ModelRecord.self, from: Data(bytes)) } catch {
      throw .badRecord(path: file, detail: String(describing: error))
    }
    guard record.format == ModelRecord.currentFormat else {
      throw .badRecord(path: file, detail: "format \(record.format) is not known here")
    }
    guard record.name == name, StoreFiles.digest(of: record.files) == record.digest,
      record.files.allSatisfy({ !$0.name.contains("/") && !$0.name.hasPrefix(".") })
    else { throw .badRecord(path: file, detail: "contradicts itself") }
    if let extra = try others(than: record).first(where: Self.isRead) {
      throw .badRecord(
        path: "\(folder(of: name))/\(extra)",
        detail: "was not installed with the model; take it away")
    }
    for part in record.files where StoreFiles.size("\(folder(of: name))/\(part.name)") != part.size
    {
      throw .badRecord(
        path: "\(folder(of: name))/\(part.name)",
        detail: "is not the \(part.size) bytes that were installed; run `forensicctl model verify`")
    }
    return record
  }

  /// Files in a model's folder that are none of its own. A configuration or weights of another name
  /// would be read in the place of what was installed.
  private func others(than record: ModelRecord) throws(ModelStoreError) -> [String] {
    let own = Set(record.files.map(\.name) + [ModelRecord.file])
    return try StoreFiles.names(in: folder(of: record.name)).filter { !own.contains($0) }
  }

  /// Whether a file of this name in a model's folder could be read with it.
  private static func isRead(_ name: String) -> Bool {
    companions.contains(name) || name.hasSuffix(".safetensors") || name.hasSuffix(".index.json")
  }

  /// A model by its name in the store, or any model by a path (with a `/`, or of something that
  /// exists and is not installed).
  public func locate(_ model: String) throws(ModelStoreError) -> (
    path: String, record: ModelRecord?
  ) {
    if !model.contains("/") {
      if Self.isName(model), access("\(folder(of: model))/\(ModelRecord.file)", F_OK) == 0 {
        return (folder(of: model), try record(model))
      }
      guard access(model, F_OK) == 0 else {
        throw .notInstalled(model, known: (try? names()) ?? [])
      }
    }
    return (model, nil)
  }

  /// Files of a model whose bytes are not those that were installed, with what is wrong.
  public func verify(
    _ name: String, progress: (Int) -> Void = { _ in }
  ) throws(ModelStoreError) -> [(file: String, problem: String)] {
    let file = "\(folder(of: name))/\(ModelRecord.file)"
    guard Self.isName(name), access(file, F_OK) == 0 else {
      throw .notInstalled(name, known: (try? names()) ?? [])
    }
    let bytes = try StoreFiles.read(file, limit: 1 << 20)
    let record: ModelRecord
    do { record = try JSONDecoder().decode(ModelRecord.self, from: Data(bytes)) } catch {
      throw .badRecord(path: file, detail: String(describing: error))
    }
    guard record.name == name,
      record.files.allSatisfy({ !$0.name.contains("/") && !$0.name.hasPrefix(".") })
    else { throw .badRecord(path: file, detail: "contradicts itself") }
    var problems = try others(than: record).map { ($0, "was not installed with the model") }
    if StoreFiles.digest(of: record.files) != record.digest {
      problems.append((ModelRecord.file, "has other digests than those that were taken"))
    }
    for part in record.files {
      let path = "\(folder(of: name))/\(part.name)"
      do throws(ModelStoreError) {
        let found = try StoreFiles.digest(path, progress: progress)
        if found.size != part.size {
          problems.append((part.name, "has \(found.size) bytes, not \(part.size)"))
        } else if found.sha256 != part.sha256 {
          problems.append((part.name, "has other bytes than those that were installed"))
        }
      } catch { problems.append((part.name, error.description)) }
    }
    return problems
  }

  /// Takes a model away: out of sight by a rename, then apart. Processes that have it mapped keep
  /// what they have.
  public func remove(_ name: String) throws(ModelStoreError) {
    guard Self.isName(name), access(folder(of: name), F_OK) == 0 else {
      throw .notInstalled(name, known: (try? names()) ?? [])
    }
    let lock = try StoreFiles.lock(path)
    defer { close(lock) }
    try sweep()
    let hidden = "\(path)/.removed-\(name)-\(getpid())"
    guard rename(folder(of: name), hidden) == 0 else {
      throw StoreFiles.failure("remove", folder(of: name))
    }
    try StoreFiles.flushFolder(path)
    try StoreFiles.removeFolder(hidden)
    sweepPacked()
  }

  /// Removes packed weights of models that are gone. What cannot be told is kept.
  func sweepPacked() {
    let folder = path + "/" + Self.packedName
    guard access(folder, F_OK) == 0, let names = try? names() else { return }
    var kept = [[String]]()
    for name in names {
      guard let record = try? record(name),
        let model = try? ModelInspection.inspect(self.folder(of: name), heads: record.heads)
      else { return }
      kept.append(model.weights)
    }
    PackedFolder.sweep(folder, keeping: kept)
  }
}
