import ForensicCore

/// An attempt at an exhibit that came to an end, ready to be published and written down.
package struct Finished: Sendable {
  package var exhibit: Case
  /// The journal's part, but for the place where the folder finally lies.
  package var update: CaseUpdate
  /// What is published; `nil` where another attempt follows.
  package var publication: Publication?

  package struct Publication: Sendable {
    package var report: Report
    package var files: RenderedReport
    /// The line of `reports.jsonl`, given the folder relative to the outbox.
    package var line: @Sendable (Report, String) throws -> [UInt8]
  }
}

/// What goes through the clerk's hands, in order.
package enum ClerkTask: Sendable {
  /// A transition that a restart makes again anyway: not waited for on disk.
  case mark(CaseUpdate)
  case finish(Finished)
}
