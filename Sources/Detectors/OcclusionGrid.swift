/// The squares of what a detector sees that are covered one after the other.
package struct OcclusionGrid: Hashable, Sendable {
  package struct Square: Hashable, Sendable {
    package var column: Int
    package var row: Int
  }

  /// Where the time allows it: squares of 32 pixels of the usual 224.
  package static let fine = OcclusionGrid(side: 7)
  /// Where it does not.
  package static let coarse = OcclusionGrid(side: 4)

  /// Squares along either side.
  package let side: Int

  /// Row by row.
  package var squares: [Square] {
    (0..<side).flatMap { row in (0..<side).map { Square(column: $0, row: row) } }
  }

  /// The pixels of a column or row, of `length` in all; none where there are fewer than squares.
  func pixels(_ place: Int, of length: Int) -> Range<Int> {
    length * place / side..<length * (place + 1) / side
  }
}
