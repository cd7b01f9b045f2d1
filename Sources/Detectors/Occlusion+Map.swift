import ForensicCore
import JPEGForensics

extension Occlusion {
  /// Smaller ends of the scale would show as colours what is nothing: a factor of 1.3.
  private static let leastEnd: Float = 0.1

  /// The map over the whole picture; parts that the detector does not see have 0.
  /// - Parameters:
  ///   - bounded: the size of the picture that detectors look at.
  ///   - size: of the picture itself.
  ///   - name: of the detector.
  ///   - id: what tells the map from those of other detectors.
  package func map(
    over area: CoverablePicture.Area, bounded: PictureSize, size: PictureSize, name: String,
    id: String
  ) -> CompressionHistory.TraceMap {
    let columns = places(
      from: area.x, area.width, seen: bounded.width, of: size.width)
    let rows = places(from: area.y, area.height, seen: bounded.height, of: size.height)
    let values = rows.flatMap { row in
      columns.map { column -> Float in
        guard let row, let column else { return 0 }
        return Float(drops[row * grid.side + column])
      }
    }
    let end = max(Self.leastEnd, values.map(\.magnitude).max() ?? 0)
    return CompressionHistory.TraceMap(
      method: .occlusion, title: "What the score of \(name) rests on",
      caption: "By how much the detector’s log-odds of generated against camera fall when one of "
        + "\(grid.side) × \(grid.side) squares of what it sees is covered with the mean colour. Warm: "
        + "the square speaks for generated. Cold: it speaks for a camera. Squares that hardly count, "
        + "and what the detector does not see, are left as they are. It says what swayed this score, "
        + "not which part was made or changed.",
      unit: "log10 of the odds, lost when covered",
      map: BlockMap(columns: columns.count, rows: rows.count, values: values),
      scale: -end...end, id: id)
  }

  /// The square's column (or row) at each cell of the map; `nil` outside of what is seen.
  private func places(from start: Double, _ extent: Double, seen: Int, of length: Int) -> [Int?] {
    (0..<(length + BlockMap.cell - 1) / BlockMap.cell).map { cell in
      let middle = min(cell * BlockMap.cell + BlockMap.cell / 2, length - 1)
      let position = (Double(middle) + 0.5) * Double(seen) / Double(length)
      let share = (position - start) / extent
      guard share >= 0, share < 1 else { return nil }
      return min(grid.side - 1, Int(share * Double(grid.side)))
    }
  }
}
