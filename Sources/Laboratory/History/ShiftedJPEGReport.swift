import JPEGForensics

/// The tables of `ShiftedJPEGExperiment`.
struct ShiftedJPEGReport {
  typealias Trial = ShiftedJPEGExperiment.Trial

  let trials: [Trial]
  let pictures: Int
  let tooSmall: Int
  let experiment: ShiftedJPEGExperiment

  var result: ExperimentResult {
    let qualities = experiment.qualities
    let tables = QualityTable(qualities: qualities)
    let names = tables.names
    let shifted = trials.filter { $0.history == .shifted }
    func cells(_ body: ([Trial]) -> Double) -> [[Double]] {
      qualities.map { first in
        qualities.map { second in
          body(shifted.filter { $0.first == first && $0.second == second })
        }
      }
    }
    let detection = cells { QualityTable.share($0, \.isDetected) }
    let others = [ShiftedJPEGExperiment.History.once, .croppedOnce, .sameGrid].map { history in
      (
        history.words,
        qualities.map { second in
          QualityTable.share(
            trials.filter { $0.history == history && $0.second == second }, \.isDetected)
        }
      )
    }
    let chart = MatrixChart(
      title: "Shifted double JPEG found, share of \(pictures) pictures",
      rowTitle: "first quality", columnTitle: "second quality",
      rows: ["once", "cropped", "same grid"] + names, columns: names,
      values: others.map(\.1) + detection)
    return ExperimentResult(
      tables: [
        tables.table(
          "shifted-jpeg-detected",
          "Share of \(pictures) pictures found to be saved twice on shifted grids; first three "
            + "rows: false alarms.", others + tables.rows(detection), 2),
        tables.table(
          "shifted-jpeg-place", "Share of those found whose shift is right.",
          tables.rows(cells { QualityTable.share($0.filter(\.isDetected), \.isPlaceRight) }), 2),
        tables.table(
          "shifted-jpeg-error", "Mean absolute error of the first quality, where found.",
          tables.rows(
            cells { trials in
              let found = trials.filter(\.isDetected)
              guard !found.isEmpty else { return .nan }
              return Double(found.reduce(0) { $0 + $1.error }) / Double(found.count)
            }), 1),
      ],
      figures: [
        .init(
          name: "shifted-jpeg-detected",
          caption: "Shifted double JPEG found, by first and second quality.", svg: chart.svg)
      ], remarks: remarks(shifted))
  }

  private func remarks(_ shifted: [Trial]) -> [String] {
    let quiet = [ShiftedJPEGExperiment.History.once, .croppedOnce, .sameGrid].map { history in
      let own = trials.filter { $0.history == history }
      return "Strength of the \(own.count) files of “\(history.words)”: "
        + QualityTable.spread(own.map(\.strength), threshold: ShiftedCompression.threshold)
        + ", reached by \(own.count(where: \.isDetected))."
    }
    let told = shifted.filter { $0.isDetected && $0.step != nil }
    let right = told.count { $0.step == true }
    return quiet + [
      "The first step of the mean brightness is told for \(told.count) of "
        + "\(shifted.count(where: \.isDetected)) files found, and is right for \(right).",
      experiment.source.words
        + " Random shifts, 63 alike, three of which cannot be told. "
        + "\(tooSmall) pictures had fewer than \(ShiftedCompression.fewestBlocks) blocks.",
    ]
  }
}
