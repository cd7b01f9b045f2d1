/// How what is seen in a picture's views becomes what a detector says of the picture.
public enum ViewPooling: String, Hashable, Sendable, Codable {
  /// The mean of the views' features goes through the head: statistics of a larger area.
  case features
  /// Each view's features go through the head; the mean of the softmaxes counts.
  case softmaxes

  /// The rows that go through a head.
  /// - Parameter rows: a view's features each, all of one length.
  package func pooled(_ rows: [[Float]]) -> [[Float]] {
    guard self == .features, rows.count > 1, var mean = rows.first else { return rows }
    for row in rows.dropFirst() {
      for (index, value) in row.enumerated() { mean[index] += value }
    }
    let share = 1 / Float(rows.count)
    for index in mean.indices { mean[index] *= share }
    return [mean]
  }
}
