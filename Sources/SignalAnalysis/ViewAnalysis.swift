import ImageCodecs

/// What several extractors and the report's figure need of one view, worked out once: the integer
/// planes, and the power spectrum of the luma residual.
public struct ViewAnalysis: Sendable {
  /// 256 × 256 RGB samples.
  public let view: PixelBuffer
  package let planes: ViewPlanes
  /// Of the Laplacian residual of luma, clipped to ±8, under a Hann window.
  package let spectrum: PowerSpectrum
  /// log2(1 + power), value by value.
  package let logarithms: [Float]
  /// The picture at half its size; `nil` where this is that view itself.
  package let halfSize: HalfSizeView?
  /// Of the picture at half its size; this itself where it is that view.
  var atHalfSize: ViewAnalysis { halfSize?.analysis ?? self }

  /// A picture that is one view.
  /// - Precondition: `view` is 256 × 256 with three channels.
  public init(_ view: PixelBuffer) { self.init(view, halfSize: HalfSizeView(of: view)) }

  /// One view of a picture.
  /// - Parameter halfSize: of the same picture.
  /// - Precondition: `view` is 256 × 256 with three channels.
  public init(_ view: PixelBuffer, halfSize: HalfSizeView?) {
    self.view = view
    self.halfSize = halfSize
    planes = ViewPlanes(view)
    spectrum = PowerSpectrum(ofResidual: planes.residual(of: .luma, .laplace), limit: 8)
    logarithms = spectrum.logarithms(floor: 1)
  }
}
