/// Joins the cells of a five-level, four-neighbour co-occurrence that mean the same thing.
///
/// Turning a picture over, or into its negative, changes no trace of how it was made: a pattern,
/// its reverse and its negative share one cell (Fridrich & Kodovský, "Rich models for steganalysis
/// of digital images", IEEE TIFS 2012, section II-C). 625 cells become 169, or 313 when only the
/// sign is joined.
package struct CooccurrenceFold: Sendable {
  /// The count of joined cells.
  package let dimension: Int
  /// For each of the 625 cells `((a·5 + b)·5 + c)·5 + d`, its joined cell.
  package let cell: [Int]

  /// Sign and direction joined.
  package static let symmetric = CooccurrenceFold(reversing: true)
  /// Sign joined, for patterns that have no direction.
  package static let signed = CooccurrenceFold(reversing: false)

  private init(reversing: Bool) {
    var number = [Int: Int]()
    cell = (0..<625).map { code in
      let pattern = [code / 125, code / 25 % 5, code / 5 % 5, code % 5]
      var alike = [pattern, pattern.map { 4 - $0 }]
      if reversing { alike += alike.map { $0.reversed() } }
      let key = alike.map { $0.reduce(0) { $0 * 5 + $1 } }.min() ?? code
      if let known = number[key] { return known }
      let next = number.count
      number[key] = next
      return next
    }
    dimension = number.count
  }

  /// The square roots of the shares of the joined cells (they sum to 1 before the root): the
  /// Hellinger map, in which linear and distance-based classifiers treat rare and common patterns
  /// evenly.
  package func hellinger(_ counts: [UInt32]) -> [Float] {
    var joined = [UInt32](repeating: 0, count: dimension)
    for (code, count) in counts.enumerated() { joined[cell[code]] += count }
    let total = Float(max(1, joined.reduce(0, +)))
    return joined.map { (Float($0) / total).squareRoot() }
  }
}
