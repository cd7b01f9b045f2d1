extension GeneratorText {
  /// Members that were not read by name, as settings.
  private static func settings(_ json: JSONValue, without names: Set<String>) -> [String: String] {
    var result = [String: String]()
    for (key, value) in (json.members ?? [:]).sorted(by: { $0.key < $1.key }).prefix(256)
    where !names.contains(key) && value != .null {
      result[key] = value.summary
    }
    return result
  }

  /// InvokeAI: `invokeai_metadata` (version 3 on), `sd-metadata` (version 2).
  static func invokeAI(_ json: JSONValue) -> Generation? {
    let image = json["image"] ?? json
    // Programs on telephones write `app_version` into their JSON as well.
    let isNew =
      json["generation_mode"] != nil
      || json["app_version"] != nil
        && (json["positive_prompt"] != nil || json["scheduler"] != nil && json["seed"] != nil)
    let isOld = json["model_weights"] != nil || json["image"]?["sampler"] != nil
    guard isNew || isOld else { return nil }
    let model = json["model"]
    let prompt = image["prompt"]?.text ?? image["prompt"]?.elements?.first?["prompt"]?.text
    return Generation(
      tool: "InvokeAI",
      model: model?["name"]?.text ?? model?["model_name"]?.text ?? model?["key"]?.text
        ?? json["model_weights"]?.text ?? model?.text,
      prompt: json["positive_prompt"]?.text ?? prompt,
      negativePrompt: json["negative_prompt"]?.text, seed: image["seed"]?.text,
      steps: image["steps"]?.text, sampler: image["scheduler"]?.text ?? image["sampler"]?.text,
      guidance: image["cfg_scale"]?.text,
      settings: settings(
        json,
        without: [
          "model", "positive_prompt", "negative_prompt", "seed", "steps", "scheduler",
          "cfg_scale", "image",
        ]))
  }

  /// What InvokeAI keeps beside its settings, and may keep without them: the graph of nodes that was
  /// run, or the editor's.
  static func invokeAI(_ json: JSONValue, keyword: String) -> Generation? {
    guard
      ["invokeai_metadata", "invokeai_graph", "invokeai_workflow", "invokeai"].contains(keyword),
      json.members?.isEmpty == false
    else { return nil }
    return Generation(tool: "InvokeAI", settings: settings(json, without: []))
  }

  /// NovelAI: `uc` is the undesired content. The model stands in another text, Source.
  static func novelAI(_ json: JSONValue) -> Generation? {
    guard json["uc"] != nil || json["v4_prompt"] != nil, json["sampler"] != nil else { return nil }
    return Generation(
      tool: "NovelAI",
      prompt: json["prompt"]?.text ?? json["v4_prompt"]?["caption"]?["base_caption"]?.text,
      negativePrompt: json["uc"]?.text, seed: json["seed"]?.text, steps: json["steps"]?.text,
      sampler: json["sampler"]?.text, guidance: json["scale"]?.text,
      settings: settings(
        json, without: ["prompt", "uc", "seed", "steps", "sampler", "scale", "signed_hash"]))
  }

  /// Fooocus's own scheme: one flat object, whose names changed with its versions.
  static func fooocus(_ json: JSONValue) -> Generation? {
    guard let model = json["base_model"] ?? json["Base Model"],
      json["prompt"] != nil || json["Prompt"] != nil
    else { return nil }
    func text(_ names: String...) -> String? { names.lazy.compactMap { json[$0]?.text }.first }
    return Generation(
      tool: "Fooocus", model: model.text, prompt: text("prompt", "Prompt"),
      negativePrompt: text("negative_prompt", "Negative Prompt"), seed: text("seed", "Seed"),
      steps: text("steps", "Steps"), sampler: text("sampler", "Sampler"),
      guidance: text("guidance_scale", "Guidance Scale"),
      settings: settings(
        json,
        without: [
          "base_model", "Base Model", "prompt", "Prompt", "negative_prompt", "Negative Prompt",
          "seed", "Seed", "steps", "Steps", "sampler", "Sampler", "guidance_scale",
          "Guidance Scale",
        ]))
  }

  /// SwarmUI: everything in `sui_image_params`.
  static func swarm(_ json: JSONValue) -> Generation? {
    guard let image = json["sui_image_params"] else { return nil }
    return Generation(
      tool: "SwarmUI", model: image["model"]?.text, prompt: image["prompt"]?.text,
      negativePrompt: image["negativeprompt"]?.text, seed: image["seed"]?.text,
      steps: image["steps"]?.text, sampler: image["sampler"]?.text ?? image["comfyuisampler"]?.text,
      guidance: image["cfgscale"]?.text,
      settings: settings(
        image,
        without: ["model", "prompt", "negativeprompt", "seed", "steps", "sampler", "cfgscale"]))
  }

  /// Draw Things: short names in the UserComment of its XMP.
  static func drawThings(_ json: JSONValue) -> Generation? {
    guard let prompt = json["c"]?.text, json["model"] != nil, json["sampler"] != nil else {
      return nil
    }
    return Generation(
      tool: "Draw Things", model: json["model"]?.text, prompt: prompt,
      negativePrompt: json["uc"]?.text, seed: json["seed"]?.text, steps: json["steps"]?.text,
      sampler: json["sampler"]?.text, guidance: json["scale"]?.text,
      settings: settings(
        json, without: ["c", "uc", "model", "seed", "steps", "sampler", "scale", "v2"]))
  }
}
