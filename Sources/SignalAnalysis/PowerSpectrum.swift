import CKernels
import CKissFFT

/// |DFT|² of a 256 × 256 residual: non-negative frequencies across, all frequencies down.
package struct PowerSpectrum: Sendable {
  package static let side = ViewPlanes.side
  /// Horizontal frequencies 0…128.
  package static let columns = side / 2 + 1

  /// `values[u × 256 + v]`: horizontal frequency u (0…128), vertical frequency v (0…255, those
  /// beyond 128 standing for v − 256), in squared sample units.
  package let values: [Float]

  /// The spectrum of a residual, clipped to ±`limit` so that a few strong edges do not hide the
  /// texture, under a Hann window so that the borders do not leak.
  package init(ofResidual residual: [Int16], limit: Int32) {
    var picture = [Float](repeating: 0, count: Self.side * Self.side)
    fk_windowed(residual, limit, Self.window, &picture)
    self.init(ofPicture: picture)
  }

  /// The spectrum of 256 × 256 real values, as they are.
  /// - Precondition: 65 536 values.
  package init(ofPicture picture: [Float]) {
    precondition(picture.count == Self.side * Self.side)
    let size = Self.columns * Self.side
    values = [Float](unsafeUninitializedCapacity: size) { power, count in
      if let plan = Plan.shared.pointer,
        kf_power(plan, picture, power.baseAddress) == 0
      {
        count = size
      } else {
        // Only without memory: an empty spectrum.
        power.initialize(repeating: 0)
        count = size
      }
    }
  }

  /// The base-2 logarithms of the values plus `floor`.
  package func logarithms(floor: Float) -> [Float] {
    var logarithms = values.map { $0 + floor }
    fk_log2(&logarithms, Int32(logarithms.count))
    return logarithms
  }

  /// The power at any pair of frequencies, taken modulo 256; a real picture's spectrum is even.
  package func power(horizontal: Int, vertical: Int) -> Float {
    let u = horizontal & (Self.side - 1)
    let v = vertical & (Self.side - 1)
    return u < Self.columns
      ? values[u * Self.side + v]
      : values[(Self.side - u) * Self.side + (Self.side - v) & (Self.side - 1)]
  }

  private static let window: [Float] = HannWindow.values

  /// KissFFT's tables, made once and only read afterwards.
  private struct Plan: @unchecked Sendable {
    let pointer: OpaquePointer?
    static let shared = Plan(pointer: kf_plan_make(Int32(PowerSpectrum.side)))
  }
}
