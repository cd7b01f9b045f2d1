import ForensicCore

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
