import ForensicCore

/// The findings, the heaviest first. What was seen, apart from what it may mean.
enum FindingView {
  static func fields(_ findings: [Finding], _ figures: inout FigureShelf) -> Fields {
    var groups: [Fields] = []
    for weight in [Finding.Weight.contradiction, .damage, .notable, .information] {
      let members = findings.filter { $0.weight == weight }
      guard !members.isEmpty else { continue }
      var group: Fields = [
        "class": weight.rawValue, "title": title(weight), "meaning": meaning(weight),
      ]
      group["findings"] = members.map { entry($0, &figures) }
      groups.append(group)
    }
    var fields: Fields = [:]
    fields["groups"] = groups
    fields["none"] = groups.isEmpty ? true : nil
    return fields
  }

  private static func entry(_ finding: Finding, _ figures: inout FigureShelf) -> Fields {
    var entry: Fields = [
      "code": finding.code, "summary": finding.summary, "method": finding.method,
    ]
    let values = pairs(finding.result)
    let parameters = pairs(finding.parameters)
    entry["result"] = values
    entry["hasResult"] = values.isEmpty ? nil : true
    entry["parameters"] = parameters
    entry["hasParameters"] = parameters.isEmpty ? nil : true
    entry["limits"] = finding.limits
    if let figure = finding.figure { entry["figure"] = figures.take(figure) }
    return entry
  }

  private static func pairs(_ values: [String: String]) -> [Fields] {
    values.sorted { $0.key < $1.key }.map { key, value in
      ["name": FindingWords.name(key), "value": FindingWords.value(value, of: key)]
    }
  }

  private static func title(_ weight: Finding.Weight) -> String {
    switch weight {
    case .contradiction: "Contradictions"
    case .damage: "Damage"
    case .notable: "Worth a second look"
    case .information: "Context"
    }
  }

  private static func meaning(_ weight: Finding.Weight) -> String {
    switch weight {
    case .contradiction: "Two things in the file cannot both be true."
    case .damage: "The file is broken, and was read only in part."
    case .notable: "Unusual, and often with an ordinary explanation."
    case .information: "True, and by itself no cause for a second look."
    }
  }
}
