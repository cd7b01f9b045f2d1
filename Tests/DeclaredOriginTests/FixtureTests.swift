import DeclaredOrigin
import ForensicCore
import Foundation
import Testing

/// Files of real programs, read whole. Values as they stand in the files' own text.
@Suite(.enabled(if: Place.aiMetadata != nil, "needs the fixtures"))
struct FixtureTests {
  struct Expected: Sendable {
    var file: String
    var tool: String
    var model: String?
    var family: String?
    var prompt: String
    var seed: String
    var steps: String
    var sampler: String
    var guidance: String
    var settings: Int
  }

  static let expected: [Expected] = [
    .init(
      file: "a1111-example.png", tool: "stable-diffusion.cpp", model: "LongCat-Image-Q4_K_M.gguf",
      prompt: "a lovely cat holding a sign says 'longcat.cpp'", seed: "42", steps: "20",
      sampler: "euler discrete", guidance: "5.000000", settings: 8),
    .init(
      file: "a1111-qwen_image_edit.png", tool: "stable-diffusion.cpp",
      model: "Qwen_Image_Edit-Q8_0.gguf", prompt: "change 'flux.cpp' to 'edit.cpp'",
      seed: "1118877715456453", steps: "20", sampler: "euler", guidance: "2.500000", settings: 7),
    .init(
      file: "a1111-qwen_image_edit_2509.png", tool: "stable-diffusion.cpp",
      model: "Qwen-Image-Edit-2509-Q4_K_S.gguf", prompt: "change the cat to a dog", seed: "42",
      steps: "20", sampler: "euler", guidance: "2.500000", settings: 7),
    .init(
      file: "a1111-qwen_image_edit_2511.png", tool: "stable-diffusion.cpp",
      model: "qwen-image-edit-2511-Q4_K_M.gguf", prompt: "change 'flux.cpp' to 'edit.cpp'",
      seed: "42", steps: "20", sampler: "euler discrete", guidance: "2.500000", settings: 7),
    .init(
      file: "comfyui-lora.png", tool: "ComfyUI", model: "v1-5-pruned-emaonly.ckpt",
      family: "stable-diffusion-1", prompt: "masterpiece best quality girl",
      seed: "851616030078638", steps: "20",
      sampler: "euler", guidance: "8", settings: 8),
    .init(
      file: "comfyui-lora_multiple.png", tool: "ComfyUI", model: "v1-5-pruned-emaonly.ckpt",
      family: "stable-diffusion-1", prompt: "masterpiece best quality girl",
      seed: "513173432917412", steps: "20",
      sampler: "euler", guidance: "8", settings: 9),
    .init(
      file: "comfyui-stable_cascade__image_to_image.png", tool: "ComfyUI",
      model: "stable_cascade_stage_c.safetensors", prompt: "evening sunset scenery blue sky",
      seed: "321653652654528",
      steps: "20", sampler: "euler_ancestral", guidance: "4", settings: 11),
    .init(
      file: "comfyui-workflow_night_evening_day_morning.png", tool: "ComfyUI",
      model: "Anything-V3.0.ckpt", prompt: "(masterpiece) (best quality) morning sky",
      seed: "335608130539327", steps: "13", sampler: "dpmpp_sde", guidance: "8.5", settings: 29),
  ]

  @Test(arguments: expected.map(\.file))
  func `read whole`(_ file: String) throws {
    let expected = try #require(Self.expected.first { $0.file == file })
    let folder = try #require(Place.aiMetadata)
    let reading = try Container.read(Place.bytes(folder.appending(path: file)))
    let declaration = try #require(reading.declaration)
    #expect(declaration.origin == .generated)
    #expect(declaration.family == expected.family)
    // ComfyUI writes its graph twice, as run and as edited: one generation.
    let generation = try #require(declaration.generations.first)
    #expect(declaration.generations.count == 1)
    #expect(generation.tool == expected.tool)
    #expect(generation.model == expected.model)
    #expect(generation.seed == expected.seed)
    #expect(generation.steps == expected.steps)
    #expect(generation.sampler == expected.sampler)
    #expect(generation.guidance == expected.guidance)
    #expect(generation.settings.count == expected.settings, "\(generation.settings)")
    #expect(generation.prompt?.contains(expected.prompt) == true)
    #expect(reading.findings.map(\.code).contains("origin.generator"))
  }

  /// Two text encoders under one name.
  @Test func `fields written twice are both kept`() throws {
    let folder = try #require(Place.aiMetadata)
    let bytes = try Place.bytes(folder.appending(path: "a1111-qwen_image_edit.png"))
    let generation = try #require(try Container.read(bytes).declaration?.generations.first)
    #expect(
      generation.settings["TE"]
        == "Qwen2.5-VL-7B-Instruct-Q8_0.gguf; Qwen2.5-VL-7B-Instruct.mmproj-Q8_0.gguf")
  }

  /// Each text of ComfyUI's areas reaches the prompt, each node's values the settings.
  @Test func `a graph of several prompts and samplers`() throws {
    let folder = try #require(Place.aiMetadata)
    let file = folder.appending(path: "comfyui-workflow_night_evening_day_morning.png")
    let generation = try #require(
      try Container.read(Place.bytes(file)).declaration?.generations.first)
    for words in ["beautiful landscape", "evening:1.2", "night:1.3", "daytime:1.2", "morning sky"] {
      #expect(generation.prompt?.contains(words) == true, "\(words)")
    }
    // The second sampler's own prompt is not the first one's.
    #expect(generation.prompt?.contains("realistic:1.2") == false)
    #expect(generation.negativePrompt?.contains("jpeg artifacts:1.3") == true)
    #expect(
      generation.settings["node 24, KSampler"]
        == "cfg=7, denoise=0.5, sampler_name=dpmpp_2m, scheduler=simple, seed=1122440447966177, "
        + "steps=14")
    #expect(
      generation.settings["node 46, CheckpointLoaderSimple"]
        == "ckpt_name=AbyssOrangeMix2_hard.safetensors")
  }
}
