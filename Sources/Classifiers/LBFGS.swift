/// Minimisation of a smooth function by limited-memory BFGS (Nocedal and Wright, *Numerical
/// Optimization*, 2nd ed., algorithms 7.4 and 7.5) with a weak Wolfe line search by bisection.
package enum LBFGS {
  package struct Options: Sendable {
    var memory = 10
    var maximumIterations = 500
    /// Stop when no component of the gradient exceeds this.
    var gradientTolerance = 1e-6
    /// Stop when a step lowers the value by less than this share.
    var valueTolerance = 1e-12

    package init() {}
  }

  /// Returns the point reached. `evaluate` fills the gradient and returns the value.
  package static func minimise(
    from start: [Double], options: Options = Options(),
    _ evaluate: ([Double], inout [Double]) -> Double
  ) -> [Double] {
    var point = start
    var gradient = [Double](repeating: 0, count: start.count)
    var value = evaluate(point, &gradient)
    var steps = [(s: [Double], y: [Double], rho: Double)]()
    for iteration in 0..<options.maximumIterations {
      guard gradient.contains(where: { abs($0) > options.gradientTolerance }) else { break }
      var direction = twoLoop(gradient, steps)
      var slope = dot(gradient, direction)
      if slope >= 0 {
        steps.removeAll()
        direction = gradient.map { -$0 }
        slope = dot(gradient, direction)
      }
      let first = iteration == 0 ? min(1, 1 / max(norm(gradient), 1e-30)) : 1
      guard
        let next = search(point, value, direction, slope, first: first, evaluate)
      else { break }
      let s = zip(next.point, point).map { $0 - $1 }
      let y = zip(next.gradient, gradient).map { $0 - $1 }
      let curvature = dot(s, y)
      if curvature > 1e-14 * dot(y, y) {
        if steps.count == options.memory { steps.removeFirst() }
        steps.append((s, y, 1 / curvature))
      }
      let gain = value - next.value
      (point, gradient, value) = (next.point, next.gradient, next.value)
      if gain <= options.valueTolerance * max(abs(value), 1e-300) { break }
    }
    return point
  }

  private typealias State = (point: [Double], gradient: [Double], value: Double)

  private static func search(
    _ point: [Double], _ value: Double, _ direction: [Double], _ slope: Double, first: Double,
    _ evaluate: ([Double], inout [Double]) -> Double
  ) -> State? {
    var low = 0.0
    var high = Double.infinity
    var step = first
    var best: State?
    for _ in 0..<40 {
      let trial = zip(point, direction).map { $0 + step * $1 }
      var gradient = [Double](repeating: 0, count: point.count)
      let trialValue = evaluate(trial, &gradient)
      if !(trialValue <= value + 1e-4 * step * slope) {
        high = step
      } else {
        best = (trial, gradient, trialValue)
        if dot(gradient, direction) >= 0.9 * slope { return best }
        low = step
      }
      step = high.isFinite ? (low + high) / 2 : 2 * step
      if high - low < 1e-14 * max(high, 1e-300) { break }
    }
    return best
  }

  private static func twoLoop(
    _ gradient: [Double], _ steps: [(s: [Double], y: [Double], rho: Double)]
  ) -> [Double] {
    var q = gradient
    var alphas = [Double](repeating: 0, count: steps.count)
    for index in steps.indices.reversed() {
      alphas[index] = steps[index].rho * dot(steps[index].s, q)
      add(-alphas[index], steps[index].y, to: &q)
    }
    if let last = steps.last {
      let scale = 1 / (last.rho * dot(last.y, last.y))
      for index in q.indices { q[index] *= scale }
    }
    for index in steps.indices {
      let beta = steps[index].rho * dot(steps[index].y, q)
      add(alphas[index] - beta, steps[index].s, to: &q)
    }
    return q.map { -$0 }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
      }
    }
  }

  private static func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

  private static func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
    for index in a.indices { b[index] += factor * a[index] }
  }
}
