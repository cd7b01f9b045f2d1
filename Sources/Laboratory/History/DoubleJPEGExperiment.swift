import ForensicCore
import ImageCodecs
import JPEGForensics

/// Double JPEG over first × second quality, on pictures made here: real pictures are made smaller,
/// which erases the traces of their own saving, and are saved once or twice.
public struct DoubleJPEGExperiment: Sendable {
  /// Both axes of the matrix.
  public var qualities = Array(stride(from: 60, through: 95, by: 5))
  public var split = Split.test
  /// The first so many pictures of the split; 0 for all.
  public var pictures = 0
  public var threads = 0
  /// Pictures whose longer side is shorter are left out.
  public var shortestSide = 384

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
    var entries = manifest.entries(of: split).filter {
      !$0.isGenerated && $0.region == nil && max($0.width, $0.height) >= shortestSide
    }
    if pictures > 0 { entries = Array(entries.prefix(pictures)) }
    guard !entries.isEmpty else { throw .emptyDataSet("no real picture is large enough") }
    let chosen = entries
    let counter = Counter(stage: "double JPEG", total: chosen.count, progress)
    let trials = try Parallel.map(chosen.count, threads: threads) {
      index throws(LaboratoryError) -> [Trial] in
      defer { counter.step() }
      return try self.trials(chosen[index], images: images)
    }
    return result(trials.flatMap { $0 }, pictures: chosen.count)
  }

  private func trials(
    _ entry: Manifest.Entry, images: String
  ) throws(LaboratoryError) -> [Trial] {
    let picture = try PictureSource.load("\(images)/\(entry.file)", sha256: entry.sha256)
    let side = max(picture.width, picture.height) * 4 / 5
    let fresh = ImageScaler.areaAverage(picture, maxSide: side)
    do {
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
    } catch {
      throw .unusablePicture(file: entry.file, detail: error.message)
    }
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
    let names = qualities.map(String.init)
    func cells(_ body: ([Trial]) -> Double) -> [[Double]] {
      qualities.map { first in
        qualities.map { second in
          body(trials.filter { $0.first == first && $0.second == second })
        }
      }
    }
    let detection = cells { Self.share($0, \.detected) }
    let error = cells { trials in
      let found = trials.filter(\.detected)
      guard !found.isEmpty else { return .nan }
      let sum = found.reduce(0) { $0 + abs($1.estimate - ($1.first ?? 0)) }
      return Double(sum) / Double(found.count)
    }
    let alarms = qualities.map { second in
      Self.share(trials.filter { $0.first == nil && $0.second == second }, \.detected)
    }
    let medians = cells { trials in
      let sorted = trials.map(\.evidence).sorted()
      return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
    let once = trials.filter { $0.first == nil }.map(\.evidence).sorted()
    func quantile(_ share: Double) -> Double {
      once.isEmpty ? .nan : once[min(once.count - 1, Int(share * Double(once.count)))]
    }
    func table(
      _ name: String, _ caption: String, _ values: [[Double]], _ decimals: Int,
      once: [Double]? = nil
    ) -> ExperimentTable {
      var rows = zip(names, values).map { name, row in
        [.text(name)] + row.map { ExperimentTable.Cell.figure($0, decimals: decimals) }
      }
      if let once {
        rows.insert(
          [.text("saved once")] + once.map { .figure($0, decimals: decimals) }, at: 0)
      }
      return ExperimentTable(
        name: name, caption: caption, columns: ["first \\ second"] + names, rows: rows)
    }
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
        table(
          "double-jpeg-detected",
          "Share of \(pictures) pictures found to be saved twice; first row: false alarms.",
          detection, 2, once: alarms),
        table(
          "double-jpeg-error", "Mean absolute error of the first quality, where found.", error, 1),
        table("double-jpeg-evidence", "Median log-likelihood ratio.", medians, 0),
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
        "Evidence (natural logarithm) of the \(once.count) files saved once: 95 % up to "
          + "\(ExperimentTable.format(quantile(0.95), 1)), 99 % up to "
          + "\(ExperimentTable.format(quantile(0.99), 1)), all up to "
          + "\(ExperimentTable.format(quantile(1), 1)); threshold "
          + "\(ExperimentTable.format(DoubleCompression.threshold, 1)).",
        "Pictures: the \(split.rawValue) split's real ones, longer side at least "
          + "\(shortestSide) pixels, made smaller by a fifth before the first saving; 4:2:0, "
          + "libjpeg-turbo, standard tables.",
        "On the diagonal both savings have the same table: there is nothing left to see.",
      ])
  }

  private static func share(_ trials: [Trial], _ property: KeyPath<Trial, Bool>) -> Double {
    guard !trials.isEmpty else { return .nan }
    return Double(trials.count { $0[keyPath: property] }) / Double(trials.count)
  }
}
