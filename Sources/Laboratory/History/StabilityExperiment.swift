import Detectors
import ForensicCore
import ImageCodecs
import JPEGForensics

/// How often small changes of a picture turn a bundle's answer round, and how many of the answers that
/// they turn were wrong: what it costs, and what it is good for.
public struct StabilityExperiment: Sendable {
  public var split = Split.validation
  /// The first so many pictures of each class; 0 for all.
  public var pictures = 0
  public var threads = 0

  let ensemble: Ensemble

  public init(ensemble: Ensemble) { self.ensemble = ensemble }

  /// What came of one picture.
  package struct Trial: Hashable, Sendable {
    package var isGenerated: Bool
    /// Before it was known which changes turn it round.
    package var leaning: Conclusion.Leaning
    package var stability: Stability

    package init(isGenerated: Bool, leaning: Conclusion.Leaning, stability: Stability) {
      self.isGenerated = isGenerated
      self.leaning = leaning
      self.stability = stability
    }

    /// Whether the answer was one, and the wrong one.
    var isWrong: Bool { leaning == (isGenerated ? .camera : .generated) }
    var isStated: Bool { leaning != .inconclusive }
    func turns(_ change: Stability.Change) -> Bool {
      stability.turned(from: leaning).contains { $0.change == change }
    }
  }

  /// - Parameter images: the folder that the manifest's files are below.
  public func run(
    manifest: Manifest, images: String, progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> ExperimentResult {
    let entries = [false, true].flatMap { isGenerated in
      let own = manifest.entries(of: split).filter { $0.isGenerated == isGenerated }
      return pictures > 0 ? Array(own.prefix(pictures)) : own
    }
    guard !entries.isEmpty else { throw .emptyDataSet("the split has no picture") }
    let counter = Counter(stage: "stability", total: entries.count, progress)
    let trials = try Parallel.map(entries.count, threads: threads) {
      index throws(LaboratoryError) -> Trial? in
      defer { counter.step() }
      return try trial(entries[index], images)
    }
    return Self.result(trials.compactMap { $0 }, split: split)
  }

  /// `nil` where no ratio is formed.
  private func trial(
    _ entry: Manifest.Entry, _ images: String
  ) throws(LaboratoryError) -> Trial? {
    let path = "\(images)/\(entry.file)"
    let bytes = try PictureSource.read(path, sha256: entry.sha256)
    let image = try PictureSource.image(bytes, file: path)
    let pixels = try PictureSource.region(of: image.pixels, entry: entry)
    // A region is no file of its own, and its tables are those of the file.
    let quality = (try? JPEGStructure.parse(bytes))?.quality.estimate
    let conclusion = ensemble.examine(
      pixels, jpegQuality: quality, soundRows: entry.region == nil ? image.soundRows : nil,
      stability: .unlimited, figures: false
    ).conclusion
    return conclusion.stability.map {
      Trial(
        isGenerated: entry.isGenerated,
        leaning: ensemble.bundle.decision.leaning(conclusion.logLikelihoodRatio),
        stability: $0)
    }
  }
}
