import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Safetensors
import SignalAnalysis
import Testing

@Suite struct EnsembleTests {
  private func ensemble(
    _ bundle: SampleBundle = SampleBundle(), excluding: Set<String> = []
  ) throws -> Ensemble {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try bundle.write(to: folder)
    return try Ensemble(bundle: ModelBundle.load(folder), excluding: excluding)
  }

  private func check(_ result: EnsembleResult) {
    let conclusion = result.conclusion
    #expect(abs(conclusion.families.values.reduce(0, +) - 1) < 1e-9)
    #expect(abs(1 - (conclusion.families["real"] ?? 9) - conclusion.probabilityGenerated) < 1e-9)
    for detector in result.detectors where detector.ran {
      #expect(abs((detector.scores ?? [:]).values.reduce(0, +) - 1) < 1e-9)
      #expect(detector.scores?.count == conclusion.families.count)
    }
    // 99 camera and 199 generated pictures stand behind the calibration.
    #expect(conclusion.logLikelihoodRatio <= 2)
    #expect(conclusion.logLikelihoodRatio >= -log10(200))
    #expect((conclusion.leaning == .inconclusive) == (conclusion.reason != nil))
    if !conclusion.hasRatio {
      #expect(conclusion.leaning == .inconclusive)
      #expect(conclusion.words == "no likelihood ratio is given")
    }
  }

