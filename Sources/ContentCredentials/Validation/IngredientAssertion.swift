/// What an ingredient assertion says: versions 1 to 3.
struct IngredientAssertion: Sendable {
  var label: String
  /// 1…3, from the label.
  var version: Int
  var title: String?
  var format: String?
  /// `nil` where it is missing or none of the standard's.
  var relationship: String?
  /// `activeManifest`, or `c2pa_manifest` of versions 1 and 2.
  var manifest: HashedURI?
  var claimSignature: HashedURI?
  var hasValidationResults: Bool
  /// What whoever took it in recorded of its validation.
  var recorded: [RecordedStatus]

  private static let relationships = ["parentOf", "componentOf", "inputTo"]

  init(_ assertion: Assertion, value: CBORValue) {
    label = assertion.label
    version =
      assertion.baseLabel.split(separator: ".").last.flatMap {
        $0.first == "v" ? Int($0.dropFirst()) : nil
      } ?? 1
    title = value["dc:title"]?.text
    format = value["dc:format"]?.text
    relationship = value["relationship"]?.text.flatMap {
      Self.relationships.contains($0) ? $0 : nil
    }
    manifest = HashedURI(value["activeManifest"]) ?? HashedURI(value["c2pa_manifest"])
    claimSignature = HashedURI(value["claimSignature"])
    hasValidationResults = value["validationResults"] != nil
    let target = manifest?.uri?.manifest
    recorded = (Self.statuses(value["validationStatus"]) + Self.results(value["validationResults"]))
      .map { status in
        guard let target, let uri = JUMBFURI(status.url) else { return status }
        return RecordedStatus(code: status.code, url: uri.absolute(in: target).text)
      }
  }

  private static func statuses(_ list: CBORValue?) -> [RecordedStatus] {
    (list?.array ?? []).compactMap { item in
      item["code"]?.text.map { RecordedStatus(code: $0, url: item["url"]?.text ?? "") }
    }
  }

  /// `validation-results-map`: the active manifest's codes, and those of its own ingredients.
  private static func results(_ map: CBORValue?) -> [RecordedStatus] {
    func codes(_ map: CBORValue?) -> [RecordedStatus] {
      ["success", "informational", "failure"].flatMap { statuses(map?[$0]) }
    }
    return codes(map?["activeManifest"])
      + (map?["ingredientDeltas"]?.array ?? []).flatMap { codes($0["validationDeltas"]) }
  }

  /// Recorded failures, each code once.
  var recordedFailures: [String] {
    var seen = Set<String>()
    return recorded.map(\.code).filter { code in
      StatusCode(rawValue: code)?.kind == .failure && seen.insert(code).inserted
    }
  }
}
