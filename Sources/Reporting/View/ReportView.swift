import ForensicCore

/// What `report.mustache` shows, drawn from the report and nothing else.
struct ReportView {
  let fields: Fields

  init(_ report: Report) {
    var fields: Fields = [
      "version": report.provenance.version,
      "schema": Report.schemaVersion,
      "title": "\(report.exhibit.name) – forensic image report",
      "record": RecordView(report).fields,
    ]
    fields["exhibit"] = report.exhibit.id
    fields["written"] = report.provenance.written?.readable
    fields["same"] = report.exhibit.sameBytesAs
    switch report.outcome {
    case .failure(let failure):
      fields["class"] = "failed"
      fields["failure"] = FailureView(failure, custody: report.custody).fields
    case .success(let examination):
      fields["class"] = examination.conclusion.leaning.rawValue
      // A figure is drawn where it is first called for: with its detector or its section, and a
      // finding that rests on it refers to it there.
      var figures = FigureShelf(examination.figures)
      let picture = figures.takePreview(
        name: report.exhibit.name, image: examination.image,
        orientation: examination.metadata.orientation)
      fields["lead"] = LeadView(examination, picture: picture).fields
      fields["evidence"] = EvidenceView(report, examination).fields
      fields["detectors"] = DetectorView.fields(examination, &figures)
      if let jpeg = examination.jpeg { fields["jpeg"] = CompressionView.fields(jpeg, &figures) }
      fields["findings"] = FindingView.fields(examination.findings, &figures)
      fields["credentials"] = examination.contentCredentials.map(CredentialView.fields)
      fields["declaration"] = DeclarationView.fields(examination.declaration)
      fields["metadata"] = MetadataView.fields(examination.metadata)
      fields["omissions"] = examination.notExamined.map { ["what": $0.what, "why": $0.why] }
      fields["hasOmissions"] = examination.notExamined.isEmpty ? nil : true
      let rest = figures.takeRest()
      fields["figures"] = rest
      fields["hasFigures"] = rest.isEmpty ? nil : true
    }
    self.fields = fields
  }
}

/// The first screen of a file that could not be examined.
struct FailureView {
  let fields: Fields

  init(_ failure: ExaminationFailure, custody: [Report.CustodyEvent]) {
    let isQuarantined = custody.last?.state == "quarantined"
    let attempts = custody.count { $0.state == "examining" }
    var fields: Fields = [
      "kicker": isQuarantined ? "Quarantined · no conclusion" : "No conclusion",
      "headline": "This file could not be examined",
      "message": failure.message,
      "code": failure.code,
    ]
    fields["mend"] = failure.mend
    // Only a service keeps originals; a command looks at the file where it lies.
    fields["kept"] =
      custody.isEmpty
      ? "The file was left as it is, where it is." : "The original is kept as it arrived."
    switch attempts {
    case 0: break
    case 1: fields["attempts"] = "It was tried once."
    default: fields["attempts"] = "It was tried \(attempts) times."
    }
    fields["again"] =
      failure.transient
      ? "Trying again can end differently." : "Trying again with the same file will end the same."
    self.fields = fields
  }
}
