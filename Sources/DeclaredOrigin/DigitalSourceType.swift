import ForensicCore

/// IPTC's vocabulary of digital source types
/// (https://cv.iptc.org/newscodes/digitalsourcetype/).
enum DigitalSourceType {
  /// What a value of the vocabulary means; `nil` for anything else. Terms are written as addresses
  /// (`http`, `https`), as codes (`digsrctype:…`) and bare, with blanks around them where a program
  /// sets its XMP on lines of its own.
  static func read(_ value: String) -> (origin: Declaration.Origin?, meaning: String)? {
    var words = value.prefix(256).lowercased().split(whereSeparator: \.isWhitespace)
    guard let word = words.popLast(), words.isEmpty else { return nil }
    let parts = word.split { $0 == "/" || $0 == ":" }
    guard let term = parts.last,
      parts.count == 1 || parts.dropLast().contains(where: { scheme.contains($0) })
    else { return nil }
    return terms[String(term)]
  }

  /// Parts of an address or code that name the vocabulary.
  private static let scheme: Set<Substring> = ["digitalsourcetype", "digsrctype"]

  /// In small letters.
  private static let terms: [String: (Declaration.Origin?, String)] = [
    "trainedalgorithmicmedia": (.generated, "made by a trained model"),
    "compositewithtrainedalgorithmicmedia": (.partlyGenerated, "made in part by a trained model"),
    "compositesynthetic": (.partlyGenerated, "a composite with synthetic elements"),
    "digitalcapture": (.camera, "taken with a digital camera"),
    "computationalcapture": (.camera, "taken with a camera, from several exposures"),
    "negativefilm": (.camera, "digitised from a negative"),
    "positivefilm": (.camera, "digitised from a positive"),
    "print": (nil, "digitised from a print"),
    "humanedits": (nil, "changed by a person with tools that are no generators"),
    "minorhumanedits": (nil, "slightly changed by a person"),
    "compositecapture": (nil, "a composite of captured elements"),
    "composite": (nil, "a composite"),
    "algorithmicallyenhanced": (nil, "changed by an algorithm"),
    "datadrivenmedia": (nil, "drawn from data"), "digitalart": (nil, "drawn by a person"),
    "digitalcreation": (nil, "made by a person with digital tools"),
    "softwareimage": (nil, "made with software"), "virtualrecording": (nil, "a virtual recording"),
    "algorithmicmedia": (nil, "made by an algorithm without training data"),
    "screencapture": (nil, "a picture of a screen"),
  ]
}
