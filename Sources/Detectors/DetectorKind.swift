import PixelNetwork
import SignalAnalysis

/// The detectors that this version can build from a bundle: what each looks at, and with which
/// features. One file each.
package struct DetectorKind: Sendable {
  package let name: String
  package let summary: String
  package let extractor: any FeatureExtractor
  package let figure: String?
  /// Whether its head learns from large sources alone, behind a gate that tells them from others.
  package let isFamiliar: Bool

  init(
    name: String, summary: String, extractor: any FeatureExtractor, figure: String?,
    isFamiliar: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.extractor = extractor
    self.figure = figure
    self.isFamiliar = isFamiliar
  }

  /// Those whose features are made by hand, in the order in which a new bundle lists them.
  package static let handMade: [DetectorKind] = [
    .spectrum, .residual, .colour, .halfSize, .texture, .quarterSize, .joined,
  ]

  /// All that can be built, the last two only where there is a network.
  package static func all(with network: PixelNetwork?) -> [DetectorKind] {
    handMade + [.familiar] + (network.map { [.network($0), .combined(with: $0)] } ?? [])
  }

  package static func named(_ name: String, network: PixelNetwork? = nil) -> DetectorKind? {
    all(with: network).first { $0.name == name }
  }
}
