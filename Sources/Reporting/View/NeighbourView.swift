import ForensicCore

/// The known pictures that the examined one resembles, as rows of a table.
enum NeighbourView {
  /// More than an examination names.
  private static let most = 6

  /// Nothing where there are none.
  static func fields(_ detector: DetectorResult) -> Fields? {
    guard let neighbours = detector.neighbours, !neighbours.isEmpty else { return nil }
    return [
      "name": detector.name,
      "rows": neighbours.prefix(most).map { neighbour -> Fields in
        [
          "family": Words.family(neighbour.family), "source": neighbour.source,
          "file": neighbour.file, "similarity": Digits.fixed(neighbour.similarity, 2),
        ]
      },
    ]
  }
}
