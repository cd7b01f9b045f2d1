import ForensicCore

/// ComfyUI's graph of nodes. It comes from an untrusted file: each node is visited once in a walk,
/// so that loops end.
package struct ComfyGraph {
  package struct Node {
    var kind: String
    /// Literals, and edges `[node, output]`.
    var inputs: [String: JSONValue]
  }

  package private(set) var nodes = [String: Node]()
  /// How many the graph holds; more than `most` are not read.
  private static let most = 4096

  /// The graph that was run: an object of nodes, each with `class_type` and `inputs`.
  package init?(prompt json: JSONValue) {
    guard let members = json.members, members.count <= Self.most else { return nil }
    for (name, node) in members {
      guard let kind = node["class_type"]?.text else { continue }
      nodes[name] = Node(kind: kind, inputs: node["inputs"]?.members ?? [:])
    }
    if nodes.isEmpty { return nil }
  }

  /// The graph as the editor saves it: lists of nodes and links, values by position.
  package init?(workflow json: JSONValue) {
    guard let list = json["nodes"]?.elements, list.count <= Self.most,
      let links = json["links"]?.elements
    else { return nil }
    // A link: [id, from node, from output, to node, to input, type].
    var sources = [String: JSONValue]()
    for link in links.compactMap(\.elements) where link.count >= 5 {
      guard let id = link[0].text, let from = link[1].text else { continue }
      sources[id] = .array([.string(from), link[2]])
    }
    for node in list {
      guard let id = node["id"]?.text, let kind = node["type"]?.text else { continue }
      var inputs = [String: JSONValue]()
      let names = ComfyWidgets.names[kind] ?? []
      for (name, value) in zip(names, node["widgets_values"]?.elements ?? []) {
        inputs[name] = value
      }
      for input in node["inputs"]?.elements ?? [] {
        guard let name = input["name"]?.text, let link = input["link"]?.text else { continue }
        inputs[name] = sources[link]
      }
      nodes[id] = Node(kind: kind, inputs: inputs)
    }
    if nodes.isEmpty { return nil }
  }

  /// The sampler is walked upstream to its model, prompts, seed and steps. Of several samplers the
  /// one with the lowest number counts; what the others were set to stands in `settings`, where
  /// every node is listed.
  package var generation: Declaration.Generation {
    var generation = Declaration.Generation(tool: "ComfyUI", settings: settings)
    guard let inputs = names.lazy.compactMap(samplerInputs).first else { return generation }
    let guider = node(inputs["guider"])?.inputs ?? [:]
    generation.seed =
      literal(inputs["seed"] ?? inputs["noise_seed"])
      ?? upstream(of: inputs["noise"], keys: ["noise_seed", "seed"]).first
    generation.steps =
      literal(inputs["steps"]) ?? upstream(of: inputs["sigmas"], keys: ["steps"]).first
    generation.sampler =
      literal(inputs["sampler_name"])
      ?? upstream(of: inputs["sampler"], keys: ["sampler_name"]).first
    generation.guidance = literal(inputs["cfg"] ?? guider["cfg"])
    generation.model =
      upstream(
        of: inputs["model"] ?? guider["model"], keys: ["ckpt_name", "unet_name", "model_name"]
      ).first
    let words = ["text", "text_g", "text_l", "clip_l", "t5xxl", "string", "value", "prompt"]
    func prompt(_ edge: JSONValue?) -> String? {
      let texts = upstream(of: edge, keys: words)
      return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }
    generation.prompt = prompt(inputs["positive"] ?? guider["positive"] ?? guider["conditioning"])
    generation.negativePrompt = prompt(inputs["negative"] ?? guider["negative"])
    return generation
  }

  /// Node names by number.
  private var names: [String] {
    nodes.keys.sorted { (Int($0) ?? .max, $0) < (Int($1) ?? .max, $1) }
  }

  private func samplerInputs(_ name: String) -> [String: JSONValue]? {
    guard let inputs = nodes[name]?.inputs else { return nil }
    let samples = inputs["positive"] != nil && (inputs["seed"] ?? inputs["noise_seed"]) != nil
    return samples || (inputs["guider"] != nil && inputs["noise"] != nil) ? inputs : nil
  }

  /// Every node with its literal inputs.
  private var settings: [String: String] {
    var result = [String: String]()
    for name in names.prefix(256) {
      guard let node = nodes[name] else { continue }
      let literals = node.inputs.sorted { $0.key < $1.key }.filter { target($0.value) == nil }
      result["node \(name), \(node.kind)"] =
        literals.isEmpty
        ? "–" : literals.map { "\($0.key)=\($0.value.summary)" }.joined(separator: ", ")
    }
    return result
  }

  private func target(_ edge: JSONValue?) -> String? {
    guard let pair = edge?.elements, pair.count == 2, case .number = pair[1],
      let name = pair[0].text, nodes[name] != nil
    else { return nil }
    return name
  }

  private func node(_ edge: JSONValue?) -> Node? { target(edge).flatMap { nodes[$0] } }

  /// A value written in place, or by the node it comes from.
  private func literal(_ value: JSONValue?) -> String? {
    value?.text
      ?? upstream(of: value, keys: ["seed", "noise_seed", "value", "int", "string"]).first
  }

  /// The texts under `keys` in the nodes that feed `edge`, nearest first.
  private func upstream(of edge: JSONValue?, keys: [String]) -> [String] {
    guard let start = target(edge) else { return [] }
    var waiting = [start]
    var seen: Set<String> = [start]
    var found = [String]()
    var known = Set<String>()
    var index = 0
    while index < waiting.count {
      let inputs = nodes[waiting[index]]?.inputs ?? [:]
      index += 1
      for text in keys.compactMap({ inputs[$0]?.text }) where !text.isEmpty {
        if known.insert(text).inserted { found.append(text) }
      }
      for key in inputs.keys.sorted() where !Self.aside.contains(key) {
        if let next = target(inputs[key]), seen.insert(next).inserted { waiting.append(next) }
      }
    }
    return found
  }

  /// A stage's picture comes from another sampler, whose prompts are not this one's.
  private static let aside: Set<String> = [
    "samples", "latent_image", "stage_c", "image", "vae", "clip",
  ]
}

/// The order in which ComfyUI's editor saves the values of its own nodes.
enum ComfyWidgets {
  static let names: [String: [String]] = [
    "KSampler": [
      "seed", "control_after_generate", "steps", "cfg", "sampler_name", "scheduler", "denoise",
    ],
    "KSamplerAdvanced": [
      "add_noise", "noise_seed", "control_after_generate", "steps", "cfg", "sampler_name",
      "scheduler", "start_at_step", "end_at_step", "return_with_leftover_noise",
    ],
    "CheckpointLoaderSimple": ["ckpt_name"], "UNETLoader": ["unet_name", "weight_dtype"],
    "unCLIPCheckpointLoader": ["ckpt_name"], "VAELoader": ["vae_name"],
    "CLIPTextEncode": ["text"], "CLIPTextEncodeFlux": ["clip_l", "t5xxl", "guidance"],
    "LoraLoader": ["lora_name", "strength_model", "strength_clip"],
    "RandomNoise": ["noise_seed", "control_after_generate"], "KSamplerSelect": ["sampler_name"],
    "BasicScheduler": ["scheduler", "steps", "denoise"], "CFGGuider": ["cfg"],
    "FluxGuidance": ["guidance"], "EmptyLatentImage": ["width", "height", "batch_size"],
    "EmptySD3LatentImage": ["width", "height", "batch_size"], "SaveImage": ["filename_prefix"],
  ]
}
