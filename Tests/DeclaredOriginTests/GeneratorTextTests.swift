import DeclaredOrigin
import ForensicCore
import Foundation
import Testing

/// Layouts of texts as the programs' own documentation and code write them.
@Suite struct GeneratorTextTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var text: String
    var keyword = ""
    var expected: Declaration.Generation
    var testDescription: String { "\(expected.tool) \(keyword)" }
  }

  static let samples: [Sample] = [
    Sample(
      text: """
        a cat, "quoted, comma"
        second line
        Negative prompt: blurry,
        ugly
        Steps: 30, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 18446744073709551615, Size: \
        512x768, Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Lora hashes: "a: 1, b: 2", \
        Version: v1.9.4
        """,
      expected: .init(
        tool: "AUTOMATIC1111", model: "v1-5-pruned-emaonly",
        prompt: "a cat, \"quoted, comma\"\nsecond line", negativePrompt: "blurry,\nugly",
        seed: "18446744073709551615", steps: "30", sampler: "DPM++ 2M Karras", guidance: "7",
        settings: [
          "Size": "512x768", "Model hash": "6ce0161689", "Lora hashes": "a: 1, b: 2",
          "Version": "v1.9.4",
        ])),
    Sample(
      text: "a dog\nSteps: 20, Seed: 1, Version: f2.0.1v1.10.1-previous-224, Model: flux1-dev",
      expected: .init(
        tool: "Stable Diffusion WebUI Forge", model: "flux1-dev", prompt: "a dog", seed: "1",
        steps: "20", settings: ["Version": "f2.0.1v1.10.1-previous-224"])),
    Sample(
      text: """
        {"base_model": "juggernautXL_v8", "prompt": "a fox", "negative_prompt": "", "seed": "77", \
        "steps": 30, "sampler": "dpmpp_2m_sde_gpu", "guidance_scale": 4, "performance": "Speed"}
        """, keyword: "parameters",
      expected: .init(
        tool: "Fooocus", model: "juggernautXL_v8", prompt: "a fox", negativePrompt: "", seed: "77",
        steps: "30", sampler: "dpmpp_2m_sde_gpu", guidance: "4",
        settings: ["performance": "Speed"])),
    Sample(
      text: """
        {"app_version": "4.2.1", "generation_mode": "txt2img", "positive_prompt": "an owl", \
        "negative_prompt": "text", "seed": 9, "steps": 25, "scheduler": "euler", "cfg_scale": 6.5, \
        "model": {"key": "x", "name": "stable-diffusion-xl-base-1-0", "base": "sdxl"}}
        """, keyword: "invokeai_metadata",
      expected: .init(
        tool: "InvokeAI", model: "stable-diffusion-xl-base-1-0", prompt: "an owl",
        negativePrompt: "text", seed: "9", steps: "25", sampler: "euler", guidance: "6.5",
        settings: ["app_version": "4.2.1", "generation_mode": "txt2img"])),
    Sample(
      text: """
        {"model": "stable diffusion", "model_weights": "stable-diffusion-1.5", "app_id": \
        "invoke-ai/InvokeAI", "image": {"prompt": [{"prompt": "a hat", "weight": 1}], "steps": 50, \
        "cfg_scale": 7.5, "seed": 42, "sampler": "k_lms"}}
        """, keyword: "sd-metadata",
      expected: .init(
        tool: "InvokeAI", model: "stable-diffusion-1.5", prompt: "a hat", seed: "42", steps: "50",
        sampler: "k_lms", guidance: "7.5",
        settings: ["app_id": "invoke-ai/InvokeAI", "model_weights": "stable-diffusion-1.5"])),
    Sample(
      text: "\"a \"red\" hat\" -s 50 -S 42 -W 512 -H 640 -C 7.5 -A k_lms", keyword: "Dream",
      expected: .init(
        tool: "InvokeAI", prompt: "a \"red\" hat", seed: "42", steps: "50", sampler: "k_lms",
        guidance: "7.5", settings: ["Size": "512x640"])),
    Sample(
      text: """
        {"prompt": "1girl", "steps": 28, "height": 1216, "scale": 5.0, "seed": 3903241421, \
        "sampler": "k_euler_ancestral", "uc": "lowres", "signed_hash": "AAAA"}
        """, keyword: "Comment",
      expected: .init(
        tool: "NovelAI", prompt: "1girl", negativePrompt: "lowres", seed: "3903241421",
        steps: "28", sampler: "k_euler_ancestral", guidance: "5", settings: ["height": "1216"])),
    Sample(
      text: """
        {"sui_image_params": {"prompt": "a bay", "model": "sd_xl_base_1.0", "seed": 5, "steps": 20, \
        "cfgscale": 7, "width": 1024, "swarm_version": "0.9.2"}}
        """, keyword: "parameters",
      expected: .init(
        tool: "SwarmUI", model: "sd_xl_base_1.0", prompt: "a bay", seed: "5", steps: "20",
        guidance: "7", settings: ["width": "1024", "swarm_version": "0.9.2"])),
    Sample(
      text: "a lighthouse at dusk --ar 16:9 --v 6.1 --no people --seed 12 "
        + "Job ID: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", keyword: "Description",
      expected: .init(
        tool: "Midjourney", model: "Midjourney 6.1",
        prompt: "a lighthouse at dusk --ar 16:9 --v 6.1 --no people --seed 12",
        negativePrompt: "people", seed: "12",
        settings: ["job": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "ar": "16:9"])),
    Sample(
      text: """
        {"c": "a lake", "uc": "noise", "model": "flux_1_dev_q8p.ckpt", "sampler": "Euler A", \
        "seed": 8, "steps": 12, "scale": 3.5, "strength": 1, "v2": {"x": 1}}
        """, keyword: "UserComment",
      expected: .init(
        tool: "Draw Things", model: "flux_1_dev_q8p.ckpt", prompt: "a lake",
        negativePrompt: "noise", seed: "8", steps: "12", sampler: "Euler A", guidance: "3.5",
        settings: ["strength": "1"])),
    // A loop in the graph, NaN, a seed from another node, FLUX's split sampler.
    Sample(
      text: """
        {"1": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["2", 0], "guider": \
        ["3", 0], "sampler": ["4", 0], "sigmas": ["5", 0]}}, "2": {"class_type": "RandomNoise", \
        "inputs": {"noise_seed": 99}}, "3": {"class_type": "BasicGuider", "inputs": {"model": \
        ["6", 0], "conditioning": ["7", 0]}}, "4": {"class_type": "KSamplerSelect", "inputs": \
        {"sampler_name": "euler"}}, "5": {"class_type": "BasicScheduler", "inputs": {"steps": 4, \
        "denoise": NaN, "model": ["6", 0]}}, "6": {"class_type": "UNETLoader", "inputs": \
        {"unet_name": "flux1-schnell.safetensors", "model": ["6", 0]}}, "7": {"class_type": \
        "CLIPTextEncode", "inputs": {"text": "a pier", "conditioning": ["7", 0]}}}
        """, keyword: "prompt",
      expected: .init(
        tool: "ComfyUI", model: "flux1-schnell.safetensors", prompt: "a pier", seed: "99",
        steps: "4", sampler: "euler",
        settings: [
          "node 1, SamplerCustomAdvanced": "–", "node 2, RandomNoise": "noise_seed=99",
          "node 3, BasicGuider": "–", "node 4, KSamplerSelect": "sampler_name=euler",
          "node 5, BasicScheduler": "denoise=nan, steps=4",
          "node 6, UNETLoader": "unet_name=flux1-schnell.safetensors",
          "node 7, CLIPTextEncode": "text=a pier",
        ])),
    // Only the editor's graph was saved.
    Sample(
      text: """
        {"last_node_id": 4, "nodes": [{"id": 1, "type": "CheckpointLoaderSimple", \
        "widgets_values": ["dreamshaper_8.safetensors"]}, {"id": 2, "type": "CLIPTextEncode", \
        "inputs": [{"name": "clip", "link": 1}], "widgets_values": ["a mill"]}, {"id": 4, "type": \
        "KSampler", "inputs": [{"name": "model", "link": 2}, {"name": "positive", "link": 3}], \
        "widgets_values": [31, "fixed", 15, 6, "ddim", "normal", 1]}], "links": [[1, 1, 1, 2, 0, \
        "CLIP"], [2, 1, 0, 4, 0, "MODEL"], [3, 2, 0, 4, 1, "CONDITIONING"]]}
        """, keyword: "workflow",
      expected: .init(
        tool: "ComfyUI", model: "dreamshaper_8.safetensors", prompt: "a mill", seed: "31",
        steps: "15", sampler: "ddim", guidance: "6",
        settings: [
          "node 1, CheckpointLoaderSimple": "ckpt_name=dreamshaper_8.safetensors",
          "node 2, CLIPTextEncode": "text=a mill",
          "node 4, KSampler": "cfg=6, control_after_generate=fixed, denoise=1, "
            + "sampler_name=ddim, scheduler=normal, seed=31, steps=15",
        ])),
  ]

  @Test(arguments: samples) func `read whole`(_ sample: Sample) {
    #expect(GeneratorText.read(sample.text, keyword: sample.keyword) == sample.expected)
  }

  @Test(arguments: [
    "", "a text", "{}", "[]", "{\"a\": 1}", "Steps to the castle", "Job ID: none",
    "{\"nodes\": []}",
    String(repeating: "[", count: 100_000), "{\"a\":" + String(repeating: "[", count: 70) + "1",
    "[" + String(repeating: "1,", count: 60_000) + "1]", "{\"1\": {\"class_type\": 5}}}",
  ])
  func `other texts are none`(_ text: String) {
    #expect(GeneratorText.read(text, keyword: "parameters") == nil)
  }

  @Test(arguments: [
    ("v1-5-pruned-emaonly.safetensors", "stable-diffusion-1"),
    ("sd_xl_base_1.0", "stable-diffusion-xl"),
    ("SDXL Turbo", "stable-diffusion-xl"), ("DreamShaperXL", "stable-diffusion-xl"),
    ("dreamshaper_8", "stable-diffusion-1"), ("v2-1_768-ema-pruned", "stable-diffusion-2"),
    ("flux1-dev.safetensors", "flux"), ("Midjourney 6.1", "midjourney"), ("DALL·E 2", "dall-e-2"),
    ("gpt-image-1", "gpt-image"), ("Nano Banana", "nano-banana"), ("DALL·E 3", nil),
    ("Anything-V3.0.ckpt", nil), ("", nil),
  ])
  func `a model's family`(_ model: String, _ family: String?) {
    #expect(DeclaredFamily.name([nil, model]) == family)
  }

  /// The families are those of the project.
  @Test func `families are of the map`() throws {
    let map = try String(
      contentsOf: Place.package.appending(path: "etc/families.toml"), encoding: .utf8)
    for family in DeclaredFamily.families {
      #expect(map.contains("name = \"\(family)\""), "\(family)")
    }
  }
}
