import ForensicCore
import ImageCodecs
import JPEGForensics

/// Double JPEG over first × second quality, on pictures made here: real pictures are made smaller,
/// which erases the traces of their own saving, and are saved once or twice.
public struct DoubleJPEGExperiment: Sendable {
  /// Both axes of the matrix.
  public var qualities = Array(stride(from: 60, through: 95, by: 5))
  public var source = FreshPictures()

  public init() {}

  /// One analysis: of a file saved at `first` (nil: only once) and `second`.
  struct Trial: Sendable {
    var first: Int?
    var second: Int
    var evidence: Double
    var blocks: Int
    var detected: Bool
    var estimate: Int
  }

  /// - Parameter images: the folder that the manifest's files are below.
  public func run(
    manifest: Manifest, images: String, progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> ExperimentResult {
    let trials = try source.trials(
      manifest: manifest, images: images, stage: "double JPEG", progress: progress
    ) { fresh, _ throws(ExaminationFailure) in try self.trials(fresh) }
    return result(trials.flatMap { $0 }, pictures: trials.count)
  }

  private func trials(_ fresh: PixelBuffer) throws(ExaminationFailure) -> [Trial] {
    var trials = [Trial]()
    for second in qualities {
      trials.append(try trial(fresh, first: nil, second: second))
    }
    for first in qualities {
      let once = try ImageDecoder.decode(try ImageEncoder.jpeg(fresh, quality: first)).pixels
      for second in qualities {
        trials.append(try trial(once, first: first, second: second))
      }
    }
    return trials
  }

  private func trial(
    _ picture: PixelBuffer, first: Int?, second: Int
  ) throws(ExaminationFailure) -> Trial {
    let bytes = try ImageEncoder.jpeg(picture, quality: second)
    let found = DoubleCompression(try JPEGCoefficients.read(bytes))
    return Trial(
      first: first, second: second, evidence: found.evidence, blocks: found.blocks,
      detected: found.isDetected, estimate: found.firstQuality)
  }

  private func result(_ trials: [Trial], pictures: Int) -> ExperimentResult {
    let tables = QualityTable(qualities: qualities)
    let names = tables.names
    func cells(_ body: ([Trial]) -> Double) -> [[Double]] {
      qualities.map { first in
        qualities.map { second in
          body(trials.filter { $0.first == first && $0.second == second })
        }
      }
    }
    let detection = cells { QualityTable.share($0, \.detected) }
    let error = cells { trials in
      let found = trials.filter(\.detected)
      guard !found.isEmpty else { return .nan }
      let sum = found.reduce(0) { $0 + abs($1.estimate - ($1.first ?? 0)) }
      return Double(sum) / Double(found.count)
    }
    let alarms = qualities.map { second in
      QualityTable.share(trials.filter { $0.first == nil && $0.second == second }, \.detected)
    }
    let medians = cells { trials in
      let sorted = trials.map(\.evidence).sorted()
      return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
    let once = trials.filter { $0.first == nil }.map(\.evidence)
    let chart = MatrixChart(
      title: "Double JPEG found, share of \(pictures) pictures", rowTitle: "first quality",
      columnTitle: "second quality", rows: ["once"] + names, columns: names,
      values: [alarms] + detection)
    let errorChart = MatrixChart(
      title: "Mean error of the first quality, of 10", rowTitle: "first quality",
      columnTitle: "second quality", rows: names, columns: names,
      values: error.map { $0.map { $0 / 10 } })
    return ExperimentResult(
      tables: [
        tables.table(
          "double-jpeg-detected",
          "Share of \(pictures) pictures found to be saved twice; first row: false alarms.",
          [("saved once", alarms)] + tables.rows(detection), 2),
        tables.table(
          "double-jpeg-error", "Mean absolute error of the first quality, where found.",
          tables.rows(error), 1),
        tables.table(
          "double-jpeg-evidence", "Median log-likelihood ratio.", tables.rows(medians), 0),
      ],
      figures: [
        .init(
          name: "double-jpeg-detected", caption: "Double JPEG found, by first and second quality.",
          svg: chart.svg),
        .init(
          name: "double-jpeg-error",
          caption: "Mean absolute error of the first quality where found, in tenths.",
          svg: errorChart.svg),
      ],
      remarks: [
        "Evidence (natural logarithm) of the \(once.count) files saved once: "
          + QualityTable.spread(once, threshold: DoubleCompression.threshold) + ".",
        source.words,
        "On the diagonal both savings have the same table: there is nothing left to see.",
      ])
  }
}
