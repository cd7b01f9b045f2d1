import Detectors
import ForensicCore
import FoundationEssentials
import PixelNetwork
import Safetensors

/// A network for a bundle: as it runs, and the bytes of its file.
public struct TrainedNetwork: Sendable {
  /// The name of the file within a bundle.
  static let file = "convolutions.safetensors"

  public let network: PixelNetwork
  let bytes: [UInt8]

  var digest: SHA256Digest { BundleDigest.of(bytes) }

  /// Reads the file that `training/train_network.py` wrote.
  public init(path: String) throws(LaboratoryError) {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else { throw .unreadable(path) }
    bytes = [UInt8](data)
    do {
      network = try PixelNetwork(from: SafetensorsFile(bytes: bytes, name: path))
    } catch { throw .training("\(path) is no network: \(error)") }
  }

  /// Copies the file into a bundle's folder.
  func write(into folder: String) throws(LaboratoryError) -> BundleDescription.Weights {
    let path = "\(folder)/\(Self.file)"
    do { try Data(bytes).write(to: URL(filePath: path), options: .atomic) } catch {
      throw .unwritable(path)
    }
    return BundleDescription.Weights(file: Self.file, sha256: digest)
  }
}
