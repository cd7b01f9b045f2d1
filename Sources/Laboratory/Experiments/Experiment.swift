/// One experiment of the seed report, or one that it lacked, on any data set.
public protocol Experiment: Sendable {
  /// What the command line calls it.
  var name: String { get }
  var title: String { get }
  /// Where the report has it, such as `Table 1`; empty where it does not.
  var reference: String { get }
  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult
}

extension Experiment {
  /// A heading with the place in the report.
  public var heading: String { reference.isEmpty ? title : "\(title) (\(reference))" }
}

/// All experiments, in the order of the report.
public enum Experiments {
  public static let all: [any Experiment] = [
    SpectraExperiment(), QualityMatrix(), BinaryConfusion(), FamilyConfusion(), HeadComparison(),
    FamilyAccuracy(), FineTuning(), MetaExperiment(), ColourExperiment(),
    DoubleExperiment(), FeatureComparison(),
    TipCacheSize(), TipAlpha(), TipEpochs(), LeaveOneSourceOut(), Reliability(),
    QualityAndSize(),
  ]

  /// The experiment that `forensicctl experiment NAME` runs; `nil` for a name that is none.
  public static func named(_ name: String) -> (any Experiment)? { all.first { $0.name == name } }
}
