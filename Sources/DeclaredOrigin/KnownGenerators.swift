import ForensicCore

/// Programs and services that make pictures, by what they write into fields that name a tool.
enum KnownGenerators {
  /// What a value says about the origin of the picture, and in words; `nil` where it names no
  /// generator.
  static func identify(_ value: String) -> (origin: Declaration.Origin, meaning: String)? {
    let lower = value.prefix(512).lowercased()
    for (part, title) in edited where lower.range(of: part) != nil {
      return (.partlyGenerated, title)
    }
    for (part, title) in generators where lower.range(of: part) != nil {
      return (.generated, title)
    }
    return nil
  }

  private static let edited = [
    ("edited with google ai", "Google's mark of pictures changed by its models"),
    ("generative fill", "a model filled in a part of the picture"),
  ]

  private static let generators = [
    ("made with google ai", "Google's mark of pictures its models made"),
    ("created with google ai", "Google's mark of pictures its models made"),
    ("google generative ai", "a generator of Google's"), ("imagen", "a generator of Google's"),
    ("gemini", "a generator of Google's"), ("nano banana", "a generator of Google's"),
    ("midjourney", "the generator Midjourney"), ("dall-e", "a generator of OpenAI's"),
    ("dall·e", "a generator of OpenAI's"), ("dalle", "a generator of OpenAI's"),
    ("openai", "a maker of generators"), ("chatgpt", "a service that generates pictures"),
    ("gpt-image", "a generator of OpenAI's"), ("gpt-4o", "a generator of OpenAI's"),
    ("adobe firefly", "the generator Adobe Firefly"), ("firefly", "the generator Adobe Firefly"),
    ("stable diffusion", "the generator Stable Diffusion"), ("comfyui", "a program that generates"),
    ("invokeai", "a program that generates"), ("novelai", "a service that generates pictures"),
    ("fooocus", "a program that generates"), ("automatic1111", "a program that generates"),
    ("swarmui", "a program that generates"), ("draw things", "a program that generates"),
    ("dreamstudio", "a service that generates pictures"),
    ("leonardo.ai", "a service that generates pictures"), ("ideogram", "the generator Ideogram"),
    ("recraft", "the generator Recraft"), ("flux.1", "the generator FLUX.1"),
    ("black forest labs", "a maker of generators"),
    ("bing image creator", "a service of Microsoft's"),
    ("microsoft designer", "a service of Microsoft's that also generates"),
    ("grok", "a generator of xAI's"), ("craiyon", "the generator Craiyon"),
  ]
}

/// IPTC's vocabulary of digital source types
/// (https://cv.iptc.org/newscodes/digitalsourcetype/).
enum DigitalSourceType {
  /// What a value of the vocabulary means; `nil` for anything else.
  static func read(_ value: String) -> (origin: Declaration.Origin?, meaning: String)? {
    let parts = value.prefix(256).split(separator: "/", omittingEmptySubsequences: false)
    guard let term = parts.last, parts.count == 1 || value.range(of: "digitalsourcetype") != nil
    else { return nil }
    return terms[String(term)]
  }

  private static let terms: [String: (Declaration.Origin?, String)] = [
    "trainedAlgorithmicMedia": (.generated, "made by a trained model"),
    "compositeWithTrainedAlgorithmicMedia": (.partlyGenerated, "made in part by a trained model"),
    "compositeSynthetic": (.partlyGenerated, "a composite with synthetic elements"),
    "digitalCapture": (.camera, "taken with a digital camera"),
    "computationalCapture": (.camera, "taken with a camera, from several exposures"),
    "negativeFilm": (.camera, "digitised from a negative"),
    "positiveFilm": (.camera, "digitised from a positive"),
    "print": (nil, "digitised from a print"),
    "humanEdits": (nil, "changed by a person with tools that are no generators"),
    "minorHumanEdits": (nil, "slightly changed by a person"),
    "compositeCapture": (nil, "a composite of captured elements"),
    "composite": (nil, "a composite"),
    "algorithmicallyEnhanced": (nil, "changed by an algorithm"),
    "dataDrivenMedia": (nil, "drawn from data"), "digitalArt": (nil, "drawn by a person"),
    "digitalCreation": (nil, "made by a person with digital tools"),
    "softwareImage": (nil, "made with software"), "virtualRecording": (nil, "a virtual recording"),
    "algorithmicMedia": (nil, "made by an algorithm without training data"),
    "screenCapture": (nil, "a picture of a screen"),
  ]
}
