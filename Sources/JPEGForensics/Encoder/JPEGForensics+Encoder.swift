import ForensicCore

extension JPEGForensics {
  /// `jpeg.encoder`: who is known to build such files; `jpeg.encoder.unknown`;
  /// `jpeg.encoder.not-camera` where the file names a camera and is built as programs build;
  /// `jpeg.encoder.other-build` where it is built otherwise than that camera's files at hand.
  /// - Parameter camera: make and model as EXIF has them.
  public static func encoder(
    _ bytes: UnsafeRawBufferPointer, info: JPEGInfo, camera: String?
  ) -> Finding {
    EncoderComparison(
      signature: EncoderSignature(bytes, info: info), table: EncoderTable.known,
      code: "jpeg.encoder", traits: "Order", ignored: "quantisation tables",
      subject: "The file is built as files of these are",
      unknown: "No known encoder's file is built like this one."
    ).finding(camera: camera)
  }

  /// The same of the preview that a file embeds: `jpeg.preview`, `jpeg.preview.unknown`,
  /// `jpeg.preview.not-camera`, `jpeg.preview.other-build`; `nil` where it is no JPEG.
  public static func preview(_ preview: [UInt8], camera: String?) -> Finding? {
    EncoderSignature(preview: preview).map { signature in
      EncoderComparison(
        signature: signature, table: EncoderTable.previews, code: "jpeg.preview",
        traits: "Size, order", ignored: "its size and quantisation tables",
        subject: "The embedded preview is built as in files of these",
        unknown: "No known encoder's file has an embedded preview that is built like this one's."
      ).finding(camera: camera)
    }
  }
}

/// A signature against a table of known ones.
private struct EncoderComparison {
  let signature: EncoderSignature
  let table: [String: [KnownEncoder]]
  let code: String
  /// What is compared, as far as the two tables differ in it.
  let traits: String
  /// What is passed over where no signature is the same.
  let ignored: String
  let subject: String
  let unknown: String

  func finding(camera: String?) -> Finding {
    let exact = table[signature.text] ?? []
    let known = exact.isEmpty ? alike : exact
    var finding = Finding(
      code: code + ".unknown", method: method, summary: unknown,
      result: ["signature": signature.text],
      limits: "The table holds what files at hand showed; most encoders are not in it.")
    if !known.isEmpty {
      let names = known.families
      let shown = names.prefix(8).joined(separator: "; ") + (names.count > 8 ? "; …" : "")
      finding.code = code
      finding.summary = "\(subject)\(exact.isEmpty ? ", but for \(ignored)" : ""): \(shown)."
      finding.result["known"] = names.joined(separator: "; ")
      finding.limits =
        "Encoders share habits, a program can imitate any, and many keep a camera's preview: a match "
        + "says whose files are known to be built so, not who built this one, nor in which version or "
        + "at which quality."
    }
    guard let camera else { return finding }
    if isOfPrograms(known, isExact: !exact.isEmpty) {
      finding.code = code + ".not-camera"
      finding.weight = .notable
      finding.summary =
        "EXIF names a camera (\(camera.madeVisible)), but programs build so. \(finding.summary) "
        + "It was probably saved again since."
    } else if isOtherwise(than: camera) {
      finding.code = code + ".other-build"
      finding.summary +=
        " The files at hand of the camera that EXIF names (\(camera.madeVisible)) are built otherwise."
      finding.limits =
        "A camera's firmware and settings can change how it builds files, and few files of each are at "
        + "hand."
    }
    return finding
  }

  /// Those who build alike at another quality.
  private var alike: [KnownEncoder] {
    table.sorted { $0.key < $1.key }.filter {
      signature.habit == EncoderSignature.habit(of: $0.key)
    }
    .flatMap(\.value)
  }

  /// Whether no camera is known to build so. The library of the Independent JPEG Group is inside cameras
  /// and phones as well, and a habit alone is taken for a program's only with Adobe's segment, which
  /// programs write.
  private func isOfPrograms(_ known: [KnownEncoder], isExact: Bool) -> Bool {
    !known.isEmpty && known.allSatisfy { $0.kind == .program } && !signature.hasLibraryOrder
      && (isExact || signature.hasAdobeSegment)
  }

  /// Whether the table has files of this camera, and none with this habit.
  private func isOtherwise(than camera: String) -> Bool {
    let own = table.filter { $0.value.contains { $0.isCamera(camera) } }.keys
    return !own.isEmpty && !own.contains { EncoderSignature.habit(of: $0) == signature.habit }
  }

  private var method: String {
    traits + " and make of the segments, Huffman and quantisation tables, sampling, against "
      + "\(table.count) signatures of known encoders (docs/known-encoders.md)"
  }
}
