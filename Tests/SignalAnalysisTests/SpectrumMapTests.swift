import ImageCodecs
import SignalAnalysis
import Testing

@Suite("Spectra as reports show them")
struct SpectrumMapTests {
  private static let views = (1...3).map { ViewAnalysis(Samples.noise(seed: UInt64($0))) }

  /// The place (12 and 13 across, 32 and 33 down from frequency 0), by hand from the views' logarithms.
  @Test("a value is the mean of four frequencies and of all views")
  func values() throws {
    let map = try #require(SpectrumAverage(Self.views).map)
    let places = [12 * 256 + 32, 12 * 256 + 33, 13 * 256 + 32, 13 * 256 + 33]
    let found = Self.views.flatMap { view in places.map { view.logarithms[$0] } }
    let expected = found.reduce(0, +) / Float(found.count)
    #expect(abs(map.values[80 * SpectrumMap.side + 70] - expected) < 1e-4)
    #expect(SpectrumAverage().map == nil)
  }

  @Test("the average of views is the mean of theirs, values and profile")
  func mean() throws {
    let whole = try #require(SpectrumAverage(Self.views).map)
    let parts = try Self.views.map { try #require(SpectrumAverage([$0]).map) }
    for (all, numbers) in [
      (whole.values, parts.map(\.values)), (whole.profile, parts.map(\.profile)),
    ] {
      for index in all.indices {
        let mean = numbers.reduce(0) { $0 + $1[index] } / Float(numbers.count)
        #expect(abs(all[index] - mean) < 1e-3)
      }
    }
  }

  @Test("drawn over its own span it is the figure that stands alone")
  func picture() throws {
    let map = try #require(SpectrumAverage(Self.views).map)
    let alone = try #require(ResidualSpectrum.averaged(Self.views))
    let drawn = map.picture(over: map.span)
    #expect(drawn.width == alone.width && drawn.channels == 1)
    let differences = zip(drawn.samples, alone.samples).map { abs(Int($0) - Int($1)) }
    #expect(differences.allSatisfy { $0 <= 1 })
    // A span of nothing is drawn all the same.
    #expect(map.picture(over: 9...9).samples.count == alone.samples.count)
  }
}
