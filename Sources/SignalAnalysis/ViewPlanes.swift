import CKernels
import ImageCodecs

/// The five integer planes that features are counted on, of one 256 × 256 RGB view.
package struct ViewPlanes: Sendable {
  package enum Plane: Int, Sendable, CaseIterable {
    case luma, blueChroma, redChroma, redMinusGreen, blueMinusGreen
  }

  package static let side = Int(FK_SIDE)
  package static let area = side * side

  private let samples: [Int16]

  /// - Precondition: 256 × 256, three channels.
  package init(_ view: PixelBuffer) {
    precondition(view.width == Self.side && view.height == Self.side && view.channels == 3)
    samples = [Int16](unsafeUninitializedCapacity: 5 * Self.area) { target, count in
      view.samples.withUnsafeBufferPointer { fk_colour_planes($0.baseAddress, target.baseAddress) }
      count = 5 * Self.area
    }
  }

  /// 65 536 samples, row by row.
  package func samples(of plane: Plane) -> ArraySlice<Int16> {
    samples[(plane.rawValue * Self.area)..<((plane.rawValue + 1) * Self.area)]
  }

  package func withSamples<Result>(
    of plane: Plane, _ body: (UnsafePointer<Int16>) -> Result
  ) -> Result? {
    samples.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { body($0 + plane.rawValue * Self.area) }
    }
  }

  /// The sums of a plane's samples and of their squares.
  package func sums(of plane: Plane) -> (values: Int, squares: Int) {
    var (values, squares): (Int64, Int64) = (0, 0)
    _ = withSamples(of: plane) { fk_plane_sums($0, &values, &squares) }
    return (Int(values), Int(squares))
  }

  /// The residual of one plane, 65 536 values, 0 near the border. `down` runs the kernel along
  /// columns instead of rows.
  package func residual(
    of plane: Plane, _ kernel: CooccurrencePass.Kernel, down: Bool = false
  ) -> [Int16] {
    [Int16](unsafeUninitializedCapacity: Self.area) { residual, count in
      _ = withSamples(of: plane) {
        fk_residual($0, kernel.rawValue, down ? 1 : 0, residual.baseAddress)
      }
      count = Self.area
    }
  }
}
