import CDNNL
import CKernels
import ImageCodecs
import Safetensors
import SignalAnalysis
import Synchronization

/// A compact convolutional network over the high-pass residual of a view, and the mean of its
/// last planes as features.
///
/// The fixed filter takes the picture's content away before anything is learnt; convolutions
/// (3 × 3, ReLU, batch normalisation folded into them) then respond to the traces of demosaicing
/// or of a decoder's up-sampling. `training/train_network.py` makes the file, oneDNN runs it.
public final class PixelNetwork: FeatureExtractor {
  public let name = "network"
  public let version = 1
  /// The planes of the last convolution.
  public let dimension: Int
  /// Trained weights and biases in sum.
  public let parameterCount: Int

  private let range: Float
  private let convolutions: Convolutions
  /// Passes that no thread is using.
  private let idle: Mutex<[Pass]>

  /// Reads the tensors `conv1.weight` (outputs × 3 × 3 × 3), `conv1.bias` (outputs), `conv2.…`,
  /// `strides` (one a convolution, 1 or 2) and `range` (one number, levels of 255).
  public init(from source: some TensorSource) throws(PixelNetworkError) {
    let plan = try PixelNetworkPlan(from: source)
    range = plan.range
    dimension = plan.layers.last?.outputs ?? 0
    parameterCount = plan.layers.reduce(0) { $0 + $1.weights.count + $1.bias.count }
    convolutions = try Convolutions(plan.layers, side: ViewSampler.side)
    idle = Mutex([try Pass(over: convolutions)])
  }

  public func features(of analysis: ViewAnalysis) -> [Float] { features(of: analysis.view) }

  /// The features of 256 × 256 RGB samples; the same bits on every thread.
  package func features(of view: PixelBuffer) -> [Float] {
    let side = ViewSampler.side
    precondition(view.width == side && view.height == side && view.channels == 3)
    let planes = [Float](unsafeUninitializedCapacity: 3 * side * side) { target, count in
      view.samples.withUnsafeBufferPointer {
        fk_binomial_residual($0.baseAddress, side, side, range, target.baseAddress)
      }
      count = 3 * side * side
    }
    guard let pass = idle.withLock({ $0.popLast() }) ?? (try? Pass(over: convolutions)) else {
      // As for an array that cannot be allocated.
      preconditionFailure("no memory for the planes of the network")
    }
    defer { idle.withLock { $0.append(pass) } }
    return pass.run(planes, dimension: dimension)
  }
}
