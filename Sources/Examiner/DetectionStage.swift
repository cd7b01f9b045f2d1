import Detectors
import ForensicCore
import ImageCodecs
import ModelStore

/// The ensemble, or why there is none.
struct DetectionStage: Sendable {
  private enum Source: Sendable {
    case loaded(Ensemble)
    case missing(reason: String)
  }

  private let source: Source
  /// How long stability may be looked at.
  private let allowance: TimeAllowance
  /// Seconds that occlusion maps may take.
  private let occlusion: Double?

  init(bundle directory: String?, models: String?, budgets: [ExaminationMethod: Double] = [:]) {
    allowance = TimeAllowance(seconds: budgets[.stability])
    let method = ExaminationMethod.occlusion
    occlusion = budgets[method] ?? method.standardBudget
    guard let directory else {
      source = .missing(reason: "No model bundle was found.")
      return
    }
    do {
      source = .loaded(
        try Ensemble.load(bundle: directory, models: models.map(ModelStore.init)))
    } catch {
      source = .missing(reason: "The model bundle cannot be used: \(error).")
    }
  }

  /// The bundle's name (`none` without one) and digest, or why there is none.
  var identity: (name: String, digest: SHA256Digest?, failure: String?) {
    switch source {
    case .loaded(let ensemble): (ensemble.bundleName, ensemble.bundleDigest, nil)
    case .missing(let reason): ("none", nil, reason)
    }
  }

  func examine(
    _ decoded: DecodedImage, jpegQuality: Int?, without: Set<ExaminationMethod>, figures: Bool
  ) -> EnsembleResult {
    switch source {
    case .loaded(let ensemble):
      ensemble.examine(
        decoded.pixels, jpegQuality: jpegQuality, soundRows: decoded.soundRows,
        tiles: !without.contains(.tileScores),
        occlusion: without.contains(.occlusion) ? nil : occlusion,
        stability: without.contains(.stability) ? nil : allowance, figures: figures)
    case .missing(let reason): Self.nothing(because: reason)
    }
  }

  /// What is said of a picture that no detector looked at: even odds, and why.
  private static func nothing(because reason: String) -> EnsembleResult {
    EnsembleResult(
      detectors: DetectorKind.handMade.map {
        DetectorResult(name: $0.name, summary: $0.summary, ran: false, reason: reason)
      },
      conclusion: Conclusion(
        leaning: .inconclusive, probabilityGenerated: 0.5, logLikelihoodRatio: 0, prior: 0.5,
        words: "The pixels were not examined.", reason: reason,
        families: [GeneratorFamily.real.rawValue: 0.5, "generated": 0.5], errorRate: nil,
        noRatio: true),
      figures: [], findings: [],
      notExamined: [Examination.Omission(what: "The pixels", why: reason)])
  }
}
