import CKernels
import Foundation
import ImageCodecs
import JPEGForensics
import Testing

/// The kernels of double compression and of the block grid against plain loops.
@Suite struct TraceKernelTests {
  private struct Frequency {
    var step: Int
    var first: Int
    var counts: [Int32]
    let reach: Int
    let basis: [Double]
    let slopes: [Double]

    init(step: Int, first: Int) {
      self.step = step
      self.first = first
      let bound = min(64, 320 / step)
      counts = (0..<bound).map { Int32((bound - $0) * (($0 * 7919) % 13)) }
      let reach = (bound + 1) * step + 72
      let sizes = (0...reach).map(Double.init)
      let top = Double(reach)
      let rows = [
        sizes.map { -($0 / top).squareRoot() }, sizes.map { -$0 / top },
        sizes.map { -log1p($0) / log1p(top) },
      ]
      self.reach = reach
      basis = rows.flatMap { $0 }
      slopes = (0...reach).flatMap { size in [1.0] + rows.map { $0[size] } }
    }

    func with<Result>(_ body: (inout hk_frequency) -> Result) -> Result {
      let noise = (-8...8).map { 0.5 * erfc(-Double($0) / 2 / 0.5 / 2.0.squareRoot()) }
      return basis.withUnsafeBufferPointer { basis in
        slopes.withUnsafeBufferPointer { slopes in
          counts.withUnsafeBufferPointer { counts in
            noise.withUnsafeBufferPointer { noise in
              var frequency = hk_frequency(
                basis: basis.baseAddress, slopes: slopes.baseAddress, reach: Int32(reach),
                counts: counts.baseAddress, bound: Int32(counts.count), step: Int32(step),
                first: Int32(first), noise: noise.baseAddress)
              return body(&frequency)
            }
          }
        }
      }
    }

    func density(_ weights: [Double]) -> [Double] {
      var density = [Double](repeating: 0, count: reach + 1)
      hk_density(basis, Int32(reach), weights, &density)
      return density
    }

    /// The probability of each size, size by size.
    func probabilities(_ weights: [Double]) -> [Double] {
      let count = reach + 1
      let density = (0..<count).map { size in
        exp((0..<3).reduce(0) { $0 + weights[$1] * basis[$1 * count + size] })
      }
      /// An end that is a size counts half.
      func mass(_ low: Double, _ high: Double) -> Double {
        (0..<count).reduce(0) { sum, size in
          let size = (Double(size), density[size])
          guard size.0 >= low, size.0 <= high else { return sum }
          return sum + (size.0 == low || size.0 == high ? size.1 / 2 : size.1)
        }
      }
      var bins = [Double](repeating: 0, count: counts.count)
      if first == 0 {
        for bin in bins.indices {
          let size = Double(bin + 1)
          bins[bin] = mass((size - 0.5) * Double(step), (size + 0.5) * Double(step))
        }
      } else {
        func below(_ value: Double) -> Double {
          value <= -4 ? 0 : value >= 4 ? 1 : 0.5 * erfc(-value / 0.5 / 2.0.squareRoot())
        }
        var centre = 0
        while centre <= (counts.count + 1) * step + 4, 2 * centre + first <= 2 * reach {
          let half = Double(first) / 2
          let own = mass(centre == 0 ? -1 : Double(centre) - half, Double(centre) + half)
          for bin in bins.indices {
            let size = Double(bin + 1)
            bins[bin] +=
              own
              * (below((size + 0.5) * Double(step) - Double(centre))
                - below((size - 0.5) * Double(step) - Double(centre)))
          }
          centre += first
        }
      }
      let all = bins.reduce(0, +)
      return bins.map { 0.998 * $0 / all + 0.002 / Double(bins.count) }
    }
  }

  /// The likelihood of these weights, found without climbing.
  private func likelihood(
    _ frequency: Frequency, _ weights: [Double]
  ) -> (value: Double, probabilities: [Double]) {
    fit(frequency, from: [weights], rounds: 0).likelihood
  }

  private func fit(
    _ frequency: Frequency, from starts: [[Double]], rounds: Int32
  ) -> (likelihood: (value: Double, probabilities: [Double]), weights: [Double], density: [Double])
  {
    let densities = starts.map(frequency.density)
    var weights = [0.0, 0, 0]
    var density = densities[0]
    var probabilities = [Double](repeating: 0, count: frequency.counts.count)
    let all = starts.flatMap { $0 }
    let each = densities.flatMap { $0 }
    let value = all.withUnsafeBufferPointer { all in
      each.withUnsafeBufferPointer { each in
        let kernelStarts = starts.indices.map { index in
          hk_start(
            weights: all.baseAddress.map { $0 + 3 * index },
            density: each.baseAddress.map { $0 + density.count * index })
        }
        return frequency.with {
          hk_fit(
            &$0, kernelStarts, Int32(starts.count), rounds, &weights, &density, &probabilities)
        }
      }
    }
    return ((value, probabilities), weights, density)
  }

