/// What an image encoder is asked for.
///
/// As text: `embedding`, `logits`, `class`, `patches`, `class+patches`, and for the output of a
/// block `block:N`, `block:N:patches`, `block:N:class+patches:norm`; N counts from 0, or from the
/// end with a minus (`block:-2` is the next to last). A number alone, `-2`, is `block:-2`.
public enum FeatureLayer: Hashable, Sendable {
  /// Tokens that stand for the picture.
  public enum Pooling: String, Sendable, CaseIterable {
    case classToken = "class"
    /// The mean of the patches; registers stay out.
    case patchMean = "patches"
    /// The class token, then the mean of the patches.
    case both = "class+patches"
  }

  /// The model's own embedding: CLIP's projection; what its head would read of all others, the
  /// class token after the last normalisation or, of some of timm's, the mean of the patches.
  case embedding
  /// The linear head of a timm model.
  case logits
  /// After the last normalisation.
  case output(Pooling)
  /// After a block, as it is or normalised as after the last block.
  case block(Int, Pooling, normalised: Bool)
}

extension FeatureLayer {
  /// Whether nothing but the class token is read.
  func isOfClassToken(_ tower: ImageTower) -> Bool {
    switch self {
    case .embedding, .logits: tower.pooling == .classToken
    case .output(let pooling), .block(_, let pooling, _): pooling == .classToken
    }
  }
}

extension FeatureLayer: LosslessStringConvertible {
  public init?(_ description: String) {
    switch description {
    case "embedding": self = .embedding
    case "logits": self = .logits
    default:
      if let pooling = Pooling(rawValue: description) {
        self = .output(pooling)
        return
      }
      if let number = Int(description) {
        self = .block(number, .classToken, normalised: false)
        return
      }
      var parts = description.split(separator: ":", omittingEmptySubsequences: false)[...]
      guard parts.popFirst() == "block", let number = parts.popFirst().flatMap({ Int($0) }) else {
        return nil
      }
      var pooling = Pooling.classToken
      if let named = parts.first.flatMap({ Pooling(rawValue: String($0)) }) {
        pooling = named
        parts.removeFirst()
      }
      let normalised = parts.first == "norm"
      if normalised { parts.removeFirst() }
      guard parts.isEmpty else { return nil }
      self = .block(number, pooling, normalised: normalised)
    }
  }

  public var description: String {
    switch self {
    case .embedding: "embedding"
    case .logits: "logits"
    case .output(let pooling): pooling.rawValue
    case .block(let number, let pooling, let normalised):
      "block:\(number):\(pooling.rawValue)" + (normalised ? ":norm" : "")
    }
  }
}

extension FeatureLayer: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let layer = FeatureLayer(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(text) names no layer"))
    }
    self = layer
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension EncoderDescription {
  /// The values of a layer's features.
  /// - Throws: `input` where the model has no such layer.
  public func size(of layer: FeatureLayer) throws(EncoderError) -> Int {
    let width = image.shape.width
    func pooled(_ pooling: FeatureLayer.Pooling) throws(EncoderError) -> Int {
      guard image.hasClassToken || pooling == .patchMean else {
        throw .input("\(layer): the model has no class token")
      }
      return pooling == .both ? 2 * width : width
    }
    switch layer {
    case .embedding: return image.projection ?? width
    case .logits:
      guard let classes = image.classes else { throw .input("the model has no linear head") }
      return classes
    case .output(let pooling): return try pooled(pooling)
    case .block(_, let pooling, _):
      _ = try blockIndex(of: layer)
      return try pooled(pooling)
    }
  }

  /// The block whose output a layer is, counted from 0; the last for layers behind the blocks.
  func blockIndex(of layer: FeatureLayer) throws(EncoderError) -> Int {
    let layers = image.shape.layers
    guard case .block(let number, _, _) = layer else { return layers - 1 }
    let index = number < 0 ? layers + number : number
    guard (0..<layers).contains(index) else {
      throw .input("block \(number): the model has blocks 0 to \(layers - 1)")
    }
    return index
  }
}
