import CKernels
import Glibc

/// Codes of local texture: the signs of eight filters' responses at a place as a number of eight bits,
/// counted over a plane. Codes that turning the picture over, or swapping rows and columns, makes of
/// one another share a cell: how a picture was made does not depend on that.
package struct SignCodes: Sendable {
  /// The side of the filters in pixels, odd.
  package let window: Int
  /// 8 × window × window whole numbers.
  package let filters: [Float]
  /// A bit is set where its filter's response is above this.
  package let threshold: Float
  /// For phases, the filters' parts as `fk_phase_codes` takes them; none for the neighbours' order.
  private let weights: [Float]
  /// The count of cells.
  package let dimension: Int
  /// For each of the 256 codes its cell.
  package let cell: [Int]

  /// Local binary patterns: which of the eight neighbours are brighter than a pixel (Ojala,
  /// Pietikäinen & Mäenpää, "Multiresolution gray-scale and rotation invariant texture
  /// classification with local binary patterns", IEEE TPAMI 24(7), 2002).
  package static let binaryPatterns: SignCodes = {
    var filters = [Float]()
    for neighbour in 0..<9 where neighbour != 4 {
      var filter = [Float](repeating: 0, count: 9)
      filter[4] = -1
      filter[neighbour] = 1
      filters += filter
    }
    return SignCodes(window: 3, filters: filters, threshold: 0.5, weights: [])
  }()

  /// Local phase quantisation: the signs of the real and imaginary parts of the short-time Fourier
  /// transform at the four lowest frequencies, without the mean, under a Gaussian window
  /// (Ojansivu & Heikkilä, "Blur insensitive texture classification using local phase
  /// quantization", ICISP 2008). Blur that is alike in all directions leaves them as they are.
  package static func phases(window: Int) -> SignCodes {
    let reach = window / 2
    func wave(_ place: Int, _ frequency: Int) -> Double {
      -2 * .pi * Double(frequency * place) / Double(window)
    }
    var filters = [Float]()
    for (down, across) in [(0, 1), (1, 0), (1, 1), (1, -1)] {
      for part in [cos, sin] as [@Sendable (Double) -> Double] {
        var filter = [Double]()
        for y in -reach...reach {
          for x in -reach...reach {
            let distance = Double(x * x + y * y) / Double(window * window) * 4
            filter.append(exp(-distance) * part(wave(y, down) + wave(x, across)))
          }
        }
        let mean = filter.reduce(0, +) / Double(filter.count)
        var whole = filter.map { Float((($0 - mean) * scale).rounded()) }
        // What rounding leaves of the mean.
        whole[whole.count / 2] -= whole.reduce(0, +)
        filters += whole
      }
    }
    return SignCodes(
      window: window, filters: filters, threshold: 0.3 * Float(scale),
      weights: parts(of: filters, window: window))
  }

  /// What a filter of size 1 is rounded at.
  private static let scale = 1024.0

  private init(window: Int, filters: [Float], threshold: Float, weights: [Float]) {
    self.window = window
    self.filters = filters
    self.threshold = threshold
    self.weights = weights
    cell = Self.cells(filters, window: window)
    dimension = (cell.max() ?? 0) + 1
  }

  /// The square roots of the shares of the cells among the places of a plane.
  package func features(of plane: ViewPlanes.Plane, in planes: ViewPlanes) -> [Float] {
    var counts = [UInt32](repeating: 0, count: 256)
    _ = planes.withSamples(of: plane) { samples in
      if weights.isEmpty {
        fk_neighbour_codes(samples, &counts)
      } else {
        fk_phase_codes(samples, weights, Int32(window), 2 * threshold, &counts)
      }
    }
    var joined = [UInt32](repeating: 0, count: dimension)
    for (code, count) in counts.enumerated() { joined[cell[code]] += count }
    let places = ViewPlanes.side - window + 1
    return joined.map { (Float($0) / Float(places * places)).squareRoot() }
  }
}

extension SignCodes {
  /// Filters that are alike, or each other's negative, at places that mirror one another about an axis
  /// are known from a quarter of the window; the two diagonals mirror each other, so their sum and
  /// their difference are such filters.
  private static func parts(of filters: [Float], window: Int) -> [Float] {
    let side = Int(FK_PHASE_REACH)
    var weights = [Float](repeating: 0, count: Int(FK_PHASE_SUMS) * side * side)
    for y in 0...(window / 2) {
      for x in 0...(window / 2) {
        let place = (y + window / 2) * window + x + window / 2
        let f = (0..<8).map { filters[$0 * window * window + place] }
        let parts =
          (0..<4).map { 2 * f[$0] } + [f[4] + f[6], f[4] - f[6], f[5] + f[7], f[5] - f[7]]
        for (sum, part) in parts.enumerated() { weights[(sum * side + y) * side + x] = part }
      }
    }
    return weights
  }

  /// A filter as another one, or as its negative.
  private struct Twin {
    var filter: Int
    var isNegative: Bool
  }

  /// Joins the codes that the symmetries of the square make of one another.
  private static func cells(_ filters: [Float], window: Int) -> [Int] {
    let size = window * window
    let all = (0..<8).map { Array(filters[($0 * size)..<(($0 + 1) * size)]) }
    let symmetries: [(Int, Int) -> (Int, Int)] = [
      { y, x in (y, window - 1 - x) }, { y, x in (window - 1 - y, x) }, { y, x in (x, y) },
    ]
    let twins = symmetries.map { symmetry in
      all.map { filter in
        let turned = (0..<size).map { place in
          let (y, x) = symmetry(place / window, place % window)
          return filter[y * window + x]
        }
        return twin(of: turned, among: all)
      }
    }
    var smallest = Array(0..<256)
    var isChanging = true
    while isChanging {
      isChanging = false
      for code in 0..<256 {
        for twins in twins {
          let other = turned(code, twins)
          let least = min(smallest[code], smallest[other])
          if smallest[code] != least || smallest[other] != least {
            smallest[code] = least
            smallest[other] = least
            isChanging = true
          }
        }
      }
    }
    let kept = Set(smallest).sorted()
    return smallest.map { kept.firstIndex(of: $0) ?? 0 }
  }

  private static func twin(of turned: [Float], among filters: [[Float]]) -> Twin {
    var best = (twin: Twin(filter: 0, isNegative: false), distance: Float.infinity)
    for (index, filter) in filters.enumerated() {
      for isNegative in [false, true] {
        let sign: Float = isNegative ? -1 : 1
        let distance = zip(turned, filter).reduce(0) { $0 + abs($1.0 - sign * $1.1) }
        if distance < best.distance {
          best = (Twin(filter: index, isNegative: isNegative), distance)
        }
      }
    }
    return best.twin
  }

  /// The code of the same place in the turned picture.
  private static func turned(_ code: Int, _ twins: [Twin]) -> Int {
    twins.enumerated().reduce(0) { sum, next in
      let bit = (code >> next.element.filter) & 1
      return sum | (next.element.isNegative ? 1 - bit : bit) << next.offset
    }
  }
}