  /// Densities that fall gently and ones that fall by many powers of ten within a step.
  @Test(arguments: [0, 1, 2, 7, 24], [1, 5, 40]) func likelihood(first: Int, step: Int) {
    let frequency = Frequency(step: step, first: first)
    for weights in [[0.0, 12, 0], [20, 80, 10], [0, 900, 0], [-2, -1, 3]] {
      let wanted = frequency.probabilities(weights)
      let found = likelihood(frequency, weights)
      for (one, other) in zip(found.probabilities, wanted) { #expect(abs(one - other) < 1e-9) }
      let sum = zip(frequency.counts, wanted).reduce(0) { $0 + Double($1.0) * log($1.1) }
      #expect(abs(found.value - sum) < 1e-6 * abs(sum))
    }
  }

  /// From where climbing ends, no step along a weight leads much higher; and it begins at the best.
  @Test(arguments: [0, 7], [1, 5, 40]) func climb(first: Int, step: Int) {
    let frequency = Frequency(step: step, first: first)
    let start = [0.0, 8, 0]
    let end = fit(frequency, from: [start], rounds: 30)
    #expect(end.likelihood.value > likelihood(frequency, start).value)
    #expect(end.density == frequency.density(end.weights))
    #expect(likelihood(frequency, end.weights) == end.likelihood)
    for index in 0..<3 {
      for change in [-0.01, 0.01] {
        var near = end.weights
        near[index] += change
        #expect(likelihood(frequency, near).value < end.likelihood.value + 0.05)
      }
    }
    let best = fit(frequency, from: [start, end.weights, [0, 900, 0]], rounds: 0)
    #expect(best.weights == end.weights)
  }

  /// Window by window with the transform's definition, in a picture saved as JPEG, off its grid. The
  /// widths lie beside those that the kernel works on at a time.
  @Test(arguments: [
    (47, 15, 60), (31, 40, 60), (72, 33, 60), (264, 24, 60), (279, 19, 60), (103, 71, 3),
  ])
  func votes(width: Int, height: Int, quality: Int) throws {
    let picture = Texture.picture(width: width + 3, height: height + 2, seed: 3, channels: 1)
    let luma = try ImageDecoder.decode(try ImageEncoder.jpeg(picture, quality: quality)).pixels
      .cropped(x: 3, y: 2, width: width, height: height).samples
    var found = [Int8](repeating: 0, count: (width - 7) * (height - 7))
    var tallies = [UInt32](repeating: 7, count: 64)
    hk_grid_votes(luma, Int32(width), Int32(height), &found, &tallies)
    let basis = CosineTransform.basis
    /// At least and at most how many coefficients of a window are below one half, and whether it is
    /// constant along an axis, surely or perhaps: many are an exact half, on which side rounding
    /// decides.
    func window(_ x: Int, _ y: Int) -> (
      zeros: ClosedRange<Int>, isConstant: Bool, mayBeConstant: Bool
    ) {
      var sizes = [Double](repeating: 0, count: 64)
      for v in 0..<8 {
        for u in 0..<8 {
          for j in 0..<8 {
            for i in 0..<8 {
              let weight = basis[v][j] * basis[u][i]
              let level = luma[(y + j) * width + x + i]
              sizes[v * 8 + u] += weight * Double(level)
            }
          }
        }
      }
      sizes = sizes.map(abs)
      let sure = sizes.dropFirst().count { $0 < 0.4999 }
      let possible = sizes.dropFirst().count { $0 < 0.5001 }
      func isConstant(below bound: Double) -> Bool {
        (1..<64).allSatisfy { $0 % 8 == 0 || sizes[$0] < bound }
          || (8..<64).allSatisfy { sizes[$0] < bound }
      }
      return (sure...possible, isConstant(below: 0.4999), isConstant(below: 0.5001))
    }
    let all = (0..<height - 7).map { y in (0..<width - 7).map { window($0, y) } }
    var (decided, silent, voters) = (0, 0, [Int](repeating: 0, count: 64))
    for y in 0..<height - 14 {
      for x in 0..<width - 14 {
        let vote = Int(found[y * (width - 7) + x])
        if vote >= 0 { voters[vote] += 1 }
        let windows = (0..<64).map { all[y + $0 / 8][x + $0 % 8] }
        if windows.contains(where: \.isConstant) {
          #expect(vote == -1)
          silent += 1
          continue
        }
        guard !windows.contains(where: \.mayBeConstant) else { continue }
        /// The window whose place the vote names.
        func place(_ window: Int) -> Int { (y + window / 8) % 8 * 8 + (x + window % 8) % 8 }
        let counts = windows.map(\.zeros)
        let sure = counts.indices.first { one in
          counts.indices.allSatisfy { $0 == one || counts[$0].upperBound < counts[one].lowerBound }
        }
        if let sure {
          #expect(vote == place(sure))
          decided += 1
        } else if let named = counts.indices.first(where: { place($0) == vote }) {
          #expect(counts.count { $0.lowerBound >= counts[named].upperBound } <= 1)
        }
      }
    }
    let checked = quality < 30 ? silent : decided
    let pixels = (width - 14) * (height - 14)
    #expect(checked > pixels / 4, "\(decided) and \(silent) of \(pixels)")
    #expect(tallies.map(Int.init) == voters)
    for place in [0, 19] { checkMap(found, width: width, height: height, place: place) }
  }

  private func checkMap(_ votes: [Int8], width: Int, height: Int, place: Int) {
    let (across, down) = ((width - 7) / 8, (height - 7) / 8)
    var map = [Float](repeating: 7, count: across * down)
    hk_grid_map(votes, Int32(width), Int32(height), Int8(place), &map)
    var wanted = [Float](repeating: 0, count: across * down)
    for y in 7..<min(height - 7, 8 * down) {
      for x in 7..<min(width - 7, 8 * across) {
        let vote = Int(votes[(y - 7) * (width - 7) + x - 7])
        wanted[y / 8 * across + x / 8] += vote < 0 ? 0 : vote == place ? -1 : 1
      }
    }
    #expect(map == wanted.map { $0 / 64 })
  }
}
