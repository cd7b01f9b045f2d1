import CKernels

/// One residual, quantised to five levels and counted in fours.
package struct CooccurrencePass: Sendable {
  /// The kernels of `ck_features.h`.
  package enum Kernel: Int32, Sendable, CaseIterable {
    case first, second, third, square3, square5, laplace, mixed, skip

    /// Whether rows and columns give different residuals.
    var isDirected: Bool { self == .skip || rawValue <= Self.third.rawValue }
  }

  /// Whether the four neighbours run along the kernel or across it.
  package enum Scan: Sendable { case along, across }

  package var plane: ViewPlanes.Plane
  package var kernel: Kernel
  /// Residuals beyond ±inner and ±outer fall into the outer levels.
  package var inner: Int32
  package var outer: Int32
  package var scans: [Scan]

  package init(
    _ plane: ViewPlanes.Plane, _ kernel: Kernel, _ inner: Int32, _ outer: Int32,
    _ scans: [Scan] = [.along]
  ) {
    self.plane = plane
    self.kernel = kernel
    self.inner = inner
    self.outer = outer
    self.scans = scans
  }

  package var dimension: Int { scans.count * CooccurrenceFold.symmetric.dimension }

  /// For each scan, rows and columns together.
  package func features(of planes: ViewPlanes) -> [Float] {
    var counts = scans.map { _ in [UInt32](repeating: 0, count: Int(FK_COOCCURRENCES)) }
    for down in [Int32(0), 1] {
      if down == 1 && !kernel.isDirected { break }
      let levels = Levels(planes, plane, kernel, down: down, inner: inner, outer: outer)
      for (index, scan) in scans.enumerated() {
        if kernel.isDirected {
          levels.count(down: scan == .along ? down : 1 - down, into: &counts[index])
        } else {
          levels.count(down: 0, into: &counts[index])
          levels.count(down: 1, into: &counts[index])
        }
      }
    }
    return counts.flatMap { CooccurrenceFold.symmetric.hellinger($0) }
  }
}

/// A quantised residual: 256 × 256 levels 0…4.
package struct Levels: Sendable {
  package let values: [UInt8]

  package init(
    _ planes: ViewPlanes, _ plane: ViewPlanes.Plane, _ kernel: CooccurrencePass.Kernel,
    down: Int32, inner: Int32, outer: Int32
  ) {
    values = [UInt8](unsafeUninitializedCapacity: ViewPlanes.area) { levels, count in
      _ = planes.withSamples(of: plane) {
        fk_levels($0, kernel.rawValue, down, inner, outer, levels.baseAddress)
      }
      count = ViewPlanes.area
    }
  }

  package func count(down: Int32, into counts: inout [UInt32]) {
    fk_cooccurrences(values, down, &counts)
  }
}

/// Three planes' residuals counted together: two neighbours of the first, and the other two.
package struct CrossPass: Sendable {
  package var planes: [ViewPlanes.Plane]
  package var kernel: CooccurrencePass.Kernel
  package var luma: (inner: Int32, outer: Int32)
  package var chroma: (inner: Int32, outer: Int32)

  package func features(of view: ViewPlanes) -> [Float] {
    var counts = [UInt32](repeating: 0, count: Int(FK_COOCCURRENCES))
    for down in [Int32(0), 1] {
      if down == 1 && !kernel.isDirected { break }
      let levels = planes.enumerated().map { index, plane in
        let limits = index == 0 ? luma : chroma
        return Levels(
          view, plane, kernel, down: down, inner: limits.inner, outer: limits.outer)
      }
      fk_cross_cooccurrences(
        levels[0].values, levels[1].values, levels[2].values, down, &counts)
    }
    return CooccurrenceFold.signed.hellinger(counts)
  }
}
