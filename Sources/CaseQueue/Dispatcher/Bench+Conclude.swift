import ForensicCore

extension Bench {
  /// What becomes of an attempt: a report, another attempt later, or quarantine with a report
  /// that says why.
  func conclude(
    _ exhibit: Case, _ transitions: [CaseTransition],
    _ result: Result<Examination, ExaminationFailure>, confinement: Report.Confinement?,
    sameBytesAs: String?, leftInbox: Bool
  ) -> Finished {
    let now = Timestamp.now
    let attempts = exhibit.attempts + 1
    var transition: CaseTransition
    switch result {
    case .success:
      let cause = sameBytesAs.map { "same bytes as \($0)" } ?? "examined"
      transition = CaseTransition(time: now, state: .reported, cause: cause)
    case .failure(let failure) where failure.transient && attempts <= settings.retryDelays.count:
      let delay = settings.retryDelays[attempts - 1]
      var update = CaseUpdate(
        number: exhibit.number,
        transition: CaseTransition(
          time: now, state: .failed,
          cause: "attempt \(attempts): \(failure.message) The next one in \(delay.words)."))
      update.attempts = attempts
      update.due = now.adding(delay)
      update.error = failure
      update.forgetsIdentity = leftInbox
      return Finished(exhibit: exhibit, update: update, publication: nil)
    case .failure(let failure):
      let tries = attempts == 1 ? "" : "attempt \(attempts), the last: "
      transition = CaseTransition(
        time: now, state: .quarantined, cause: tries + failure.message)
    }
    var update = CaseUpdate(number: exhibit.number, transition: transition)
    update.attempts = attempts
    update.forgetsIdentity = leftInbox
    update.sameBytesAs = sameBytesAs
    switch result {
    case .success(let examination):
      update.leaning = examination.conclusion.leaning
      update.probabilityGenerated = examination.conclusion.probabilityGenerated
    case .failure(let failure): update.error = failure
    }
    var shown = exhibit.exhibit
    shown.sameBytesAs = sameBytesAs
    var provenance = services.provenance(shown)
    update.fingerprint = provenance.fingerprint
    provenance.confinement = confinement
    provenance.written = now
    let custody = (transitions + [transition]).map(\.custody)
    let report = Report(
      exhibit: shown, outcome: result, custody: custody, provenance: provenance)
    return publish(report, exhibit, update, mayFail: true)
  }

  /// Draws the report. A report that cannot be drawn is quarantined, saying so.
  private func publish(
    _ report: Report, _ exhibit: Case, _ update: CaseUpdate, mayFail: Bool
  ) -> Finished {
    let files: RenderedReport
    do {
      files = try services.render(report)
    } catch {
      incidents.note("cannot draw a report", error, exhibit: exhibit.id)
      if mayFail {
        return unrendered(report, exhibit, update, error)
      }
      files = (try? ReportFormats.plain(report)) ?? RenderedReport(json: [], html: [])
    }
    return Finished(
      exhibit: exhibit, update: update,
      publication: Finished.Publication(report: report, files: files, line: services.renderLine))
  }

  private func unrendered(
    _ report: Report, _ exhibit: Case, _ update: CaseUpdate, _ error: any Error
  ) -> Finished {
    let failure = ExaminationFailure(
      code: "report.unrenderable", message: "The report could not be drawn: \(error)",
      mend: "Mend the templates and retry.")
    var report = report
    var update = update
    report.outcome = .failure(failure)
    update.transition.state = .quarantined
    update.transition.cause = failure.message
    update.leaning = nil
    update.probabilityGenerated = nil
    update.error = failure
    if !report.custody.isEmpty {
      report.custody[report.custody.count - 1] = update.transition.custody
    }
    return publish(report, exhibit, update, mayFail: false)
  }
}
