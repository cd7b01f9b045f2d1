import CKernels
import Glibc

/// The moments of AdamW for one array of weights (Kingma and Ba, 2015; Loshchilov and Hutter,
/// 2019), with β₁ = 0.9 and β₂ = 0.999.
struct Adam {
  private var mean: [Float]
  private var square: [Float]
  private var step = 0
  private let epsilon: Double

  init(_ count: Int, epsilon: Double = 1e-8) {
    mean = Array(repeating: 0, count: count)
    square = mean
    self.epsilon = epsilon
  }

  /// One step of size `rate`; `decay` shrinks each weight by `rate · decay` of itself.
  mutating func update(_ weights: inout [Float], _ gradient: [Float], rate: Double, decay: Double) {
    precondition(weights.count == mean.count && gradient.count == mean.count)
    step += 1
    // Both bias corrections, folded into the step size and epsilon (Kingma and Ba, section 2).
    let correction = (1 - pow(0.999, Double(step))).squareRoot()
    let size = rate * correction / (1 - pow(0.9, Double(step)))
    fk_adam(
      &weights, gradient, &mean, &square, weights.count, Float(size), 0.9, 0.999,
      Float(epsilon * correction), Float(rate * decay))
  }
}
