import VisionTransformer

/// The published architectures that are measured, by name.
struct BenchmarkModel {
  let name: String
  let width: Int
  let heads: Int
  let layers: Int
  let patch: Int
  /// Side of the picture in pixels at which it is measured.
  let side: Int
  /// DINOv2 (facebookresearch's names), else CLIP (open_clip's names).
  let dino: Bool

  var hidden: Int { 4 * width }
  /// Patches and class token.
  var tokens: Int { (side / patch) * (side / patch) + 1 }

  static let all = [
    BenchmarkModel(
      name: "ViT-L-14", width: 1024, heads: 16, layers: 24, patch: 14, side: 224, dino: false),
    BenchmarkModel(
      name: "ViT-B-32", width: 768, heads: 12, layers: 12, patch: 32, side: 224, dino: false),
    BenchmarkModel(
      name: "ViT-B-16", width: 768, heads: 12, layers: 12, patch: 16, side: 224, dino: false),
    BenchmarkModel(
      name: "DINOv2-S-14", width: 384, heads: 6, layers: 12, patch: 14, side: 224, dino: true),
    BenchmarkModel(
      name: "DINOv2-B-14", width: 768, heads: 12, layers: 12, patch: 14, side: 224, dino: true),
  ]

  /// Floating-point operations of the blocks for one picture.
  var operations: Double {
    let linear = 2 * Double(tokens) * Double(width) * Double(4 * width + 2 * hidden)
    let attention = 4 * Double(tokens) * Double(tokens) * Double(width)
    return Double(layers) * (linear + attention)
  }

  func geometry() throws -> TrunkGeometry {
    try TrunkGeometry(
      width: width, heads: heads, hidden: hidden, layers: layers, activation: .gelu,
      epsilon: dino ? 1e-6 : 1e-5, causal: false)
  }

  /// The name of a block's tensor in the model's file.
  func tensor(_ block: Int, _ name: String) -> String {
    guard !dino else { return "blocks.\(block).\(name)" }
    let clip = [
      "norm1": "ln_1", "norm2": "ln_2", "attn.qkv.weight": "attn.in_proj_weight",
      "attn.qkv.bias": "attn.in_proj_bias", "attn.proj": "attn.out_proj", "mlp.fc1": "mlp.c_fc",
      "mlp.fc2": "mlp.c_proj",
    ]
    var renamed = name
    for (from, to) in clip where name.hasPrefix(from) {
      renamed = to + name.dropFirst(from.count)
    }
    return "visual.transformer.resblocks.\(block).\(renamed)"
  }
}
