import ForensicCore

/// An encoder with a file that it is known to have written.
public struct KnownEncoder: Hashable, Sendable {
  /// Who wrote the file: the camera itself, or a program afterwards.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case camera, program
  }

  public var kind: Kind
  /// Make and model, or program and version.
  public var name: String
  /// Which files it was seen in.
  public var source: String

  public init(_ kind: Kind, _ name: String, _ source: String) {
    self.kind = kind
    self.name = name
    self.source = source
  }

  /// The name that a file's build can bear out. The table's names have the version and the settings
  /// that the files at hand were made with, but other versions and settings build alike: of a program
  /// only the words before those are kept.
  public var family: String {
    guard kind == .program else { return name }
    let words: [Substring] = name.split(separator: " ")
    let own = words.prefix { word in word.count > 2 && word.allSatisfy(\.isLetter) }
    return own.isEmpty ? name : own.joined(separator: " ")
  }

  /// Those that are known to build a file like this.
  static func matching(_ signature: EncoderSignature) -> [KnownEncoder] {
    EncoderTable.known[signature.text] ?? []
  }
}

extension JPEGForensics {
  private static let encoderMethod =
    "Order and make of the segments, Huffman and quantisation tables, sampling, against "
    + "\(EncoderTable.known.count) signatures of known encoders (docs/known-encoders.md)"

  /// `jpeg.encoder`: who is known to build such files; `jpeg.encoder.unknown`;
  /// `jpeg.encoder.not-camera` where the file names a camera and is built as programs build.
  /// - Parameter camera: make and model as EXIF has them.
  public static func encoder(
    _ bytes: UnsafeRawBufferPointer, info: JPEGInfo, camera: String?
  ) -> Finding {
    let signature = EncoderSignature(bytes, info: info)
    let known = KnownEncoder.matching(signature)
    var names = [String]()
    for encoder in known where !names.contains(encoder.family) { names.append(encoder.family) }
    let shown = names.prefix(8).joined(separator: "; ") + (names.count > 8 ? "; …" : "")
    var finding = Finding(
      code: "jpeg.encoder.unknown", method: encoderMethod,
      summary: "No known encoder's file is built like this one.",
      result: ["signature": signature.text],
      limits: "The table holds what files at hand showed; most encoders are not in it.")
    guard !known.isEmpty else { return finding }
    finding.code = "jpeg.encoder"
    finding.summary = "The file is built as files of these are: \(shown)."
    finding.result["known"] = names.joined(separator: "; ")
    finding.limits =
      "Encoders share habits, and a program can imitate any: a match says who is known to build "
      + "such files, not who built this one, nor in which version or at which quality."
    // The library of the Independent JPEG Group is inside cameras and phones as well.
    guard let camera, !signature.hasLibraryOrder, known.allSatisfy({ $0.kind == .program }) else {
      return finding
    }
    finding.code = "jpeg.encoder.not-camera"
    finding.weight = .notable
    finding.summary =
      "EXIF names a camera (\(camera.madeVisible)), but the file is built as programs build: "
      + "\(shown). It was probably saved again since."
    return finding
  }
}
