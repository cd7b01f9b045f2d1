import ForensicCore

/// The record: what file this is, what became of it, and what made this report.
struct RecordView {
  let fields: Fields

  init(_ report: Report) {
    let provenance = report.provenance
    var fields: Fields = [
      "identity": Self.identity(report), "made": Self.made(provenance),
      "command": provenance.command,
    ]
    fields["custody"] = report.custody.map { event -> Fields in
      [
        "time": event.time.rfc3339, "readable": event.time.readableToTheMillisecond,
        "state": event.state,
        "cause": event.cause,
      ]
    }
    fields["hasCustody"] = report.custody.isEmpty ? nil : true
    if let confinement = provenance.confinement {
      fields["confinement"] = Self.confinement(confinement)
    } else {
      fields["noConfinement"] = true
    }
    self.fields = fields
  }

  private static let noDigest = "not taken: no byte of the file was read"

  private static func identity(_ report: Report) -> [Fields] {
    let exhibit = report.exhibit
    var facts = [fact("File name", exhibit.name)]
    add("Name as bytes", exhibit.nameBytes, code: true, to: &facts)
    facts.append(
      fact("SHA-256", exhibit.sha256?.hex ?? Self.noDigest, code: exhibit.sha256 != nil))
    facts.append(fact("Size", Words.bytes(exhibit.size)))
    add("Exhibit", exhibit.id, to: &facts)
    add("Case", exhibit.caseFile?.number, to: &facts)
    add("Exhibit in the case", exhibit.caseFile?.exhibit, to: &facts)
    add("Examiner", exhibit.caseFile?.examiner, to: &facts)
    if let remark = exhibit.caseFile?.remark { facts.append(text("Remark", remark)) }
    facts += sidecar(exhibit.sidecar)
    if case .success(let examination) = report.outcome {
      let image = examination.image
      facts.append(
        fact(
          "Format",
          Words.format(image.format) + (image.progressive ? ", stored in several passes" : "")))
      facts.append(
        fact(
          "Stored size", "\(Digits.grouped(image.width)) × \(Digits.grouped(image.height)) pixels"))
      facts.append(fact("Samples", "\(image.colorModel), \(image.bitDepth) bits"))
      if image.frames > 1 {
        facts.append(fact("Frames", "\(image.frames); the first was examined"))
      }
    }
    add("Inbox", exhibit.inbox, to: &facts)
    add("Folder in the inbox", exhibit.folder, to: &facts)
    add("Received", exhibit.received?.readable, to: &facts)
    add("Modified, says the file system", exhibit.modified?.readable, to: &facts)
    add("Same bytes as exhibit", exhibit.sameBytesAs, to: &facts)
    return facts
  }

  /// Where the details of the case came from, or why they did not.
  private static func sidecar(_ sidecar: Sidecar?) -> [Fields] {
    guard let sidecar else { return [] }
    var facts = [fact("Sidecar file", sidecar.name)]
    add("Sidecar file’s name as bytes", sidecar.nameBytes, code: true, to: &facts)
    add("SHA-256 of the sidecar file", sidecar.sha256?.hex, code: true, to: &facts)
    if let problem = sidecar.problem {
      facts.append(
        fact(
          "The sidecar file does not count",
          "\(problem.message). \(problem.mend) None of its fields was used."))
    } else {
      let fields = sidecar.fields
      let given = [
        ("case", fields?.number), ("exhibit in the case", fields?.exhibit),
        ("examiner", fields?.examiner), ("remark", fields?.remark),
      ].compactMap { name, value in value.map { "\(name) “\($0)”" } }
      facts.append(
        text("It says", given.isEmpty ? "nothing" : given.joined(separator: ", ")))
    }
    return facts
  }

  private static func made(_ provenance: Report.Provenance) -> [Fields] {
    var facts = [
      fact("Program", "forensicd \(provenance.version)"),
      fact("Report layout", "schema \(Report.schemaVersion)"),
      fact("Model bundle", provenance.bundle),
    ]
    add("Digest of the bundle", provenance.bundleDigest?.hex, code: true, to: &facts)
    add("Digest of the settings", provenance.configurationDigest?.hex, code: true, to: &facts)
    add("Machine", provenance.host, to: &facts)
    add("Written", provenance.written?.readable, to: &facts)
    return facts
  }

  private static func confinement(_ confinement: Report.Confinement) -> [Fields] {
    var facts = [
      fact("New privileges", confinement.noNewPrivileges ? "refused" : "not refused"),
      fact("System calls", confinement.seccomp ? "filtered (seccomp)" : "not filtered"),
      fact(
        "File system",
        confinement.landlock.map { "closed (Landlock, ABI \($0))" } ?? "not closed by Landlock"),
    ]
    add("Memory limit", confinement.memoryLimit.map(Words.bytes), to: &facts)
    add("Time limit", confinement.timeLimit.map { Axis.label($0) + " s" }, to: &facts)
    return facts
  }

  private static func fact(_ name: String, _ value: String, code: Bool = false) -> Fields {
    var fields: Fields = ["name": name, "value": value]
    if code { fields["code"] = true }
    return fields
  }

  /// What a person wrote, line by line.
  private static func text(_ name: String, _ value: String) -> Fields {
    var fields: Fields = ["name": name]
    LongText.set(value, in: &fields)
    return fields
  }

  private static func add(
    _ name: String, _ value: String?, code: Bool = false, to facts: inout [Fields]
  ) {
    if let value { facts.append(fact(name, value, code: code)) }
  }
}
