import CKernels
import ImageCodecs

/// The brightness of a picture (BT.601), which most traces are read from.
public struct LumaPlane: Sendable {
  public let width: Int
  public let height: Int
  let samples: [UInt8]

  /// Takes 1 or 3 channels; of others the first three.
  public init(_ pixels: PixelBuffer) {
    width = pixels.width
    height = pixels.height
    let count = pixels.width * pixels.height
    switch pixels.channels {
    case 1: samples = pixels.samples
    case 3:
      samples = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
        pixels.samples.withUnsafeBufferPointer {
          hk_luma($0.baseAddress, count, target.baseAddress)
        }
        filled = count
      }
    default:
      let channels = pixels.channels
      samples = (0..<count).map { pixels.samples[$0 * channels] }
    }
  }

  /// Cells of 8 × 8 that lie wholly inside.
  var columns: Int { width / BlockMap.cell }
  var rows: Int { height / BlockMap.cell }
}
