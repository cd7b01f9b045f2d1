/// A dense matrix in row-major order.
public struct Matrix<Element: Sendable & Hashable>: Sendable, Hashable {
  public let rows: Int
  public let columns: Int
  /// `rows × columns` elements; row r, column c is at `r * columns + c`.
  public internal(set) var values: [Element]

  /// Wraps `rows × columns` values; stops the program where their number differs.
  public init(rows: Int, columns: Int, values: [Element]) {
    precondition(rows >= 0 && columns >= 0 && values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix of one repeated value.
  public init(rows: Int, columns: Int, repeating value: Element) {
    self.init(
      rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
  }

  /// Joins rows of equal length; `nil` where the lengths differ.
  public init?(_ rows: [[Element]]) {
    let columns = rows.first?.count ?? 0
    guard rows.allSatisfy({ $0.count == columns }) else { return nil }
    self.init(rows: rows.count, columns: columns, values: Array(rows.joined()))
  }

  public subscript(row: Int, column: Int) -> Element {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// One row, without a copy.
  public func row(_ index: Int) -> ArraySlice<Element> {
    values[index * columns..<(index + 1) * columns]
  }

  /// One column.
  public func column(_ index: Int) -> [Element] {
    (0..<rows).map { values[$0 * columns + index] }
  }

  /// The rows of these numbers, in this order.
  public func selecting(rows selected: some Collection<Int>) -> Self {
    var result = [Element]()
    result.reserveCapacity(selected.count * columns)
    for index in selected { result.append(contentsOf: row(index)) }
    return Self(rows: selected.count, columns: columns, values: result)
  }

  /// The columns of these numbers, in this order.
  public func selecting(columns selected: [Int]) -> Self {
    var result = [Element]()
    result.reserveCapacity(selected.count * rows)
    for row in 0..<rows {
      for column in selected { result.append(values[row * columns + column]) }
    }
    return Self(rows: rows, columns: selected.count, values: result)
  }

  /// This matrix with another's columns to its right; both have as many rows.
  public func joined(with other: Self) -> Self {
    precondition(rows == other.rows)
    var result = [Element]()
    result.reserveCapacity(values.count + other.values.count)
    for index in 0..<rows {
      result.append(contentsOf: row(index))
      result.append(contentsOf: other.row(index))
    }
    return Self(rows: rows, columns: columns + other.columns, values: result)
  }
}

/// Features of pictures: one picture a row.
public typealias FeatureMatrix = Matrix<Float>

/// Decision values or probabilities: one picture a row, one class a column.
public typealias ScoreMatrix = Matrix<Double>

extension Matrix where Element == Double {
  /// The column of the largest value of each row, the first among equals.
  public var winners: [Int] {
    (0..<rows).map { row in
      var best = 0
      for column in 1..<max(columns, 1) where self[row, column] > self[row, best] { best = column }
      return best
    }
  }

  /// The softmax of each row.
  public func softmax() -> Self {
    var result = self
    for row in 0..<rows {
      let range = row * columns..<(row + 1) * columns
      let largest = values[range].max() ?? 0
      var sum = 0.0
      for index in range {
        result.values[index] = Elementary.exp(values[index] - largest)
        sum += result.values[index]
      }
      for index in range { result.values[index] /= sum }
    }
    return result
  }
}
