import Glibc

/// How far a detector's log-odds of *generated* fall when one square of the picture after the other is
/// covered (Zeiler and Fergus, *Visualizing and Understanding Convolutional Networks*, ECCV 2014,
/// section 4.2).
package struct Occlusion: Hashable, Sendable {
  /// Why there is none.
  package enum Failure: Error, Hashable, Sendable {
    /// Not even the coarse grid fits into the time.
    case tooSlow
    /// It took longer than the first squares had made believe.
    case outOfTime
    case detector(DetectorError)
  }

  /// The share of the time that may be planned for: other work may slow a machine down meanwhile.
  private static let planned = 0.8

  package let grid: OcclusionGrid
  /// log10 by which the odds fall, one a square, row by row: above 0 where the square speaks for
  /// *generated*, below where it speaks for a camera.
  package let drops: [Double]

  /// Covers the squares of the fine grid, or of the coarse one where the first squares show that
  /// time is too short.
  /// - Parameters:
  ///   - logOdds: of the picture as it is, natural.
  ///   - seconds: what it may take.
  ///   - clock: seconds since any moment.
  package static func measure(
    _ picture: CoverablePicture, logOdds: Double, seconds: Double, clock: () -> Double
  ) throws(Failure) -> Occlusion {
    let start = clock()
    func covered(
      _ grid: OcclusionGrid, _ squares: ArraySlice<OcclusionGrid.Square>
    ) throws(Failure) -> [Double] {
      do throws(DetectorError) { return try picture.logOdds(grid, squares) } catch {
        throw .detector(error)
      }
    }
    var grid = OcclusionGrid.fine
    var values = try covered(grid, grid.squares.prefix(max(1, picture.batch)))
    let first = clock() - start
    let each = first / Double(max(1, values.count))
    if each * Double(grid.squares.count) > seconds * planned {
      grid = .coarse
      values = []
      guard first + each * Double(grid.squares.count) <= seconds * planned else { throw .tooSlow }
    }
    let squares = grid.squares
    while values.count < squares.count {
      guard clock() - start <= seconds else { throw .outOfTime }
      let end = min(values.count + max(1, picture.batch), squares.count)
      let more = try covered(grid, squares[values.count..<end])
      guard !more.isEmpty else { break }
      values += more
    }
    let drops = values.map { (logOdds - $0) / log(10) }
    guard drops.count == squares.count, drops.allSatisfy(\.isFinite) else {
      throw .detector(DetectorError(reason: "It gave numbers that are none."))
    }
    return Occlusion(grid: grid, drops: drops)
  }

  private init(grid: OcclusionGrid, drops: [Double]) {
    self.grid = grid
    self.drops = drops
  }
}
