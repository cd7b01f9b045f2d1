import ForensicCore

extension Declaration.Generation {
  /// Whether it is a graph in which nothing is recognised that makes a picture. ComfyUI and InvokeAI
  /// scale, mask and correct photographs too, and write their graphs into those all the same.
  var isWithoutSampler: Bool {
    ["ComfyUI", "InvokeAI"].contains(tool)
      && [prompt, seed, steps, sampler].allSatisfy { $0 == nil }
  }
}
