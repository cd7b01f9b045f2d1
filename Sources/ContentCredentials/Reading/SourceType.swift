/// Terms of IPTC's Digital Source Type vocabulary and C2PA's two additions to it, in plain words.
enum SourceType {
  /// What a term says of how the picture came to be.
  enum Origin: String, Sendable {
    case generated, partlyGenerated = "partly generated", captured, human, other
  }

  private static let prefixes = [
    "http://cv.iptc.org/newscodes/digitalsourcetype/",
    "https://cv.iptc.org/newscodes/digitalsourcetype/",
    "http://c2pa.org/digitalsourcetype/", "https://c2pa.org/digitalsourcetype/",
    "digsrctype:",
  ]

  /// The term at the end of a URI; the text itself where it is none of these vocabularies.
  static func term(_ uri: String) -> String {
    for prefix in prefixes where uri.lowercased().hasPrefix(prefix) {
      return String(uri.dropFirst(prefix.count))
    }
    return uri
  }

  static func origin(_ uri: String) -> Origin {
    switch term(uri) {
    case "trainedAlgorithmicMedia", "trainedAlgorithmicData", "algorithmicMedia": .generated
    case "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic", "algorithmicallyEnhanced":
      .partlyGenerated
    case "digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print",
      "composite", "compositeCapture", "screenCapture", "virtualRecording":
      .captured
    case "digitalArt", "digitalCreation", "humanEdits", "minorHumanEdits", "softwareImage": .human
    default: .other
    }
  }

  /// `nil` for a term that is not known.
  static func meaning(_ uri: String) -> String? {
    switch term(uri) {
    case "trainedAlgorithmicMedia": "made by a trained model (generative AI)"
    case "trainedAlgorithmicData": "data made by a trained model (generative AI)"
    case "compositeWithTrainedAlgorithmicMedia":
      "put together from several elements, at least one of them made by a trained model"
    case "algorithmicMedia": "made by an algorithm without training data"
    case "compositeSynthetic": "put together from several elements, at least one of them synthetic"
    case "algorithmicallyEnhanced": "enhanced by an algorithm"
    case "digitalCapture": "captured from a real scene by a digital camera"
    case "computationalCapture": "captured from a real scene, computed from several exposures"
    case "negativeFilm": "digitised from a film negative"
    case "positiveFilm": "digitised from a film positive"
    case "print": "digitised from a print"
    case "composite": "put together from several elements"
    case "compositeCapture": "put together from several captures of real scenes"
    case "screenCapture": "a capture of a screen"
    case "virtualRecording": "a recording of a virtual event"
    case "digitalArt", "digitalCreation": "made by a person with digital tools"
    case "humanEdits", "minorHumanEdits": "edited by a person"
    case "softwareImage": "made by software"
    case "dataDrivenMedia": "made from data"
    case "empty": "blank at the beginning"
    default: nil
    }
  }
}
