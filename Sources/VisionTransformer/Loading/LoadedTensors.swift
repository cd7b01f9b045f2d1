import Safetensors

/// A recognised model: its description and every tensor, by role instead of by name.
struct LoadedModel {
  var description: EncoderDescription
  var image: ImageTensors
  var text: TextTensors?
  /// The logarithm of the scale of CLIP's cosines, and what is added to them.
  var logitScale: Tensor?
  var logitBias: Tensor?
}

struct ImageTensors {
  /// width × channels × patch height × patch width.
  var patchWeight: Tensor
  var patchBias: Tensor?
  var classToken: Tensor?
  var registers: Tensor?
  /// Prefix and native patches, by width.
  var positions: Tensor
  var preNorm: (scale: Tensor, shift: Tensor)?
  var blocks: [BlockTensors]
  var postNorm: (scale: Tensor, shift: Tensor)
  var projection: Projection?
}

struct TextTensors {
  var tokens: Tensor
  var positions: Tensor
  var blocks: [BlockTensors]
  var finalNorm: (scale: Tensor, shift: Tensor)
  var projection: Projection
}

/// A last linear layer: inputs × outputs (open_clip) or outputs × inputs.
struct Projection {
  var weight: Tensor
  var bias: Tensor?
  var inputsFirst: Bool
}
