extension StoreValidator {
  /// "Validating a general box hash".
  mutating func validateBoxesHash(
    _ value: CBORValue, _ bound: Manifest, url: String, shown active: Manifest
  ) throws(CredentialError) {
    guard let maps = value["boxes"]?.array, !maps.isEmpty,
      maps.allSatisfy({ $0["names"]?.array?.isEmpty == false })
    else {
      log.add(.boxesHashMalformed, manifest: active.label, url: url)
      return
    }
    guard var boxes = container.boxes(file, store: located)?[...] else {
      log.add(
        .generalError, manifest: active.label, url: url,
        "general box hashes of this kind of file are not read")
      return
    }
    let end = boxes.map(\.range.upperBound).max() ?? file.count
    // Writers may begin after PNG's signature.
    if boxes.first?.name == "PNGh", maps[0]["names"]?.array?.first?.text != "PNGh" {
      boxes.removeFirst()
    }
    var failure: (code: StatusCode, detail: String)?
    // Whatever lies between two boxes belongs to none of them, and would not be hashed.
    var hashed = boxes.first?.range.lowerBound ?? 0
    for map in maps {
      try deadline.check()
      let names = map["names"]?.array?.map { $0.text ?? "" } ?? []
      guard let range = Self.take(names, from: &boxes) else {
        let expected = names.prefix(4).joined(separator: ", ")
        let found = boxes.first?.name ?? "the end"
        failure = (.boxesHashUnknownBox, "\(found) where \(expected) should be")
        break
      }
      if range.lowerBound > hashed {
        let count = range.lowerBound - hashed
        failure = (.boxesHashUnknownBox, "\(count) bytes before \(names[0]) that are no box")
        break
      }
      hashed = max(hashed, range.upperBound)
      if names == ["C2PA"] { continue }
      if map["excluded"]?.bool == true {
        uncovered += range.count
        continue
      }
      guard let algorithm = bound.algorithm(for: map["alg"]?.text ?? value["alg"]?.text) else {
        failure = (.algorithmUnsupported, names.joined(separator: ", "))
        break
      }
      let hash = try algorithm.hash(file, ranges: [range], deadline: deadline)
      if hash != map["hash"]?.bytes {
        failure = (.boxesHashMismatch, names.prefix(4).joined(separator: ", "))
        break
      }
    }
    if failure == nil, let extra = boxes.first(where: { !$0.isRestart }) {
      failure = (.boxesHashUnknownBox, "\(extra.name) at the end")
    }
    if let failure {
      log.add(failure.code, manifest: active.label, url: url, failure.detail)
    } else {
      log.add(.boxesHashMatch, manifest: active.label, url: url)
      // A box hash does not reach beyond the container's last box.
      uncovered += max(0, file.count - end)
    }
  }

  /// Takes the boxes of these names from the front: what they span, or `nil` where the next is another.
  private static func take(
    _ names: [String], from boxes: inout ArraySlice<ContainerBox>
  ) -> Range<Int>? {
    var span: Range<Int>?
    for name in names {
      if boxes.first?.name != name { boxes = boxes.drop(while: \.isRestart) }
      guard let box = boxes.first, box.name == name else { return nil }
      boxes.removeFirst()
      let start = span?.lowerBound ?? box.range.lowerBound
      span = start..<max(span?.upperBound ?? 0, box.range.upperBound)
    }
    return span
  }
}
