import ForensicCore
import TOMLKit
import VisionTransformer

/// The public models that are known: `etc/models.toml`.
public struct ModelCatalogue: Sendable {
  /// One model.
  public struct Entry: Hashable, Sendable, Codable {
    public var name: String
    public var title: String
    /// What it is, in a sentence.
    public var what: String
    public var licence: String
    /// Where a person gets it.
    public var source: String
    public var parameters: Int
    public var shape: Shape

    /// The weights in 32-bit floating point, in bytes.
    public var size: Int { parameters * 4 }
  }

  /// What of an architecture tells models apart; `nil` where it does not matter.
  public struct Shape: Hashable, Sendable, Codable {
    /// `clip`, `dinov2` or `vit`.
    public var family: String
    public var width: Int
    public var layers: Int
    public var heads: Int
    public var patch: Int
    public var side: Int
    public var activation: String?
    public var projection: Int?
    public var registers: Int?
    public var classes: Int?

    /// The first difference from a model, in words; `nil` where there is none.
    public func difference(from encoder: EncoderDescription) -> String? {
      let image = encoder.image
      let pairs: [(String, String, String?)] = [
        ("family", String(encoder.architecture.rawValue.prefix { $0 != " " }), family),
        ("width", "\(image.shape.width)", "\(width)"),
        ("number of blocks", "\(image.shape.layers)", "\(layers)"),
        ("number of heads", "\(image.shape.heads)", "\(heads)"),
        ("patch", "\(image.patchHeight)", "\(patch)"), ("side", "\(image.height)", "\(side)"),
        ("activation", image.shape.activation.rawValue, activation),
        ("projection", "\(image.projection ?? 0)", projection.map(String.init)),
        ("number of registers", "\(image.registers)", registers.map(String.init)),
        ("number of classes", "\(image.classes ?? 0)", classes.map(String.init)),
      ]
      for (what, found, wanted) in pairs {
        if let wanted, wanted != found { return "its \(what) is \(found), not \(wanted)" }
      }
      return nil
    }
  }

  public let entries: [Entry]

  private struct File: Decodable { var model: [Entry] }

  public init(path: String) throws(ModelStoreError) {
    let bytes = try StoreFiles.read(path, limit: 1 << 20)
    do {
      entries = try TOMLDecoder().decode(File.self, from: String(decoding: bytes, as: UTF8.self))
        .model
    } catch {
      throw .badCatalogue(path: path, detail: String(describing: error))
    }
  }

  /// The entries of a model's shape. Models may share a shape: it proves none of them.
  public func candidates(for encoder: EncoderDescription) -> [Entry] {
    entries.filter { $0.shape.difference(from: encoder) == nil }
  }

  /// The entry that a model is taken for: the one that was named, or of those of its shape the
  /// one whose page at the hub has the source's name.
  func entry(
    named name: String?, source: String, encoder: EncoderDescription
  ) throws(ModelStoreError) -> Entry? {
    guard let name else {
      return candidates(for: encoder).first {
        $0.source.split(separator: "/").last.map { $0.lowercased() } == source.lowercased()
      }
    }
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw .notThatModel(
        "the catalogue has no model \(name.madeVisible); `forensicctl model catalogue` lists them")
    }
    if let difference = entry.shape.difference(from: encoder) {
      throw .notThatModel("this is not \(name): \(difference)")
    }
    return entry
  }
}
