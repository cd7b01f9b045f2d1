import CaseQueue
import ForensicCore
import Glibc
import Reporting
import Service

/// One call of `forensicctl examine`: every file through the pool, results in order.
struct ExaminationRun: Sendable {
  let setup: ExaminerSetup
  let reports: ReportFiles
  let files: [RawPath]
  let json: Bool
  let figures: Bool
  let output: String?

  /// Examines and prints; gives the number of files that could not be examined.
  func examineAll() async -> Int {
    var progress = ProgressLine(total: files.count, label: "examined")
    let showsProgress = files.count > 1 && isatty(STDOUT_FILENO) == 0
    var failed = 0
    var waiting = [Int: Report]()
    var next = 0
    await withTaskGroup(of: (Int, Report).self) { group in
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
      for await (index, report) in group {
        waiting[index] = report
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

  private func examine(_ path: RawPath) async -> Report {
    let name = path.fileName
    let provenance = setup.provenance(fileName: name.text)
    func failure(_ failure: ExaminationFailure, _ digest: SHA256Digest?, _ size: Int) -> Report {
      Report(
        exhibit: Exhibit(name: name, sha256: digest ?? ContentDigest.of([]), size: size),
        outcome: .failure(failure), provenance: provenance)
    }
    let file: ExhibitFile
    do {
      file = try ExhibitFile(path: path.bytes)
    } catch {
      return failure(error, nil, 0)
    }
    guard file.size <= setup.pool.configuration.maximumFileSize else {
      return failure(
        .tooLarge(file.size, limit: setup.pool.configuration.maximumFileSize), file.digest,
        file.size)
    }
    let outcome = await setup.pool.examine(
      descriptor: file.descriptor, name: name, size: file.size)
    var confined = provenance
    confined.confinement = outcome.confinement
    return Report(
      exhibit: Exhibit(name: name, sha256: file.digest, size: file.size),
      outcome: outcome.result, provenance: confined)
  }

  /// Prints one result; false when the file could not be examined or its report not written.
  private func publish(_ report: Report, index: Int) -> Bool {
    do {
      if let output { try write(report, below: output, index: index) }
      if json {
        let line = try ReportEncoder.json(report, pretty: false, figures: figures)
        Terminal.write(bytes: line + [UInt8(ascii: "\n")])
      } else {
        Terminal.out(Self.summary(report))
      }
    } catch {
      Terminal.error("\(files[index].text.madeVisible): \(error)")
      return false
    }
    if case .failure = report.outcome { return false }
    return true
  }

  private func write(_ report: Report, below folder: String, index: Int) throws {
    let rendered = try reports.render(report)
    let place = "\(folder)/\(index + 1)-\(report.exhibit.sha256.short)"
    try FileSystem.makeFolder(place)
    try FileSystem.write(rendered.json, path: place + "/report.json")
    try FileSystem.write(rendered.html, path: place + "/report.html")
  }

  /// What a person reads: a line with the leaning, then the findings that want a second look.
  static func summary(_ report: Report) -> String {
    let name = report.exhibit.name.madeVisible
    switch report.outcome {
    case .failure(let failure):
      return "\(name): not examined: \(failure.message.madeVisible)"
        + (failure.mend.map { "\n  " + $0.madeVisible } ?? "")
    case .success(let examination):
      let conclusion = examination.conclusion
      let share = (conclusion.probabilityGenerated * 1000).rounded() / 10
      let ratio = (conclusion.logLikelihoodRatio * 100).rounded() / 100
      let quality = examination.jpeg.map { ", JPEG quality \($0.quality.estimate)" } ?? ""
      var lines = [
        "\(name): \(conclusion.leaning.rawValue), P(generated) \(share) %"
          + " (log10 LR \(ratio))\(quality)"
      ]
      if let reason = conclusion.reason { lines.append("  " + reason.madeVisible) }
      lines += examination.findings.filter { $0.weight != .information }
        .map { "  \($0.code): \($0.summary.madeVisible)" }
      return lines.joined(separator: "\n")
    }
  }
}
