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
    let names = qualities.map(String.init)
    let shifted = trials.filter { $0.history == .shifted }
    func cells(_ body: ([Trial]) -> Double) -> [[Double]] {
      qualities.map { first in
        qualities.map { second in
          body(shifted.filter { $0.first == first && $0.second == second })
        }
      }
    }
    let detection = cells { Self.share($0, \.isDetected) }
    let others = [ShiftedJPEGExperiment.History.once, .croppedOnce, .sameGrid].map { history in
      (
        history.words,
        qualities.map { second in
          Self.share(trials.filter { $0.history == history && $0.second == second }, \.isDetected)
        }
      )
    }
    func table(
      _ name: String, _ caption: String, _ rows: [(String, [Double])], _ decimals: Int
    ) -> ExperimentTable {
      ExperimentTable(
        name: name, caption: caption, columns: ["first \\ second"] + names,
        rows: rows.map { name, row in
          [.text(name)] + row.map { ExperimentTable.Cell.figure($0, decimals: decimals) }
        })
    }
    func rows(_ values: [[Double]]) -> [(String, [Double])] { Array(zip(names, values)) }
    let chart = MatrixChart(
      title: "Shifted double JPEG found, share of \(pictures) pictures",
      rowTitle: "first quality", columnTitle: "second quality",
      rows: ["once", "cropped", "same grid"] + names, columns: names,
      values: others.map(\.1) + detection)
    return ExperimentResult(
      tables: [
        table(
          "shifted-jpeg-detected",
          "Share of \(pictures) pictures found to be saved twice on shifted grids; first three "
            + "rows: false alarms.", others + rows(detection), 2),
        table(
          "shifted-jpeg-place", "Share of those found whose shift is right.",
          rows(cells { Self.share($0.filter(\.isDetected), \.isPlaceRight) }), 2),
        table(
          "shifted-jpeg-error", "Mean absolute error of the first quality, where found.",
          rows(
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
      let sorted = own.map(\.strength).sorted()
      func quantile(_ share: Double) -> String {
        sorted.isEmpty
          ? "–"
          : ExperimentTable.format(
            sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))], 1)
      }
      return "Strength of the \(own.count) files of “\(history.words)”: 95 % up to "
        + "\(quantile(0.95)), 99 % up to \(quantile(0.99)), all up to \(quantile(1)); threshold "
        + "\(ExperimentTable.format(ShiftedCompression.threshold, 1)), reached by "
        + "\(own.count(where: \.isDetected))."
    }
    let told = shifted.filter { $0.isDetected && $0.step != nil }
    let right = told.count { $0.step == true }
    return quiet + [
      "The first step of the mean brightness is told for \(told.count) of "
        + "\(shifted.count(where: \.isDetected)) files found, and is right for \(right).",
      "Pictures: the \(experiment.split.rawValue) split's real ones, longer side at least "
        + "\(experiment.shortestSide) pixels, made smaller by a fifth before the first saving; 4:2:0, "
        + "libjpeg-turbo, standard tables. Random shifts, 63 alike, three of which cannot be told. "
        + "\(tooSmall) pictures had fewer than \(ShiftedCompression.fewestBlocks) blocks.",
    ]
  }

  private static func share(_ trials: [Trial], _ property: KeyPath<Trial, Bool>) -> Double {
    guard !trials.isEmpty else { return .nan }
    return Double(trials.count { $0[keyPath: property] }) / Double(trials.count)
  }
}
