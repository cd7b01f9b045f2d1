import ForensicCore

/// Digital source types, each kind as a finding of its own: the one statement of Content
/// Credentials that says outright whether a machine made the picture.
struct SourceTypeFindings {
  private let report: CredentialReport

  init(_ report: CredentialReport) { self.report = report }

  /// Where a term was found.
  private struct Place: Hashable {
    var term: String
    var action: String
    var manifest: String
    var isActive: Bool
    var agent: String?
  }

  var all: [Finding] {
    var places = [Place]()
    for manifest in report.manifests {
      for action in manifest.actions {
        guard let term = action.digitalSourceType else { continue }
        places.append(
          Place(
            term: term, action: action.name, manifest: manifest.label,
            isActive: manifest.label == report.activeManifest, agent: action.softwareAgent))
      }
    }
    var seen = Set<String>()
    return places.compactMap { place in
      let key = SourceType.term(place.term) + (place.isActive ? "" : "/ingredient")
      guard seen.count < 32, seen.insert(key).inserted else { return nil }
      return finding(place)
    }
  }

  private func finding(_ place: Place) -> Finding {
    let origin = SourceType.origin(place.term)
    let what = place.isActive ? "the picture" : "an ingredient of the picture"
    let meaning = SourceType.meaning(place.term) ?? "of the source type “\(place.term)”"
    var result = [
      "digitalSourceType": place.term, "action": place.action, "manifest": place.manifest,
      "origin": origin.rawValue,
    ]
    if let agent = place.agent { result["software"] = agent }
    let holds = report.state == .valid || report.state == .trusted
    return Finding(
      code: "c2pa.source-type", method: "Content Credentials, actions: IPTC Digital Source Type",
      summary: "By the Content Credentials, \(what) was \(meaning)"
        + (holds ? "." : ", but they do not hold."),
      weight: origin == .generated || origin == .partlyGenerated ? .notable : .information,
      result: result,
      limits: "A declaration by whoever made the claim"
        + (holds ? "; the signature protects it against change, not against untruth." : ".")
        + " Its absence says nothing.")
  }
}
