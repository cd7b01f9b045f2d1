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
  /// The picture at coarser scales; `nil` where this is such a view itself.
  package let coarse: CoarseViews?
  /// Of the picture at half its size; this itself where it is a coarser view.
  var atHalfSize: ViewAnalysis { coarse?.half ?? self }
  /// Of the picture at a quarter of its size; this itself where it is a coarser view.
  var atQuarterSize: ViewAnalysis { coarse?.quarter ?? self }

  /// A picture that is one view.
  /// - Precondition: `view` is 256 × 256 with three channels.
  public init(_ view: PixelBuffer) { self.init(view, coarse: CoarseViews(of: view)) }

  /// One view of a picture.
  /// - Parameter coarse: of the same picture.
  /// - Precondition: `view` is 256 × 256 with three channels.
  public init(_ view: PixelBuffer, coarse: CoarseViews?) {
    self.view = view
    self.coarse = coarse
    planes = ViewPlanes(view)
    spectrum = PowerSpectrum(ofResidual: planes.residual(of: .luma, .laplace), limit: 8)
    logarithms = spectrum.logarithms(floor: 1)
  }
}
