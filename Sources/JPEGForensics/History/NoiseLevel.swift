import CKernels
import Glibc

/// How strong the noise is in each part of the picture: parts from another source often differ
/// (Mahdian and Saic, 2009, from the diagonal detail of a wavelet).
public struct NoiseLevel: Sendable {
  /// The distance of each cell's noise from the picture's median, in octaves.
  public let map: BlockMap
  /// The median noise, as a standard deviation in levels.
  public let median: Double

  /// What photographs have in the median cell: of 777 (training and validation pictures of the data
  /// set) 768 have 0.25 to 36, and saved again at qualities 75 to 40 nearly as many; charts and
  /// gradients have less, dithered pictures more (docs/drawn-pictures.md).
  static let photographs = 0.25...60

  /// Why methods that presume a photograph say nothing of this picture; `nil` where they may.
  var unlikePhotographs: String? {
    if median < Self.photographs.lowerBound {
      return
        "half of the picture or more is without noise, as drawings, charts, even areas and coarse "
        + "compression are, and their edges and steps look like traces of savings."
    }
    if median > Self.photographs.upperBound {
      return "the picture is finer and harsher than photographs are, as dithered and printed ones, "
        + "and such patterns look like traces of savings."
    }
    return nil
  }

  /// `nil` where the picture is smaller than a cell.
  public init?(_ luma: LumaPlane) {
    guard luma.columns > 1, luma.rows > 1 else { return nil }
    var cells = [Float](repeating: 0, count: luma.columns * luma.rows)
    hk_noise(luma.samples, Int32(luma.width), Int32(luma.height), &cells)
    let raw = BlockMap(columns: luma.columns, rows: luma.rows, values: cells).smoothed(radius: 1)
    let middle = max(raw.median, 0.02)
    // The mean size of a normal variable is 0.798 of its standard deviation.
    median = Double(middle) / 0.798
    map = BlockMap(
      columns: raw.columns, rows: raw.rows,
      values: raw.values.map { abs(log2(max($0, 0.02) / middle)) })
  }
}
