import Detectors
import ForensicCore

/// A bundle whose networks a training goes on from (fine-tuning).
public struct StartBundle: Sendable {
  public let name: String
  public let digest: SHA256Digest
  /// What it learnt from. Its networks remember that, so that nothing of it is strange to what they
  /// become.
  public let training: BundleDescription.Training
  /// Heads of two layers, by detector.
  let networks: [String: DenseHead]

  /// Takes the networks whose features this version computes; fails where there are none.
  public init(_ bundle: ModelBundle) throws(LaboratoryError) {
    var networks = [String: DenseHead]()
    for (detector, head) in zip(bundle.description.detectors, bundle.heads) {
      guard case .dense(let network) = head, network.layers.count == 2,
        detector.featuresVersion == DetectorKind.named(detector.name)?.extractor.version
      else { continue }
      networks[detector.name] = network
    }
    guard !networks.isEmpty else {
      throw .training("\(bundle.description.name) holds no network that could be trained on")
    }
    self.networks = networks
    name = bundle.description.name
    digest = bundle.digest
    training = bundle.description.training
  }

  /// What the recipe of a bundle says of where it went on from.
  var recipe: [String: String] {
    ["from": name, "fromDigest": digest.hex, "fromManifest": training.manifest.hex]
  }
}