  @Test(arguments: [(256, 256, 3), (700, 500, 3), (300, 1200, 1), (320, 300, 4), (257, 400, 2)])
  func sameInputSameResult(width: Int, height: Int, channels: Int) throws {
    let ensemble = try ensemble()
    let input = picture(width: width, height: height, channels: channels)
    let result = ensemble.examine(input, jpegQuality: 75)
    check(result)
    #expect(result.figures.map(\.id) == ["spectrum", "colour-histogram"])
    #expect(
      result.detectors.map(\.figure) == ["spectrum", nil, "colour-histogram", nil, nil, nil, nil])
    #expect(result.notExamined.isEmpty)
    #expect(ensemble.examine(input, jpegQuality: 75) == result)
    // Of gray pictures nothing is concluded.
    #expect(result.conclusion.noRatio == (channels < 3 ? true : nil))
  }

  /// Gray and toned pictures are unlike what detectors learn from, whose colours they go by.
  @Test(
    arguments: [(1.0, 1.0, 1.0), (1, 0.9, 0.7), (0.6, 0.8, 1), (1, 0.55, 0.15)], [nil, 92, 40])
  func shadesOfOneColour(_ tone: (Double, Double, Double), quality: Int?) throws {
    let coloured = picture(width: 400, height: 300)
    var toned = coloured
    for pixel in 0..<(400 * 300) {
      let level = Double(coloured.samples[pixel * 3 + 1])
      for (channel, share) in [tone.0, tone.1, tone.2].enumerated() {
        toned.samples[pixel * 3 + channel] = UInt8(level * share)
      }
    }
    if let quality {
      toned = try ImageDecoder.decode(ImageEncoder.jpeg(toned, quality: quality)).pixels
    }
    let ensemble = try ensemble()
    let conclusion = ensemble.examine(toned, jpegQuality: quality).conclusion
    #expect(conclusion.noRatio == true)
    #expect(conclusion.reason?.contains("shades of one colour") == true)
    #expect(ensemble.examine(coloured, jpegQuality: quality).conclusion.noRatio == nil)
  }

  /// Examinations and measurements ask for the first of these; a picture may have several.
  @Test func obstaclesComeInOrder() throws {
    let limits = BundleDescription.Limits(
      minimumSide: 256, minimumQuality: 30, assumedQuality: 100, minimumDeviation: 4,
      outliers: .init(detector: "joined", maximum: 0.01))
    var facts = PictureFacts(
      shorterSide: 255, jpegQuality: 29, deviation: 3, colourSpread: 0,
      damage: .init(soundRows: 83, rows: 100))
    #expect(PictureFacts.Damage(soundRows: 84, rows: 100) == nil)
    func name(_ softmax: [Double]? = [0.5, 0.5], strange: Double? = 1) -> String? {
      limits.obstacle(to: facts, softmax: softmax, outlierShare: strange)?.name
    }
    #expect(name(nil) == "no detector")
    #expect(name([.nan, 0.5]) == "not finite")
    #expect(name() == "damaged")
    facts.damage = nil
    #expect(name() == "too small")
    facts.shorterSide = 256
    #expect(name() == "low quality")
    facts.jpegQuality = 30
    #expect(name() == "almost uniform")
    facts.deviation = 4
    #expect(name() == "one colour")
    facts.colourSpread = 2.5
    #expect(name() == "strange")
    #expect(name(strange: 0.01) == nil)
    #expect(name(strange: nil) == nil)
    facts.jpegQuality = nil
    #expect(name(strange: nil) == nil)
  }

  /// A large picture is examined as the smaller one that detectors see of it, and says so.
  @Test func largePicturesAreShrunk() throws {
    let large = picture(width: 1500, height: 1000)
    let seen = ExaminedSize.bounded(large)
    let whole = try ensemble().examine(large, jpegQuality: 80)
    let small = try ensemble().examine(seen, jpegQuality: 80)
    #expect(whole.conclusion == small.conclusion)
    let size = PictureSize(width: 640, height: 427)
    #expect(whole.detectors.filter(\.ran).allSatisfy { $0.shrunkTo == size })
    #expect(small.detectors.allSatisfy { $0.shrunkTo == nil })
  }

  @Test func missingDetectorsAreNamed() throws {
    let input = picture(width: 300, height: 300)
    let excluded = try ensemble(excluding: ["residual"]).examine(input, jpegQuality: 90)
    check(excluded)
    #expect(excluded.detectors.map(\.ran) == [true, false, true, true, true, true, true])
    #expect(excluded.notExamined.map(\.what) == ["Detector residual"])

    let unknown = try ensemble(SampleBundle(detectors: ["spectrum", "clip"]))
      .examine(input, jpegQuality: 90)
    check(unknown)
    #expect(unknown.detectors.map(\.ran) == [true, false])

    let none = try ensemble(SampleBundle(versionOffset: 1)).examine(input, jpegQuality: 90)
    check(none)
    #expect(none.detectors.allSatisfy { !$0.ran && $0.reason?.contains("version") == true })
    #expect(none.conclusion.leaning == .inconclusive)
    #expect(none.conclusion.logLikelihoodRatio == 0)
  }

  @Test(arguments: [
    (40, 300, 90, "shorter side"), (255, 2000, nil, "shorter side"), (300, 300, 12, "quality"),
  ])
  func outsideTheLimits(width: Int, height: Int, quality: Int?, reason: String) throws {
    let result = try ensemble().examine(
      picture(width: width, height: height), jpegQuality: quality)
    check(result)
    #expect(result.conclusion.leaning == .inconclusive)
    #expect(result.conclusion.reason?.contains(reason) == true)
    #expect(result.conclusion.probabilityGenerated == 0.5)
    #expect(result.conclusion.noRatio == true)
  }

  @Test func flatPictureIsInconclusive() throws {
    let flat = PixelBuffer(
      width: 300, height: 300, channels: 3, samples: [UInt8](repeating: 128, count: 270_000))
    let result = try ensemble().examine(flat, jpegQuality: 90)
    #expect(result.conclusion.reason?.contains("uniform") == true)
  }

  /// Every number of the picture lies far from the mean that the head of `joined` has.
  @Test(arguments: [
    ("joined", 0.999, true), ("joined", 1, false), ("residual", 0.999, false), ("clip", 0, false),
  ])
  func strangePictureIsInconclusive(detector: String, maximum: Double, isStrange: Bool) throws {
    var bundle = SampleBundle()
    bundle.spoil = { name, tensors in
      guard name == "joined.safetensors", let mean = tensors["mean"] else { return }
      tensors["mean"] = TensorValue(
        [Float](repeating: 1e9, count: mean.shape.reduce(1, *)), shape: mean.shape)
    }
    bundle.edit = { $0.limits.outliers = .init(detector: detector, maximum: maximum) }
    let result = try ensemble(bundle).examine(picture(width: 300, height: 300), jpegQuality: 90)
    check(result)
    #expect((result.conclusion.reason?.contains("unlike") == true) == isStrange)
    if isStrange { #expect(result.conclusion.probabilityGenerated == 0.5) }
  }

  /// A bundle in which one file has the largest weights there are, so that sums of them are
  /// infinite.
  private func spoilt(_ file: String) -> SampleBundle {
    var bundle = SampleBundle()
    bundle.spoil = { name, tensors in
      for (key, tensor) in tensors where name == file && key.hasSuffix("weight") {
        let weights = [Float](
          repeating: .greatestFiniteMagnitude, count: tensor.shape.reduce(1, *))
        tensors[key] = TensorValue(weights, shape: tensor.shape)
      }
    }
    return bundle
  }

  /// A detector whose scores are not finite is left out; the others stay as they are.
  @Test func scoresThatAreNotFinite() throws {
    let input = picture(width: 300, height: 300)
    let result = try ensemble(spoilt("residual.safetensors")).examine(input, jpegQuality: 90)
    check(result)
    #expect(result.detectors.map(\.ran) == [true, false, true, true, true, true, true])
    #expect(result.detectors[1].scores == nil)
    #expect(result.notExamined.map(\.what) == ["Detector residual"])
    #expect(result.notExamined.map(\.why) == [Examination.Omission.notFinite])
    let without = try ensemble(excluding: ["residual"]).examine(input, jpegQuality: 90)
    #expect(result.conclusion == without.conclusion)
  }

  @Test func fusionThatIsNotFinite() throws {
    let result = try ensemble(spoilt("meta.safetensors"))
      .examine(picture(width: 300, height: 300), jpegQuality: 90)
    check(result)
    #expect(result.detectors.map(\.ran) == [true, true, true, true, true, true, true])
    #expect(result.conclusion.leaning == .inconclusive)
    #expect(result.conclusion.reason?.contains("not finite") == true)
  }

  /// Where rows are lost the scores are shown, and nothing is concluded.
  @Test func lostRows() throws {
    let ensemble = try ensemble()
    let input = picture(width: 400, height: 300)
    let whole = ensemble.examine(input, jpegQuality: 90)
    for rows in [300, 284] {
      #expect(ensemble.examine(input, jpegQuality: 90, soundRows: rows) == whole)
    }
    let lost = ensemble.examine(input, jpegQuality: 90, soundRows: 283)
    #expect(lost.detectors == whole.detectors)
    #expect(lost.conclusion.leaning == .inconclusive)
    #expect(lost.conclusion.reason?.contains("283 of the picture's 300 rows") == true)
  }

  @Test(arguments: [
    (1, "quality 40"), (52, "quality 40"), (53, "quality 65"), (77, "quality 65"),
    (78, "quality 90"), (100, "quality 90"), (nil, "as received"),
  ])
  func errorRateOfTheOwnQuality(quality: Int?, tier: String) throws {
    let result = try ensemble().examine(
      picture(width: 256, height: 256), jpegQuality: quality)
    let rate = result.conclusion.errorRate
    #expect(rate?.tier == tier)
    #expect(rate?.quality.map { "quality \($0)" } ?? "as received" == tier)
    #expect(rate?.unseen == nil)
    #expect(rate?.edited == nil)
  }

  /// Of the likeliest generator, in the row of the file's own quality, where it was measured.
  @Test func errorRateOfTheFamily() throws {
    func conclusion(measured: [String]) throws -> Conclusion {
      var bundle = SampleBundle()
      bundle.edit = { description in
        for index in description.metrics.tiers.indices {
          let quality = description.metrics.tiers[index].quality ?? 0
          description.metrics.tiers[index].families = measured.enumerated().map {
            BundleMetrics.Family(
              family: GeneratorFamily(rawValue: $1), count: $0 + 1, auc: nil,
              generated: Double(quality) / 100, camera: 0, inconclusive: 0)
          }
        }
      }
      return try ensemble(bundle).examine(
        picture(width: 256, height: 256), jpegQuality: 70
      ).conclusion
    }
    let measured = ["real", "alpha", "beta"]
    let whole = try conclusion(measured: measured)
    let likeliest = try #require(whole.likeliestGenerator)
    let place = try #require(measured.dropFirst().firstIndex(of: likeliest))
    #expect(
      whole.errorRate?.family == .init(family: likeliest, found: 0.65, count: place + 1))
    #expect(try conclusion(measured: ["real"]).errorRate?.family == nil)
  }

  @Test func errorRateOfStrangeSources() throws {
    var bundle = SampleBundle()
    bundle.edit = { description in
      description.metrics.unseen = description.metrics.tiers.map { tier in
        var tier = tier
        tier.misses = tier.quality == 65 ? 0.4 : 0.5
        tier.realCount = 7
        return tier
      }
      var edited = description.metrics.tiers[0]
      (edited.name, edited.quality, edited.falseAlarms) = ("edited", nil, 0.2)
      description.metrics.tiers.append(edited)
    }
    let result = try ensemble(bundle).examine(picture(width: 256, height: 256), jpegQuality: 70)
    #expect(
      result.conclusion.errorRate?.unseen
        == .init(
          falseAlarms: 0.1, misses: 0.4, inconclusive: 0.3, auc: 0.9, realCount: 7,
          generatedCount: 20))
    let edited = try #require(result.conclusion.errorRate?.edited)
    #expect((edited.falseAlarms, edited.realCount) == (0.2, 10))
  }

  /// A detector whose gate does not know the source has run, and says that it says nothing.
  @Test func strangersAreNotJudged() throws {
    let bundle = SampleBundle(gates: ["colour": -2, "texture": 12])
    let result = try ensemble(bundle).examine(picture(width: 300, height: 300), jpegQuality: 90)
    check(result)
    let abstaining = result.detectors.filter { $0.abstains == true }
    #expect(abstaining.map(\.name) == ["colour"])
    #expect(abstaining.allSatisfy { $0.ran && $0.scores != nil })
  }

  /// Thresholds beyond the ratios that a bundle may claim are those of one with too few pictures.
  @Test(arguments: [(1.99, "between the two thresholds"), (2.5, "too few validation pictures")])
  func thresholdsThatNothingReaches(threshold: Double, reason: String) throws {
    let bundle = SampleBundle(edit: {
      $0.decision.generated = threshold
      $0.decision.camera = -threshold
    })
    let conclusion = try ensemble(bundle).examine(picture(width: 300, height: 300), jpegQuality: 90)
      .conclusion
    #expect(conclusion.leaning == .inconclusive)
    #expect(conclusion.reason?.contains(reason) == true, "\(conclusion.reason ?? "")")
  }

  @Test(.timeLimit(.minutes(1)))
  func onThreadsAsAlone() async throws {
    let ensemble = try ensemble()
    let input = picture(width: 520, height: 400)
    let alone = ensemble.examine(input, jpegQuality: 80)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask { ensemble.examine(input, jpegQuality: 80) == alone }
      }
      for await same in group { #expect(same) }
    }
  }
}
