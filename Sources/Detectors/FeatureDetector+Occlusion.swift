import ImageCodecs
import PixelNetwork
import SignalAnalysis

extension FeatureDetector: CoverableDetector {
  func coverable(_ picture: DetectorInput) -> CoverablePicture? {
    guard extractor.parts.contains(where: { $0 is PixelNetwork }) else { return nil }
    let whole = picture.bounded
    let colour = whole.meanColour
    let rows = picture.features(of: extractor)
    // What all views share changes with every square.
    let isShared = extractor.parts.contains(where: \.isSharedByViews)
    return CoverablePicture(
      area: .init(x: 0, y: 0, width: Double(whole.width), height: Double(whole.height)), batch: 1
    ) { grid, squares throws(DetectorError) in
      squares.map { square in
        let columns = grid.pixels(square.column, of: whole.width)
        let lines = grid.pixels(square.row, of: whole.height)
        let touched = picture.rectangles.indices.filter {
          isShared || picture.rectangles[$0].touches(columns: columns, rows: lines)
        }
        var rows = rows
        if !touched.isEmpty {
          let covered = DetectorInput(
            like: picture, bounded: whole.covered(columns: columns, rows: lines, with: colour),
            rectangles: touched.map { picture.rectangles[$0] })
          for (place, row) in zip(touched, covered.features(of: extractor)) { rows[place] = row }
        }
        return Calibrator.logOdds(softmax(rows).mean)
      }
    }
  }
}

extension ViewRectangle {
  fileprivate func touches(columns: Range<Int>, rows: Range<Int>) -> Bool {
    columns.overlaps(x..<x + ViewSampler.side) && rows.overlaps(y..<y + ViewSampler.side)
  }
}

extension PixelBuffer {
  /// Of three channels, rounded.
  fileprivate var meanColour: [UInt8] {
    var sums = [0, 0, 0]
    for pixel in 0..<width * height {
      for channel in 0..<3 { sums[channel] += Int(samples[pixel * 3 + channel]) }
    }
    let count = max(1, width * height)
    return sums.map { UInt8(($0 + count / 2) / count) }
  }

  fileprivate func covered(
    columns: Range<Int>, rows: Range<Int>, with colour: [UInt8]
  ) -> PixelBuffer {
    var samples = samples
    for y in rows {
      for x in columns {
        for channel in 0..<3 { samples[(y * width + x) * 3 + channel] = colour[channel] }
      }
    }
    return PixelBuffer(width: width, height: height, channels: 3, samples: samples)
  }
}
