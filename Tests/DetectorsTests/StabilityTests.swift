import Detectors
import ForensicCore
import Foundation
import Glibc
import ImageCodecs
import Safetensors
import Testing

/// Conclusions that hold when the picture is changed, and those that turn round.
@Suite struct StabilityTests {
  /// A bundle that goes by the JPEG quality alone: at 90 and 95 generated, at 80 open, at 60 camera.
  private func ensemble(
    _ edit: @escaping (inout BundleDescription) -> Void = { _ in }, excluding: Set<String> = []
  ) throws -> Ensemble {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var bundle = SampleBundle(edit: edit)
    bundle.spoil = { name, tensors in
      guard name == "meta.safetensors" else { return }
      for (key, tensor) in tensors {
        var values = [Float](repeating: 0, count: tensor.shape.reduce(1, *))
        if key.hasSuffix("weight") { values[(tensor.shape[0] - 2) * 3] = -40 }
        if key.hasSuffix("bias") { values[0] = 40 * 0.78 + Float(log(2.0)) }
        guard key.hasPrefix("layers") else { continue }
        tensors[key] = TensorValue(values, shape: tensor.shape)
      }
    }
    try bundle.write(to: folder)
    return try Ensemble(bundle: ModelBundle.load(folder), excluding: excluding)
  }

  private let input = picture(width: 600, height: 400)

  @Test func aConclusionThatTurnsRoundIsLeftOpen() throws {
    let ensemble = try ensemble()
    let plain = ensemble.examine(input, jpegQuality: 90).conclusion
    #expect(plain.leaning == .generated && plain.stability == nil)
    let tried = ensemble.examine(input, jpegQuality: 90, stability: .unlimited).conclusion
    let stability = try #require(tried.stability)
    #expect(stability.base.leaning == .generated)
    #expect(
      stability.variants.map(\.leaning) == [.generated, .inconclusive, .camera, nil, .generated])
    #expect(stability.flips)
    #expect(stability.turned(from: .generated).map(\.change) == [.resaved60])
    #expect(tried.leaning == .inconclusive)
    #expect(tried.reason?.contains("called a generated picture as received") == true)
    #expect(tried.reason?.contains("when saved again at quality 60") == true)
    // What was measured stays.
    #expect(tried.logLikelihoodRatio == plain.logLikelihoodRatio)
    #expect(tried.probabilityGenerated == plain.probabilityGenerated)
    #expect(tried.words == plain.words && tried.hasRatio)
    #expect(tried.families == plain.families && tried.errorRate == plain.errorRate)
  }

  @Test func whatIsMerelyOpenTurnsNothing() throws {
    let ensemble = try ensemble { $0.decision.camera = -3 }
    let tried = ensemble.examine(input, jpegQuality: 90, stability: .unlimited).conclusion
    let stability = try #require(tried.stability)
    #expect(stability.variants[2].leaning == .inconclusive)
    #expect(!stability.flips)
    #expect(tried.leaning == .generated && tried.reason == nil)
  }

  @Test func anOpenConclusionKeepsItsReason() throws {
    let ensemble = try ensemble()
    let plain = ensemble.examine(input, jpegQuality: 80).conclusion
    let tried = ensemble.examine(input, jpegQuality: 80, stability: .unlimited).conclusion
    #expect(plain.leaning == .inconclusive)
    #expect(tried.reason == plain.reason)
    #expect(tried.stability?.flips == false)
    #expect(tried.stability?.variants.map(\.leaning).contains(.camera) == true)
  }

  @Test(arguments: Conclusion.Leaning.allCases, Conclusion.Leaning.allCases)
  func likeIsComparedWithLike(_ base: Conclusion.Leaning, _ leaning: Conclusion.Leaning) {
    let stability = Stability(
      base: .init(logLikelihoodRatio: 0, leaning: base), detectors: ["a"],
      variants: Conclusion.Leaning.allCases.map { .init(.cropped10, leaning: $0) }
        + [.init(.halfSize, reason: "small")])
    let turned = stability.turned(from: leaning)
    let expected = base == leaning && leaning != .inconclusive
    #expect(turned.map(\.leaning) == (expected ? [leaning.opposite] : []))
  }

  @Test func whenTheTimeRunsOut() throws {
    let tried = try ensemble().examine(
      input, jpegQuality: 90, stability: TimeAllowance(seconds: 0)
    ).conclusion
    #expect(tried.leaning == .generated)
    #expect(tried.stability?.variants.count == 5)
    #expect(tried.stability?.variants.allSatisfy { $0.reason == "the time ran out" } == true)
    #expect(tried.stability?.variants.allSatisfy { $0.logLikelihoodRatio == nil } == true)
  }

  @Test func whatIsTooSmallSaysSo() throws {
    let small = try ensemble().examine(input, jpegQuality: 90, stability: .unlimited)
    #expect(
      small.conclusion.stability?.variants[3].reason?.contains("shorter side has 200") == true)
    let large = try ensemble().examine(
      picture(width: 640, height: 600), jpegQuality: 90, stability: .unlimited)
    #expect(large.conclusion.stability?.variants[3].leaning == .generated)
    let strict = try ensemble { $0.limits.minimumQuality = 70 }
      .examine(input, jpegQuality: 90, stability: .unlimited)
    #expect(strict.conclusion.stability?.variants[2].reason?.contains("quality is 60") == true)
    #expect(strict.conclusion.leaning == .generated)
  }

  /// Where nothing is concluded nothing can turn round.
  @Test(arguments: [
    (16, 16, 3, "shorter side"), (600, 1, 3, "shorter side"), (1, 600, 3, "shorter side"),
    (300, 300, 1, "shades of one colour"), (300, 300, 2, "shades of one colour"),
  ])
  func notApplicable(width: Int, height: Int, channels: Int, why: String) throws {
    let result = try ensemble().examine(
      picture(width: width, height: height, channels: channels), jpegQuality: 90,
      stability: .unlimited)
    #expect(result.conclusion.stability == nil && result.conclusion.noRatio == true)
    let omission = try #require(result.notExamined.first)
    #expect(omission.what == "Stability under small changes")
    #expect(omission.why.hasPrefix("Not applicable: ") && omission.why.contains(why))
  }

  /// A bundle that takes pictures of any size has their changes looked at too.
  @Test(arguments: [(16, 16), (300, 1), (1, 300), (20, 33)])
  func tinyPictures(width: Int, height: Int) throws {
    let ensemble = try ensemble {
      $0.limits.minimumSide = 1
      $0.limits.minimumDeviation = 0
    }
    let result = ensemble.examine(
      picture(width: width, height: height), jpegQuality: 90, stability: .unlimited)
    guard result.conclusion.hasRatio else { return }
    #expect(result.conclusion.stability?.variants.count == 5)
  }

  @Test func detectorsThatDidNotRunAreNotAsked() throws {
    let result = try ensemble(excluding: ["residual"]).examine(
      input, jpegQuality: 90, stability: .unlimited)
    let names = try #require(result.conclusion.stability?.detectors)
    #expect(names == result.detectors.filter(\.ran).map(\.name))
    #expect(!names.contains("residual"))
  }

  @Test func thatItIsLookedAtChangesNothingElse() throws {
    let ensemble = try ensemble()
    let plain = ensemble.examine(input, jpegQuality: 95, tiles: true)
    var tried = ensemble.examine(input, jpegQuality: 95, tiles: true, stability: .unlimited)
    #expect(tried == ensemble.examine(input, jpegQuality: 95, tiles: true, stability: .unlimited))
    tried.conclusion = plain.conclusion
    #expect(tried == plain)
  }
}
