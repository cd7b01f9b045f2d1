import ForensicCore
import Laboratory
import Testing

/// How statements that changes turn round are counted.
@Suite struct StabilityTests {
  private func trial(
    _ isGenerated: Bool, _ leaning: Conclusion.Leaning, base: Conclusion.Leaning? = nil,
    saved: Conclusion.Leaning?
  ) -> StabilityExperiment.Trial {
    var stability = Stability(
      base: .init(logLikelihoodRatio: 0, leaning: base ?? leaning), detectors: ["a"],
      variants: [.init(.resaved60, leaning: saved, reason: saved == nil ? "r" : nil)])
    stability.flips = !stability.turned(from: leaning).isEmpty
    return .init(isGenerated: isGenerated, leaning: leaning, stability: stability)
  }

  @Test func counts() throws {
    let result = StabilityExperiment.result(
      [
        trial(false, .camera, saved: .camera), trial(false, .generated, saved: .camera),
        trial(false, .camera, saved: .inconclusive), trial(false, .inconclusive, saved: .camera),
        trial(false, .camera, base: .inconclusive, saved: .generated),
        trial(false, .camera, saved: nil), trial(true, .generated, saved: .camera),
      ], split: .validation)
    let changes = try #require(result.tables.first)
    #expect(changes.rows.count == 2 * Stability.Change.allCases.count)
    #expect(
      changes.rows[2] == [
        "camera", "resaved-60", .count(3), .count(1), .share(1.0 / 3), .count(1), .count(1),
      ])
    #expect(
      changes.rows[7] == [
        "generated", "resaved-60", .count(1), .count(1), .share(1), .count(0), .count(0),
      ])
    #expect(
      result.tables[1].rows == [
        [
          "camera", .count(6), .count(5), .count(1), .count(1), .count(1), .count(4), .count(0),
        ],
        [
          "generated", .count(1), .count(1), .count(0), .count(1), .count(0), .count(0), .count(0),
        ],
      ])
    #expect(result.remarks.first?.contains("validation split") == true)
  }
}
