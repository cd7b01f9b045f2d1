import ForensicCore

/// The generator family, by its name in `etc/families.toml`, that a declared model, tool or
/// credit belongs to; `nil` where the name does not tell, as of checkpoints with names of their
/// own, and where no family of this project is meant.
package enum DeclaredFamily {
  package static func name(_ texts: [String?]) -> String? {
    for text in texts {
      // Spelling differs only in what stands between words: `SD_XL`, `sd-xl`, `sd xl`.
      let plain = (text ?? "").prefix(512).lowercased().filter { $0.isLetter || $0.isNumber }
      for (part, family) in parts where plain.range(of: part) != nil { return family }
    }
    return nil
  }

  /// The family of what a generator wrote about its work. A program that loads checkpoints runs no
  /// service's model: `midjourneyStyle_v4` imitates one.
  static func name(of generation: Declaration.Generation) -> String? {
    let family = name([generation.model, generation.tool])
    let isService = generation.tool == "Midjourney"
    return isService || family.map(services.contains) != true ? family : nil
  }

  /// Families whose models nobody can load.
  private static let services: Set<String> = [
    "midjourney", "dall-e-2", "gpt-image", "nano-banana",
  ]

  /// Every family named here.
  package static var families: Set<String> { Set(parts.map(\.1)) }

  /// More telling names first. Letters and digits only.
  private static let parts: [(String, String)] = [
    ("midjourney", "midjourney"), ("niji", "midjourney"), ("gptimage", "gpt-image"),
    ("gpt4o", "gpt-image"), ("dalle2", "dall-e-2"),
    ("craiyon", "dalle-mini"), ("dallemini", "dalle-mini"), ("nanobanana", "nano-banana"),
    ("flux", "flux"), ("latentdiffusion", "latent-diffusion"),
    ("sdxl", "stable-diffusion-xl"), ("stablediffusionxl", "stable-diffusion-xl"),
    ("dreamshaperxl", "stable-diffusion-xl"), ("animagine", "stable-diffusion-xl"),
    ("juggernautxl", "stable-diffusion-xl"), ("ponydiffusion", "stable-diffusion-xl"),
    ("illustrious", "stable-diffusion-xl"), ("playgroundv2", "stable-diffusion-xl"),
    ("v15pruned", "stable-diffusion-1"), ("sdv14", "stable-diffusion-1"),
    ("sdv15", "stable-diffusion-1"), ("sd15", "stable-diffusion-1"),
    ("sd14", "stable-diffusion-1"), ("stablediffusionv1", "stable-diffusion-1"),
    ("stablediffusion1", "stable-diffusion-1"), ("dreamshaper", "stable-diffusion-1"),
    ("realisticvisionxl", "stable-diffusion-xl"), ("realisticvision", "stable-diffusion-1"),
    ("sdv2", "stable-diffusion-2"),
    ("v21768", "stable-diffusion-2"), ("v21512", "stable-diffusion-2"),
    ("768vema", "stable-diffusion-2"), ("512baseema", "stable-diffusion-2"),
    ("stablediffusionv2", "stable-diffusion-2"), ("stablediffusion2", "stable-diffusion-2"),
    ("stylegan2", "stylegan2"),
  ]
}
