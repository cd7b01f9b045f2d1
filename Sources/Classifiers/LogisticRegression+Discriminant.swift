import COpenBLAS

extension LogisticRegression {
  /// Linear discriminant analysis with a ridge: Gaussian classes of one covariance, whose log
  /// posterior is linear in the features (Fisher, 1936; Friedman's regularisation, 1989, with the
  /// identity as target). Much cheaper than logistic regression on thousands of features.
  ///
  /// - Parameters:
  ///   - ridge: added to every variance; the features should be standardised.
  ///   - equalPriors: whether all classes count as equally frequent beforehand; otherwise their
  ///     weighted shares are used.
  /// - Returns: `nil` where covariance plus ridge is not positive definite.
  public static func discriminant(
    on set: TrainingSet, ridge: Double = 0.1, equalPriors: Bool = true
  ) -> LogisticRegression? {
    let columns = set.features.columns
    var shares = [Double](repeating: 0, count: set.classCount)
    var means = [Double](repeating: 0, count: set.classCount * columns)
    for row in 0..<set.rows {
      let (label, weight) = (set.labels[row], set.weights[row])
      shares[label] += weight
      for (column, value) in set.features.row(row).enumerated() {
        means[label * columns + column] += weight * Double(value)
      }
    }
    for label in 0..<set.classCount where shares[label] > 0 {
      for column in 0..<columns { means[label * columns + column] /= shares[label] }
    }
    var covariance = pooledCovariance(set, means)
    for index in 0..<columns { covariance[index * columns + index] += ridge }
    var solution = means
    guard
      cob_solve_positive(Int32(columns), &covariance, Int32(set.classCount), &solution) == 0
    else { return nil }
    let total = shares.reduce(0, +)
    let intercepts = (0..<set.classCount).map { label in
      var product = 0.0
      for column in label * columns..<(label + 1) * columns {
        product += means[column] * solution[column]
      }
      let prior = equalPriors ? 0 : Elementary.log(max(shares[label] / total, 1e-12))
      return prior - product / 2
    }
    if set.classCount == 2 {
      return LogisticRegression(
        weights: Matrix(
          rows: 1, columns: columns,
          values: (0..<columns).map { Float(solution[columns + $0] - solution[$0]) }),
        intercepts: [Float(intercepts[1] - intercepts[0])])
    }
    return LogisticRegression(
      weights: Matrix(rows: set.classCount, columns: columns, values: solution.map { Float($0) }),
      intercepts: intercepts.map { Float($0) })
  }

  /// The weighted mean of the outer products of what each row differs from its class's mean;
  /// both triangles filled. Products in single precision over blocks, sums of blocks in double.
  private static func pooledCovariance(_ set: TrainingSet, _ means: [Double]) -> [Double] {
    let columns = set.features.columns
    let total = max(set.weights.reduce(0, +), .leastNormalMagnitude)
    var sum = [Double](repeating: 0, count: columns * columns)
    var product = [Float](repeating: 0, count: columns * columns)
    let blockRows = 2048
    var block = [Float](repeating: 0, count: blockRows * columns)
    cob_use_one_thread()
    for start in stride(from: 0, to: set.rows, by: blockRows) {
      let rows = start..<min(start + blockRows, set.rows)
      block.withUnsafeMutableBufferPointer { block in
        set.features.values.withUnsafeBufferPointer { x in
          means.withUnsafeBufferPointer { means in
            for (place, row) in rows.enumerated() {
              let scale = (set.weights[row] / total).squareRoot()
              let mean = set.labels[row] * columns
              for column in 0..<columns {
                let difference = Double(x[row * columns + column]) - means[mean + column]
                block[place * columns + column] = Float(scale * difference)
              }
            }
          }
        }
      }
      cblas_ssyrk(
        CblasRowMajor, CblasUpper, CblasTrans, blasint(columns), blasint(rows.count), 1, block,
        blasint(columns), 0, &product, blasint(columns))
      sum.withUnsafeMutableBufferPointer { sum in
        product.withUnsafeBufferPointer { product in
          for index in product.indices { sum[index] += Double(product[index]) }
        }
      }
    }
    for row in 0..<columns {
      for column in row + 1..<max(columns, row + 1) {
        sum[column * columns + row] = sum[row * columns + column]
      }
    }
    return sum
  }
}
