import CKernels

/// Minimises ½(|w|² + b²) + Σ Cᵢ max(0, 1 − yᵢ(w·xᵢ + b))², liblinear's L2-loss problem with its
/// regularised intercept, to the optimum.
///
/// Newton's method on the piecewise quadratic objective with an exact line search reaches the
/// minimum in finitely many steps (Keerthi and DeCoste, JMLR 6, 2005); each step is solved by
/// conjugate gradients with a diagonal preconditioner.
struct SquaredHingeSolver {
  private let features: FeatureMatrix
  private let rows: [Int]
  private let targets: [Double]
  private let costs: [Double]
  private let width: Int

  /// `targets` are +1 or −1 and `costs` > 0, one for each of `rows`.
  init(_ features: FeatureMatrix, rows: [Int], targets: [Double], costs: [Double]) {
    precondition(rows.count == targets.count && rows.count == costs.count)
    self.features = features
    self.rows = rows
    self.targets = targets
    self.costs = costs
    width = features.columns + 1
  }

  /// Weights of the features, then the intercept.
  func solve(tolerance: Double = 1e-9, maximumSteps: Int = 100) -> [Double] {
    var w = [Double](repeating: 0, count: width)
    var decisions = [Double](repeating: 0, count: rows.count)
    var firstNorm = 0.0
    for step in 0..<maximumSteps {
      let active = rows.indices.filter { targets[$0] * decisions[$0] < 1 }
      let gradient = gradient(w, decisions, active)
      let norm = Self.dot(gradient, gradient).squareRoot()
      if step == 0 { firstNorm = norm }
      guard norm > tolerance * max(firstNorm, .leastNormalMagnitude) else { break }
      // Rough directions far away, sharp ones near the minimum.
      let accuracy = max(1e-10, min(0.1, 0.1 * norm / firstNorm))
      let direction = newtonDirection(gradient, active, accuracy: accuracy)
      let along = products(direction)
      let length = lineSearch(w, decisions, direction, along)
      guard length > 0 else { break }
      fk_axpy_double(length, direction, &w, width)
      fk_axpy_double(length, along, &decisions, rows.count)
    }
    return w
  }

  private func gradient(_ w: [Double], _ decisions: [Double], _ active: [Int]) -> [Double] {
    var result = w
    addRows(active, to: &result) { 2 * costs[$0] * (decisions[$0] - targets[$0]) }
    return result
  }

  /// Adds `factor(place)` times the row (with its constant 1) for each place.
  private func addRows(_ places: [Int], to sum: inout [Double], _ factor: (Int) -> Double) {
    let columns = features.columns
    sum.withUnsafeMutableBufferPointer { sum in
      features.values.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress, let base = sum.baseAddress else { return }
        for place in places {
          let scale = factor(place)
          fk_axpy_mixed(scale, x + rows[place] * columns, base, columns)
          base[columns] += scale
        }
      }
    }
  }

  private func products(_ vector: [Double]) -> [Double] {
    let columns = features.columns
    return features.values.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return rows.map { _ in vector[columns] } }
      return rows.map { fk_dot_mixed(x + $0 * columns, vector, columns) + vector[columns] }
    }
  }

  /// (I + 2 Σ C x xᵀ over the active rows) · vector, each row read once.
  private func hessianProduct(_ vector: [Double], _ active: [Int]) -> [Double] {
    let columns = features.columns
    var result = vector
    result.withUnsafeMutableBufferPointer { sum in
      features.values.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress, let base = sum.baseAddress else { return }
        for place in active {
          let row = x + rows[place] * columns
          let product = fk_dot_mixed(row, vector, columns) + vector[columns]
          let scale = 2 * costs[place] * product
          fk_axpy_mixed(scale, row, base, columns)
          base[columns] += scale
        }
      }
    }
    return result
  }

  private func diagonal(_ active: [Int]) -> [Double] {
    let columns = features.columns
    var result = [Double](repeating: 1, count: width)
    result.withUnsafeMutableBufferPointer { result in
      features.values.withUnsafeBufferPointer { x in
        for place in active {
          let base = rows[place] * columns
          let scale = 2 * costs[place]
          for column in 0..<columns {
            let value = Double(x[base + column])
            result[column] += scale * value * value
          }
          result[columns] += scale
        }
      }
    }
    return result
  }

  private func newtonDirection(
    _ gradient: [Double], _ active: [Int], accuracy: Double
  ) -> [Double] {
    let scale = diagonal(active)
    var direction = [Double](repeating: 0, count: width)
    var residual = gradient.map { -$0 }
    var conditioned = zip(residual, scale).map { $0 / $1 }
    var search = conditioned
    var energy = Self.dot(residual, conditioned)
    let goal = accuracy * accuracy * Self.dot(gradient, gradient)
    for _ in 0..<min(10 * width, 2000) {
      let image = hessianProduct(search, active)
      let step = energy / Self.dot(search, image)
      guard step.isFinite else { break }
      fk_axpy_double(step, search, &direction, width)
      fk_axpy_double(-step, image, &residual, width)
      guard Self.dot(residual, residual) > goal else { break }
      conditioned.withUnsafeMutableBufferPointer { target in
        for index in target.indices { target[index] = residual[index] / scale[index] }
      }
      let next = Self.dot(residual, conditioned)
      let ratio = next / energy
      energy = next
      search.withUnsafeMutableBufferPointer { target in
        for index in target.indices { target[index] = conditioned[index] + ratio * target[index] }
      }
    }
    return direction
  }

  /// The zero of the directional derivative, which is rising and piecewise linear.
  private func lineSearch(
    _ w: [Double], _ decisions: [Double], _ direction: [Double], _ along: [Double]
  ) -> Double {
    let (constant, linear) = (Self.dot(w, direction), Self.dot(direction, direction))
    var (low, high) = (0.0, Double.infinity)
    var length = 1.0
    for _ in 0..<60 {
      var slope = constant + length * linear
      var curvature = linear
      for place in rows.indices {
        let decision = decisions[place] + length * along[place]
        guard targets[place] * decision < 1 else { continue }
        slope += 2 * costs[place] * (decision - targets[place]) * along[place]
        curvature += 2 * costs[place] * along[place] * along[place]
      }
      if slope < 0 { low = length } else { high = length }
      var next = length - slope / curvature
      if !(next > low && next < high) {
        next = high.isFinite ? (low + high) / 2 : 2 * length
      }
      if abs(next - length) <= 1e-14 * length { break }
      length = next
    }
    return length
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { fk_dot_double(a, b, a.count) }
}
