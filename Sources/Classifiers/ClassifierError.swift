/// Why a classifier could not be trained or applied.
public enum ClassifierError: Error, Hashable, Sendable {
  /// No rows to learn from.
  case empty
  /// Labels or weights that do not number as many as the rows.
  case countMismatch(rows: Int, other: Int)
  /// A label outside 0 ..< classes.
  case labelOutOfRange(label: Int, classes: Int)
  /// A feature, score or weight that is NaN or infinite, or a weight below zero.
  case notFinite(row: Int)
  /// Features of another width than the classifier was trained on.
  case wrongWidth(expected: Int, actual: Int)
  /// Fewer than two classes where two are needed.
  case tooFewClasses
}

extension ClassifierError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "there are no rows to learn from"
    case .countMismatch(let rows, let other): "\(rows) rows but \(other) labels or weights"
    case .labelOutOfRange(let label, let classes): "label \(label) of \(classes) classes"
    case .notFinite(let row): "row \(row) holds a value that is not a finite number"
    case .wrongWidth(let expected, let actual): "\(actual) features where \(expected) are needed"
    case .tooFewClasses: "fewer than two classes"
    }
  }
}
