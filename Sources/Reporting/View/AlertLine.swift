import ForensicCore

/// The line of the first screen for what lies further down and must not be missed: counts, each
/// with a link to its section.
enum AlertLine {
  static func items(_ examination: Examination) -> [Fields] {
    let findings = examination.findings
    var items: [Fields] = []
    let contradictions = findings.count { $0.weight == .contradiction }
    if contradictions > 0 {
      items.append(item(Words.count(contradictions, "contradiction"), "#findings"))
    }
    if findings.contains(where: { $0.weight == .damage }) {
      items.append(item("damaged", "#findings"))
    }
    if examination.declaration?.pixels == .disagree {
      items.append(item("the file declares the opposite", "#declared"))
    }
    if let credentials = examination.contentCredentials {
      // What the reader of the credentials found, so that page and finding never differ.
      let isChanged = findings.contains { $0.code == "c2pa.changed" }
      let state = isChanged ? "changed since signing" : CredentialView.short(credentials)
      items.append(item("Content Credentials: \(state)", "#credentials"))
    }
    return items
  }

  private static func item(_ text: String, _ link: String) -> Fields {
    ["text": text, "link": link]
  }
}
