import PixelNetwork
import SignalAnalysis

extension DetectorKind {
  /// What a trained network finds in the high-pass residual.
  static func network(_ network: PixelNetwork) -> DetectorKind {
    DetectorKind(
      name: "network",
      summary: """
        Looks with a compact convolutional network for the traces that a camera's demosaicing and \
        a generator's decoder leave in the high-pass residual.
        """,
      extractor: network, figure: nil)
  }

  /// The network's features and those made by hand, weighed together.
  static func combined(with network: PixelNetwork) -> DetectorKind {
    DetectorKind(
      name: "combined",
      summary: """
        Weighs what the network finds, the frequency spectrum, the dependencies between \
        neighbouring noise values and the statistics of colour against each other in one classifier.
        """,
      extractor: JoinedFeatures(name: "combined", JoinedFeatures().parts + [network]), figure: nil)
  }
}
