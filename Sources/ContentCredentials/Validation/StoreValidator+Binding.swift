extension StoreValidator {
  /// "Validate the Asset's Content": the hash of the file, from the active manifest or, for an
  /// update manifest, from the first standard one that its parents lead to.
  mutating func validateBinding(of active: Manifest) throws(CredentialError) {
    // The first counts; that there is more than one is said elsewhere.
    guard let bound = boundManifest(from: active), let claim = bound.claim,
      let assertion = boundAssertions(bound, claim).first
    else {
      // Of others this is said where their kind is validated.
      if active.kind == .update {
        log.add(.hardBindingsMissing, manifest: active.label, url: active.uri)
      }
      return
    }
    let url = bound.assertionURI(assertion.label)
    guard let value = assertion.value else {
      let isBoxes = assertion.baseLabel.hasPrefix("c2pa.hash.boxes")
      log.add(
        isBoxes ? .boxesHashMalformed : .dataHashMalformed, manifest: active.label, url: url,
        "it holds nothing that can be read")
      return
    }
    switch assertion.baseLabel {
    case let label where label.hasPrefix("c2pa.hash.data"):
      try validateDataHash(
        value, bound, url: url, shown: active, isUpdated: bound.label != active.label)
    case let label where label.hasPrefix("c2pa.hash.boxes"):
      try validateBoxesHash(value, bound, url: url, shown: active)
    default:
      log.add(
        .generalError, manifest: active.label, url: url,
        "\(assertion.label) is for other kinds of file")
    }
  }

  /// Only parents whose hashes match are followed: what another says of a file, nobody signed.
  private func boundManifest(from active: Manifest) -> Manifest? {
    var manifest = active
    var seen = Set<String>()
    while manifest.kind == .update {
      guard seen.insert(manifest.label).inserted,
        let parent = links[manifest.label]?.first(where: {
          $0.ingredient.relationship == "parentOf"
        }),
        let next = store.manifest(parent.target)
      else { return nil }
      manifest = next
    }
    return manifest
  }

  /// "Validating a data hash".
  private mutating func validateDataHash(
    _ value: CBORValue, _ bound: Manifest, url: String, shown active: Manifest, isUpdated: Bool
  ) throws(CredentialError) {
    guard let algorithm = bound.algorithm(for: value["alg"]?.text) else {
      log.add(.algorithmUnsupported, manifest: active.label, url: url)
      return
    }
    guard var exclusions = Self.exclusions(value) else {
      log.add(.dataHashMalformed, manifest: active.label, url: url, "its exclusions")
      return
    }
    guard !isUpdated || adjust(&exclusions), exclusions.allSatisfy({ $0.upperBound <= file.count })
    else {
      log.add(
        .dataHashMismatch, manifest: active.label, url: url,
        "it leaves out bytes beyond the end of the file")
      return
    }
    try noteUncovered(exclusions, url: url, shown: active)
    guard try !leaveOutTooMuch(exclusions) else {
      log.add(.dataHashMismatch, manifest: active.label, url: url, Self.looseExclusion)
      return
    }
    guard try !leaveOutPicture(exclusions) else {
      log.add(.dataHashMismatch, manifest: active.label, url: url, Self.pictureExclusion)
      return
    }
    let hash = try algorithm.hash(
      file, ranges: Self.rest(of: exclusions, file.count), deadline: deadline)
    let matches = hash == value["hash"]?.bytes
    log.add(matches ? .dataHashMatch : .dataHashMismatch, manifest: active.label, url: url)
  }

  /// In ascending order; `nil` where they overlap or are no ranges.
  private static func exclusions(_ value: CBORValue) -> [Range<Int>]? {
    var ranges = [Range<Int>]()
    for item in value["exclusions"]?.array ?? [] {
      guard let start = item["start"]?.integer, let length = item["length"]?.integer, start >= 0,
        length >= 0, length <= Int.max - start
      else { return nil }
      ranges.append(start..<(start + length))
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    for (one, next) in zip(ranges, ranges.dropFirst()) where one.upperBound > next.lowerBound {
      return nil
    }
    return ranges
  }

  /// Update manifests make the store longer than it was when the hash was taken. Whether the ranges
  /// can be moved by as much: they may lie anywhere that the file says.
  private func adjust(_ exclusions: inout [Range<Int>]) -> Bool {
    let span = located.span
    guard let index = exclusions.firstIndex(where: { $0.lowerBound == span.lowerBound }) else {
      return true
    }
    let growth = span.upperBound - exclusions[index].upperBound
    exclusions[index] = span
    for later in exclusions.indices where later > index {
      let (end, isBeyond) = exclusions[later].upperBound.addingReportingOverflow(growth)
      guard !isBeyond else { return false }
      // None begins before the end of the one that the store has, so that the sum is positive.
      exclusions[later] = (exclusions[later].lowerBound + growth)..<end
    }
    return true
  }

  private static func rest(of exclusions: [Range<Int>], _ count: Int) -> [Range<Int>] {
    var ranges = [Range<Int>]()
    var start = 0
    for exclusion in exclusions {
      if exclusion.lowerBound > start { ranges.append(start..<exclusion.lowerBound) }
      start = max(start, exclusion.upperBound)
    }
    if start < count { ranges.append(start..<count) }
    return ranges
  }

  static let looseExclusion =
    "the range that leaves out the manifest store leaves out other data with it"

  /// The range around the manifest store may hold the store and padding, and nothing else;
  /// metadata may have ranges of their own.
  private func leaveOutTooMuch(_ exclusions: [Range<Int>]) throws(CredentialError) -> Bool {
    for exclusion in exclusions {
      try deadline.check()
      guard located.ranges.contains(where: { $0.overlaps(exclusion) }) else { continue }
      let rest = Self.rest(of: located.ranges.map { $0.clamped(to: exclusion) }, exclusion)
      if rest.contains(where: { part in file[part].contains { $0 != 0 } }) { return true }
    }
    return false
  }

  static let pictureExclusion = "it leaves out bytes of the picture itself"

  /// Ranges that were metadata when they were signed may hold anything now, another picture as well.
  private func leaveOutPicture(_ exclusions: [Range<Int>]) throws(CredentialError) -> Bool {
    // Both are in ascending order.
    var parts = container.pictureParts(file)[...]
    for exclusion in exclusions where !exclusion.isEmpty {
      try deadline.check()
      parts = parts.drop { $0.upperBound <= exclusion.lowerBound }
      if let part = parts.first, part.lowerBound < exclusion.upperBound { return true }
    }
    return false
  }

  /// Bytes that the hash leaves out and that are neither the manifest store nor padding.
  private mutating func noteUncovered(
    _ exclusions: [Range<Int>], url: String, shown active: Manifest
  ) throws(CredentialError) {
    for exclusion in exclusions {
      try deadline.check()
      for part in Self.rest(of: located.ranges.map { $0.clamped(to: exclusion) }, exclusion)
      where file[part].contains(where: { $0 != 0 }) {
        uncovered += part.count
      }
    }
    if uncovered > 0 {
      log.add(
        .additionalExclusions, manifest: active.label, url: url,
        "\(uncovered) bytes outside the manifest store")
    }
  }

  private static func rest(of parts: [Range<Int>], _ whole: Range<Int>) -> [Range<Int>] {
    var ranges = [Range<Int>]()
    var start = whole.lowerBound
    for part in parts where !part.isEmpty {
      if part.lowerBound > start { ranges.append(start..<part.lowerBound) }
      start = max(start, part.upperBound)
    }
    if start < whole.upperBound { ranges.append(start..<whole.upperBound) }
    return ranges
  }
}
