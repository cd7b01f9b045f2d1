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
    // Writers may begin after PNG's signature.
    if boxes.first?.name == "PNGh", maps[0]["names"]?.array?.first?.text != "PNGh" {
      boxes.removeFirst()
    }
    var failure: (code: StatusCode, detail: String)?
    for map in maps {
      let names = map["names"]?.array?.map { $0.text ?? "" } ?? []
      guard boxes.count >= names.count, zip(names, boxes).allSatisfy({ $0 == $1.name }),
        let first = boxes.first, let last = boxes.prefix(names.count).last
      else {
        let expected = names.prefix(4).joined(separator: ", ")
        let found = boxes.first?.name ?? "the end"
        failure = (.boxesHashUnknownBox, "\(found) where \(expected) should be")
        break
      }
      boxes = boxes.dropFirst(names.count)
      let range = first.range.lowerBound..<last.range.upperBound
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
    if failure == nil, let extra = boxes.first {
      failure = (.boxesHashUnknownBox, "\(extra.name) at the end")
    }
    if let failure {
      log.add(failure.code, manifest: active.label, url: url, failure.detail)
    } else {
      log.add(.boxesHashMatch, manifest: active.label, url: url)
      noteTrailing(url: url, shown: active)
    }
  }

  /// A box hash does not reach beyond the container's last box.
  private mutating func noteTrailing(url: String, shown active: Manifest) {
    let end = container.boxes(file, store: located)?.last?.range.upperBound ?? file.count
    uncovered += max(0, file.count - end)
  }
}
