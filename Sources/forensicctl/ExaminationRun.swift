import CaseQueue
import ForensicCore
import Glibc
import Reporting
import Service

/// One call of `forensicctl examine`: every file through the pool, results in order.
struct ExaminationRun: Sendable {
  let setup: ExaminerSetup
  /// The case that every file of this call belongs to; wins over what sidecar files say.
  let caseFile: CaseFile?
  let reports: ReportFiles
  let files: [RawPath]
  let json: Bool
  let figures: Bool
  let output: String?
  let without: [ExaminationMethod]

  /// Examines and prints; gives the number of files that could not be examined.
  func examineAll() async -> Int {
    var progress = ProgressLine(total: files.count, label: "examined")
    let showsProgress = files.count > 1 && isatty(STDOUT_FILENO) == 0
    var failed = 0
    var waiting = [Int: Outcome]()
    var next = 0
    await withTaskGroup(of: (Int, Outcome).self) { group in
      // Twice as many as there are examiners: the next file is hashed while they work, and the
      // results that wait for an earlier one stay few.
      let window = 2 * setup.pool.configuration.count
      var started = 0
      func startOne() {
        guard started < files.count else { return }
        let index = started
        started += 1
        group.addTask { (index, await examine(files[index])) }
      }
      for _ in 0..<window { startOne() }
      for await (index, outcome) in group {
        waiting[index] = outcome
        while let ready = waiting.removeValue(forKey: next) {
          if !publish(ready, index: next) { failed += 1 }
          next += 1
          if showsProgress { progress.show(next) }
          startOne()
        }
      }
    }
    if showsProgress { progress.finish() }
    return failed
  }

  /// What became of one argument.
  private enum Outcome: Sendable {
    case report(Report)
    /// Nothing of it could be read, or it is too large to be: no digest, and no report.
    case unread(UnreadFile)
  }

  private func examine(_ path: RawPath) async -> Outcome {
    let name = path.fileName
    var provenance = setup.provenance(fileName: name, without: without)
    let file: ExhibitFile
    do {
      file = try ExhibitFile(
        path: path.bytes, limit: setup.pool.configuration.maximumFileSize)
    } catch {
      return .unread(UnreadFile(name, error))
    }
    let sidecar = try? SidecarFile.read(beside: path.bytes)
    let given = (sidecar?.fields ?? CaseFile()).overlaid(by: caseFile)
    let exhibit = Exhibit(
      name: name, sha256: file.digest, size: file.size, modified: file.modified,
      caseFile: given.isEmpty ? nil : given, sidecar: sidecar)
    let outcome = await setup.pool.examine(
      descriptor: file.descriptor, name: name, size: file.size, without: Set(without))
    provenance.confinement = outcome.confinement
    provenance.written = .now
    return .report(Report(exhibit: exhibit, outcome: outcome.result, provenance: provenance))
  }

  /// Prints one result; false when the file could not be examined or its report not written.
  private func publish(_ outcome: Outcome, index: Int) -> Bool {
    do {
      let report: Report
      switch outcome {
      case .report(let made): report = made
      case .unread(let file):
        if json {
          Terminal.write(bytes: try ReportEncoder.bytes(file, pretty: false) + [UInt8(ascii: "\n")])
        } else {
          Terminal.out(Self.summary(name: file.exhibit.name, file.error))
        }
        return false
      }
      let isWritten = keep(report, index: index)
      if json {
        let line = try ReportEncoder.json(report, pretty: false, figures: figures)
        Terminal.write(bytes: line + [UInt8(ascii: "\n")])
      } else {
        Terminal.out(Self.summary(report))
      }
      if case .failure = report.outcome { return false }
      return isWritten
    } catch {
      Terminal.error("\(files[index].text.madeVisible): \(error)")
      return false
    }
  }

  /// Writes the report where that was asked for; false, and its line is printed all the same, when
  /// it cannot be written.
  private func keep(_ report: Report, index: Int) -> Bool {
    guard let output else { return true }
    do {
      try write(report, below: output, index: index)
      return true
    } catch {
      Terminal.error("\(files[index].text.madeVisible): \(error)")
      return false
    }
  }

  private func write(_ report: Report, below folder: String, index: Int) throws {
    let rendered = try reports.render(report)
    let place = "\(folder)/\(index + 1)-\(report.exhibit.sha256?.short ?? "unread")"
    try FileSystem.makeFolder(place)
    try FileSystem.write(rendered.json, path: place + "/report.json")
    try FileSystem.write(rendered.html, path: place + "/report.html")
  }

  private static func summary(name: String, _ failure: ExaminationFailure) -> String {
    "\(name.madeVisible): not examined: \(failure.message.madeVisible)"
      + (failure.mend.map { "\n  " + $0.madeVisible } ?? "")
  }

  /// What a person reads: a line with the leaning, then the findings that want a second look.
  static func summary(_ report: Report) -> String {
    let name = report.exhibit.name.madeVisible
    switch report.outcome {
    case .failure(let failure):
      return ([summary(name: report.exhibit.name, failure)] + sidecar(report)).joined(
        separator: "\n")
    case .success(let examination):
      let conclusion = examination.conclusion
      let quality = examination.jpeg.map { ", JPEG quality \($0.quality.estimate)" } ?? ""
      var lines = ["\(name): \(conclusion.leaning.rawValue), \(measured(conclusion))\(quality)"]
      if let reason = conclusion.reason { lines.append("  " + reason.madeVisible) }
      lines += (examination.declaration?.generations ?? []).map(declared)
      lines += examination.findings.filter { $0.weight != .information }
        .map { "  \($0.code.madeVisible): \($0.summary.madeVisible)" }
      lines += sidecar(report)
      return lines.joined(separator: "\n")
    }
  }

  private static func measured(_ conclusion: Conclusion) -> String {
    guard conclusion.hasRatio else { return "no likelihood ratio" }
    let share = (conclusion.probabilityGenerated * 1000).rounded() / 10
    let ratio = (conclusion.logLikelihoodRatio * 100).rounded() / 100
    return "P(generated) \(share) % (log10 LR \(ratio))"
  }

  /// What is wrong with the file beside it.
  private static func sidecar(_ report: Report) -> [String] {
    report.exhibit.sidecar?.problem.map {
      ["  \($0.code.madeVisible): \($0.message.madeVisible). \($0.mend.madeVisible)"]
    } ?? []
  }

  /// `  declares: ComfyUI, v1-5.ckpt, seed 42: a lovely cat`, on one line whatever the file holds.
  private static func declared(_ generation: Declaration.Generation) -> String {
    var text = [generation.tool, generation.model, generation.seed.map { "seed \($0)" }]
      .compactMap { $0 }.joined(separator: ", ")
    if let prompt = generation.prompt { text += ": " + prompt }
    let cut = String(String.UnicodeScalarView(text.unicodeScalars.prefix(200)))
    return "  declares: " + cut.madeVisible + (cut == text ? "" : "…")
  }
}
