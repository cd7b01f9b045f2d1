import SignalAnalysis

/// The detectors that this version can build from a bundle: what each looks at, and with which
/// features. One file each.
package struct DetectorKind: Sendable {
  package let name: String
  package let summary: String
  package let extractor: any FeatureExtractor
  package let figure: String?

  /// In the order in which a new bundle lists them.
  package static let all: [DetectorKind] = [.spectrum, .residual, .colour, .joined]

  package static func named(_ name: String) -> DetectorKind? { all.first { $0.name == name } }
}
