import Foundation
import ImageCodecs
import SignalAnalysis
import Testing

@Suite("Codes of local texture")
struct TextureTests {
  static let all: [SignCodes] = [.binaryPatterns] + [3, 5, 7].map { .phases(window: $0) }

  @Test("the square's symmetries leave 51 patterns of neighbours and 32 of phases")
  func cells() {
    #expect(Self.all.map(\.dimension) == [51, 32, 32, 32])
    for codes in Self.all { #expect(Set(codes.cell) == Set(0..<codes.dimension)) }
    // A pattern of one neighbour at a corner, or at an edge, is the same at all four.
    let corners = [0, 2, 5, 7].map { SignCodes.binaryPatterns.cell[1 << $0] }
    let edges = [1, 3, 4, 6].map { SignCodes.binaryPatterns.cell[1 << $0] }
    #expect(Set(corners).count == 1 && Set(edges).count == 1 && corners[0] != edges[0])
  }

  @Test("filters are whole, without a mean, and small enough for exact sums", arguments: [3, 5, 7])
  func filters(window: Int) {
    let codes = SignCodes.phases(window: window)
    let size = window * window
    #expect(codes.filters.count == 8 * size)
    for index in 0..<8 {
      let filter = codes.filters[(index * size)..<((index + 1) * size)]
      #expect(filter.allSatisfy { $0 == $0.rounded() })
      #expect(filter.reduce(0, +) == 0)
      #expect(filter.reduce(0) { $0 + abs($1) } * 512 < 16_777_216)
    }
  }

  @Test("shares of the neighbours' order, counted by hand")
  func binaryPatterns() {
    let view = Samples.noise(seed: 3)
    let planes = ViewPlanes(view)
    let luma = Array(planes.samples(of: .luma))
    var counts = [Double](repeating: 0, count: 51)
    for y in 1..<255 {
      for x in 1..<255 {
        var code = 0
        var bit = 0
        for dy in -1...1 {
          for dx in -1...1 where dy != 0 || dx != 0 {
            if luma[(y + dy) * 256 + x + dx] > luma[y * 256 + x] { code |= 1 << bit }
            bit += 1
          }
        }
        counts[SignCodes.binaryPatterns.cell[code]] += 1
      }
    }
    let found = SignCodes.binaryPatterns.features(of: .luma, in: planes)
    for (found, count) in zip(found, counts) {
      #expect(abs(Double(found) - (count / (254 * 254)).squareRoot()) < 1e-6)
    }
  }

  @Test("shares of the local phases, from the transform's definition", arguments: [3, 5, 7])
  func phases(window: Int) {
    let view = Samples.noise(seed: 8)
    let planes = ViewPlanes(view)
    let luma = planes.samples(of: .luma).map(Double.init)
    let codes = SignCodes.phases(window: window)
    let reach = window / 2
    var kernels = [[Double]]()
    for (v, u) in [(0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (1.0, -1.0)] {
      for isImaginary in [false, true] {
        var kernel = [Double]()
        for y in -reach...reach {
          for x in -reach...reach {
            let angle = -2 * Double.pi * (v * Double(y) + u * Double(x)) / Double(window)
            let gauss = exp(-4 * Double(x * x + y * y) / Double(window * window))
            kernel.append(gauss * (isImaginary ? sin(angle) : cos(angle)))
          }
        }
        let mean = kernel.reduce(0, +) / Double(kernel.count)
        kernels.append(kernel.map { $0 - mean })
      }
    }
    var counts = [Double](repeating: 0, count: codes.dimension)
    for y in reach..<(256 - reach) {
      for x in reach..<(256 - reach) {
        var code = 0
        for (bit, kernel) in kernels.enumerated() {
          var sum = 0.0
          for dy in -reach...reach {
            for dx in -reach...reach {
              sum += kernel[(dy + reach) * window + dx + reach] * luma[(y + dy) * 256 + x + dx]
            }
          }
          if sum > 0.3 { code |= 1 << bit }
        }
        counts[codes.cell[code]] += 1
      }
    }
    let places = Double((257 - window) * (257 - window))
    let found = codes.features(of: .luma, in: planes)
    // The filters are rounded: a response near the threshold may fall on its other side.
    for (found, count) in zip(found, counts) {
      #expect(abs(Double(found * found) - count / places) < 2e-3)
    }
  }

  @Test("every place has the signs of the filters' responses", arguments: all.indices)
  func signs(index: Int) {
    let codes = Self.all[index]
    let planes = ViewPlanes(Samples.noise(seed: 12))
    let luma = planes.samples(of: .luma).map(Float.init)
    let (window, size) = (codes.window, codes.window * codes.window)
    var counts = [Int](repeating: 0, count: codes.dimension)
    for y in 0...(256 - window) {
      for x in 0...(256 - window) {
        var sums = [Float](repeating: 0, count: 8)
        for tap in 0..<size {
          let value = luma[(y + tap / window) * 256 + x + tap % window]
          for bit in 0..<8 { sums[bit] += codes.filters[bit * size + tap] * value }
        }
        let code = (0..<8).reduce(0) { $0 | (sums[$1] > codes.threshold ? 1 << $1 : 0) }
        counts[codes.cell[code]] += 1
      }
    }
    let places = Float((257 - window) * (257 - window))
    #expect(
      codes.features(of: .luma, in: planes) == counts.map { (Float($0) / places).squareRoot() })
  }

  @Test("turned over or with rows for columns, a view has the same patterns of neighbours")
  func symmetries() {
    let view = Samples.noise(seed: 6)
    let expected = SignCodes.binaryPatterns.features(of: .luma, in: ViewPlanes(view))
    let turns: [(Int, Int) -> (Int, Int)] = [
      { y, x in (255 - y, x) }, { y, x in (y, 255 - x) }, { y, x in (x, y) },
    ]
    for turn in turns {
      var samples = view.samples
      for y in 0..<256 {
        for x in 0..<256 {
          let (row, column) = turn(y, x)
          for channel in 0..<3 {
            samples[(y * 256 + x) * 3 + channel] =
              view.samples[(row * 256 + column) * 3 + channel]
          }
        }
      }
      let turned = PixelBuffer(width: 256, height: 256, channels: 3, samples: samples)
      #expect(SignCodes.binaryPatterns.features(of: .luma, in: ViewPlanes(turned)) == expected)
    }
  }

  @Test("a flat view has one code")
  func flat() {
    let planes = ViewPlanes(Samples.gray { _, _ in 90 })
    for codes in Self.all {
      let features = codes.features(of: .luma, in: planes)
      #expect(features[codes.cell[0]] == 1)
      #expect(features.reduce(0, +) == 1)
    }
  }

  @Test("the features are those of the half-size view, plane after plane")
  func halfSize() {
    let picture = Samples.noise(width: 600, height: 520, seed: 4)
    let coarse = CoarseViews(of: picture)
    let analysis = ViewAnalysis(Samples.noise(seed: 1), coarse: coarse)
    let features = TextureFeatures().features(of: analysis)
    let planes = coarse.half.planes
    let expected = [ViewPlanes.Plane.luma, .blueChroma, .redChroma].flatMap { plane in
      Self.all.flatMap { $0.features(of: plane, in: planes) }
    }
    #expect(features == expected && features.count == 441)
  }
}
