import Detectors
import ForensicCore
import ImageCodecs
import JPEGForensics

/// How well the detectors' scores square by square find a generated part: camera pictures of which
/// half is replaced by a generated picture, both saved together, and pictures of one piece.
public struct TileExperiment: Sendable {
  public var split = Split.test
  public var qualities = [75, 90]
  public var threads = 0

  let ensemble: Ensemble

  public init(ensemble: Ensemble) { self.ensemble = ensemble }

  /// What came of one picture at one quality.
  struct Trial: Sendable {
    enum Kind: CaseIterable { case camera, generated, half }

    var quality: Int
    var kind: Kind
    /// Of the drawn map against the generated half.
    var auc = Double.nan
    /// Where cells above a likelihood ratio of 1 are called generated.
    var f1 = Double.nan
    /// Whether some squares are called generated and others camera's.
    var isMixed: Bool
  }

  /// - Parameter images: the folder that the manifest's files are below.
  public func run(
    manifest: Manifest, images: String, progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> ExperimentResult {
    let entries = manifest.entries(of: split)
    let cameras = entries.filter {
      !$0.isGenerated && $0.region == nil && min($0.width, $0.height) >= 256
        && max($0.width, $0.height) >= 384
    }
    let generated = entries.filter(\.isGenerated)
    guard !cameras.isEmpty, !generated.isEmpty else {
      throw .emptyDataSet("no real picture is large enough, or none is generated")
    }
    let counter = Counter(stage: "tiles", total: cameras.count, progress)
    let trials = try Parallel.map(cameras.count, threads: threads) {
      index throws(LaboratoryError) -> [Trial] in
      defer { counter.step() }
      let camera = try Self.load(cameras[index], images)
      // The next generated picture that is large enough.
      for offset in generated.indices {
        let entry = generated[(index * 7 + offset) % generated.count]
        guard (entry.region?.width ?? entry.width) >= camera.width,
          (entry.region?.height ?? entry.height) >= camera.height
        else { continue }
        let other = try Self.load(entry, images)
          .cropped(x: 0, y: 0, width: camera.width, height: camera.height)
        return try self.trials(camera, other, isFirst: index % 2 == 0, file: entry.file)
      }
      return []
    }
    return result(trials.flatMap { $0 })
  }

  private static func load(
    _ entry: Manifest.Entry, _ images: String
  ) throws(LaboratoryError) -> PixelBuffer {
    try PictureSource.region(
      of: PictureSource.load("\(images)/\(entry.file)", sha256: entry.sha256), entry: entry)
  }

  /// - Parameter isFirst: whether the left or upper half is the generated one.
  private func trials(
    _ camera: PixelBuffer, _ generated: PixelBuffer, isFirst: Bool, file: String
  ) throws(LaboratoryError) -> [Trial] {
    let isWide = camera.width >= camera.height
    let changed = (0..<(camera.width * camera.height)).map { pixel in
      let place = isWide ? pixel % camera.width : pixel / camera.width
      return (place < max(camera.width, camera.height) / 2) == isFirst
    }
    var samples = camera.samples
    for pixel in changed.indices where changed[pixel] {
      for channel in 0..<3 { samples[pixel * 3 + channel] = generated.samples[pixel * 3 + channel] }
    }
    let half = PixelBuffer(
      width: camera.width, height: camera.height, channels: 3, samples: samples)
    var trials = [Trial]()
    do {
      for quality in qualities {
        for (kind, picture) in zip(Trial.Kind.allCases, [camera, generated, half]) {
          let saved = try ImageDecoder.decode(ImageEncoder.jpeg(picture, quality: quality)).pixels
          let result = ensemble.examine(saved, jpegQuality: quality, tiles: true)
          guard let map = result.maps.first?.map, let finding = result.findings.first else {
            continue
          }
          var trial = Trial(
            quality: quality, kind: kind,
            isMixed: finding.result["generated"] != "0" && finding.result["camera"] != "0")
          if kind == .half {
            let score = LocalisationExperiment.score(map, changed, width: camera.width)
            trial.auc = score?.auc ?? .nan
            trial.f1 = score?.f1AboveZero ?? .nan
          }
          trials.append(trial)
        }
      }
    } catch { throw .unusablePicture(file: file, detail: error.message) }
    return trials
  }

  private func result(_ trials: [Trial]) -> ExperimentResult {
    let rows = qualities.map { quality -> [ExperimentTable.Cell] in
      func of(_ kind: Trial.Kind) -> [Trial] {
        trials.filter { $0.quality == quality && $0.kind == kind }
      }
      let halves = of(.half)
      func mixed(_ kind: Trial.Kind) -> ExperimentTable.Cell {
        let trials = of(kind)
        return .share(
          trials.isEmpty ? .nan : Double(trials.count(where: \.isMixed)) / Double(trials.count))
      }
      return [
        .text("\(quality)"), .text("\(halves.count)"),
        .share(LocalisationExperiment.mean(halves.map(\.auc))),
        .share(LocalisationExperiment.mean(halves.map(\.f1))), mixed(.half), mixed(.camera),
        mixed(.generated),
      ]
    }
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "tiles",
          caption: "Scores square by square, camera pictures of which half is generated.",
          columns: [
            "quality", "pictures", "mean AUC", "F1", "divided", "divided, camera only",
            "divided, generated only",
          ], rows: rows)
      ],
      remarks: [
        "Real pictures of the \(split.rawValue) split with sides of at least 256 and 384 pixels; "
          + "one half of the longer side is that of a generated picture. AUC: over the pixels of one "
          + "picture. F1: where the map is above a likelihood ratio of 1. Divided: some squares are "
          + "called generated and others camera's; wrong for pictures of one piece."
      ])
  }
}
