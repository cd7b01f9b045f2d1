import CKernels
import Glibc

/// How strong the noise is in each part of the picture: parts from another source often differ
/// (Mahdian and Saic, 2009, from the diagonal detail of a wavelet).
public struct NoiseLevel: Sendable {
  /// The distance of each cell's noise from the picture's median, in octaves.
  public let map: BlockMap
  /// The median noise, as a standard deviation in levels.
  public let median: Double

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
