import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Laboratory
import Testing

@Suite struct TrainingTests {
  static let quick = TrainingOptions(
    name: "tiny", draws: 2, folds: 2, hidden: 8, epochs: 6, leaveOneSourceOut: false, threads: 1)

  @Test func tinyDataSetFromEndToEnd() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder)
    var options = Self.quick
    options.cache = folder + "/cache"
    let description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families,
      output: folder + "/one", options: options)
    // Again from the cache, on other threads: the same bundle, bit for bit.
    options.threads = 2
    try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families,
      output: folder + "/two", options: options)

    let one = try Ensemble.load(bundle: folder + "/one")
    let two = try Ensemble.load(bundle: folder + "/two")
    #expect(one.bundleDigest == two.bundleDigest)
    #expect(one.bundle == description)
    #expect(
      description.metrics.tiers.map(\.name) == [
        "quality 40", "quality 65", "quality 90", "as received", "web", "hard", "edited",
      ])
    for tier in description.metrics.tiers {
      #expect(tier.auc > (tier.name == "edited" ? 0.8 : 0.9))
      #expect(tier.realCount == 8 && tier.generatedCount == 8)
    }
    #expect(description.limits.outliers?.detector == "joined")
    #expect(description.metrics.unseen == nil)
    // Measured again from the written bundle: the figures that training stated.
    let measured = try Laboratory.evaluate(
      bundle: ModelBundle.load(folder + "/one"), manifest: data.manifest, images: folder)
    #expect(measured.tiers == description.metrics.tiers)
    // As training and measurements see pictures: after a JPEG.
    for (seed, isGenerated) in (400..<408).flatMap({ [($0, true), ($0, false)] }) {
      let picture = try ImageDecoder.decode(
        ImageEncoder.jpeg(
          SyntheticDataSet.picture(isGenerated: isGenerated, seed: UInt64(seed)), quality: 90,
          subsampling: .s420)
      ).pixels
      let result = one.examine(picture, jpegQuality: 90)
      #expect(result == two.examine(picture, jpegQuality: 90))
      #expect((result.conclusion.probabilityGenerated > 0.5) == isGenerated)
    }
    try renews(measured, in: folder + "/two", from: description)
  }

  /// Figures that were measured take the place of a bundle's own, and nothing else of it changes.
  private func renews(
    _ measured: BundleMetrics, in bundle: String, from description: BundleDescription
  ) throws {
    var changed = measured
    changed.data = "another word for it"
    changed.tiers[3].misses = 0.25
    try Laboratory.renew(changed, unseen: false, in: bundle)
    var wanted = description
    wanted.metrics.data = changed.data
    wanted.metrics.tiers = changed.tiers
    #expect(try ModelBundle.load(bundle).description == wanted)
    try Laboratory.renew(measured, unseen: true, in: bundle)
    wanted.metrics.unseen = measured.tiers
    #expect(try ModelBundle.load(bundle).description == wanted)
  }

  /// A split that lacks a class is told of before any feature is computed.
  @Test func aMissingClassIsFoundFirst() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 2)
    let entries = data.manifest.entries.filter { $0.split != .test || !$0.isGenerated }
    var options = Self.quick
    options.cache = folder + "/cache"
    let error = #expect(throws: LaboratoryError.self) {
      try Laboratory.train(
        manifest: Manifest(entries: entries, digest: data.manifest.digest), images: folder,
        families: data.families, output: folder + "/out", options: options)
    }
    #expect(error?.description.contains("the split test has no generated pictures") == true)
    #expect(!FileManager.default.fileExists(atPath: folder + "/cache"))
  }

  /// Sources that only the validation split has are measured apart: the figures that
  /// `bundle measure --unseen` gives.
  @Test func unseenSourcesAreMeasuredApart() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, strange: 3)
    var options = Self.quick
    options.cache = folder + "/cache"
    let description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families,
      output: folder + "/one", options: options)
    let unseen = try #require(description.metrics.unseen)
    #expect(unseen.allSatisfy { $0.realCount == 3 && $0.generatedCount == 3 })
    let measured = try Laboratory.evaluate(
      bundle: ModelBundle.load(folder + "/one"), manifest: data.manifest, images: folder,
      split: .validation, unseen: true, cache: folder + "/cache")
    #expect(measured.tiers == unseen)
  }

  @Test(arguments: [(0.05, 18, false), (0.05, 19, true), (0.1, 8, false), (0.1, 9, true)])
  func promisesNeedPictures(share: Double, pictures: Int, isBorne: Bool) {
    #expect(CalibrationFit.bears(share, pictures: pictures) == isBorne)
  }

  /// Eight pictures of a class bear no promise of 5 %: nothing is concluded, and the rule says why.
  @Test func tooFewPicturesConcludeNothing() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder)
    var options = Self.quick
    options.detectors = ["residual", "spectrum"]
    let description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: folder + "/out",
      options: options)
    #expect(description.metrics.tiers.allSatisfy { $0.inconclusive == 1 && $0.falseAlarms == 0 })
    #expect(description.decision.rule.contains("the 8 camera pictures"))
    let picture = SyntheticDataSet.picture(isGenerated: true, seed: 900)
    let conclusion = try Ensemble.load(bundle: folder + "/out").examine(picture, jpegQuality: 90)
      .conclusion
    #expect(conclusion.leaning == .inconclusive)
    #expect(conclusion.reason?.contains("too few validation pictures") == true)
  }

  /// Pictures too small for an examination to conclude from are inconclusive in the tables too. Every
  /// other one is a region of 280 × 285 pixels, the others have 300 × 300.
  @Test func smallPicturesAreInconclusive() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder)
    var options = Self.quick
    options.detectors = ["residual", "spectrum"]
    options.epochs = 24
    options.cache = folder + "/cache"
    var description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: folder + "/out",
      options: options)
    #expect(description.limits == .trained(outliers: description.limits.outliers))
    description.decision.generated = log10(2.0)
    description.decision.camera = -log10(2.0)
    func measured(side: Int) throws -> BundleMetrics {
      description.limits.minimumSide = side
      try JSONEncoder().encode(description).write(
        to: URL(fileURLWithPath: folder + "/out/bundle.json"))
      return try Laboratory.evaluate(
        bundle: ModelBundle.load(folder + "/out"), manifest: data.manifest, images: folder,
        cache: folder + "/cache")
    }
    // The chain takes up to 15 pixels of a side.
    for (side, least, most, small) in [(256, 0.0, 0.49, 0), (283, 0.5, 0.8, 4)] {
      let tier = try #require(measured(side: side).tiers.first { $0.quality == 90 })
      #expect((least...most).contains(tier.inconclusive), "\(side): \(tier.inconclusive)")
      #expect(tier.withoutRatio?.map(\.reason) == (small > 0 ? ["too small"] : []))
      #expect(tier.withoutRatio?.allSatisfy { $0.realCount == small } == true)
    }
    // Nothing that has a rank is left.
    let error = #expect(throws: LaboratoryError.self) { try measured(side: 301) }
    #expect(error?.description.contains("likelihood ratio") == true)
  }

  /// What an examination forms no ratio for counts as inconclusive, has no rank, and thresholds are
  /// chosen without it: the tables say of every picture what an examination says.
  @Test func tablesSayWhatExaminationsSay() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, odd: [.gray, .flat, .damaged])
    var options = Self.quick
    options.detectors = ["residual", "spectrum"]
    options.epochs = 24
    options.cache = folder + "/cache"
    var description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: folder + "/out",
      options: options)
    #expect(description.calibration.realCount == 5)
    #expect(description.calibration.generatedCount == 5)
    let odd = ["almost uniform", "damaged", "one colour"].map {
      BundleMetrics.WithoutRatio(reason: $0, realCount: 1, generatedCount: 1)
    }
    #expect(description.metrics.tiers.allSatisfy { $0.withoutRatio == odd })
    // So few pictures bear no threshold; with one, most others are answered.
    description.decision.generated = log10(2.0)
    description.decision.camera = -log10(2.0)
    try JSONEncoder().encode(description).write(
      to: URL(fileURLWithPath: folder + "/out/bundle.json"))
    // From the cache, which keeps what decides.
    let measured = try Laboratory.evaluate(
      bundle: ModelBundle.load(folder + "/out"), manifest: data.manifest, images: folder,
      cache: folder + "/cache")
    let tier = try #require(measured.tiers.first { $0.quality == 90 })
    #expect(tier.withoutRatio == odd && tier.realCount == 8)
    let ensemble = try Ensemble.load(bundle: folder + "/out")
    let chain = DegradationChain(recipe: .quality(90), seed: 1)
    var inconclusive = 0
    var ranked = [(ratio: Double, isGenerated: Bool)]()
    for entry in data.manifest.entries(of: .test) {
      let decoded = try ImageDecoder.decode(
        [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(entry.file)"))))
      let region = entry.region.map {
        decoded.pixels.cropped(x: $0.x, y: $0.y, width: $0.width, height: $0.height)
      }
      let seen = try chain.apply(
        to: region ?? decoded.pixels, identity: entry.identity, draw: 0)
      let isDamaged = decoded.soundRows < 200
      let conclusion = ensemble.examine(
        seen.pixels, jpegQuality: seen.quality, soundRows: isDamaged ? 100 : nil
      ).conclusion
      inconclusive += conclusion.leaning == .inconclusive ? 1 : 0
      if conclusion.hasRatio { ranked.append((conclusion.logLikelihoodRatio, entry.isGenerated)) }
    }
    #expect(ranked.count == 10)
    #expect(abs(tier.inconclusive - Double(inconclusive) / 16) < 1e-9)
    let right = ranked.map { ($0.ratio >= 0) == $0.isGenerated }.count { $0 }
    #expect(abs(tier.balancedAccuracy - Double(right) / 10) < 1e-9)
  }

  /// The detector that tells strange pictures is the one that the bundle names: one that is not there
  /// tells of none, in an examination and in the tables.
  @Test func theBundleNamesTheJudge() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder)
    var options = Self.quick
    options.detectors = ["joined"]
    options.cache = folder + "/cache"
    var description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: folder + "/out",
      options: options)
    description.limits.outliers = .init(detector: "clip", maximum: 0)
    try JSONEncoder().encode(description).write(
      to: URL(fileURLWithPath: folder + "/out/bundle.json"))
    let measured = try Laboratory.evaluate(
      bundle: ModelBundle.load(folder + "/out"), manifest: data.manifest, images: folder,
      cache: folder + "/cache")
    #expect(measured.tiers.allSatisfy { $0.withoutRatio == [] })
  }

  /// Where a source and the one that goes with it are all there is of a class, it has no row, and the
  /// training goes on.
  @Test(arguments: FusionMethod.allCases, [(2, 0), (3, 3)])
  func sourcesThatCannotBeMissed(fusion: FusionMethod, sources: (count: Int, rows: Int)) throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 6, sources: sources.count)
    var options = Self.quick
    options.detectors = ["residual", "spectrum"]
    options.epochs = 12
    options.fusion = fusion
    options.leaveOneSourceOut = true
    let description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: folder + "/out",
      options: options)
    #expect(description.metrics.leftOut.count == sources.rows)
    #expect(description.metrics.leftOut.allSatisfy { $0.realCount > 0 && $0.generatedCount > 0 })
  }

  /// The heads that are judged see as many draws as they were told, the bundle's all.
  @Test func leavesOutWithFewerDraws() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 6, sources: 3)
    func description(_ draws: Int, leftOut: Int?) throws -> BundleDescription {
      var options = Self.quick
      options.detectors = ["residual", "spectrum"]
      (options.fusion, options.leaveOneSourceOut) = (.pool, true)
      (options.draws, options.leftOutDraws) = (draws, leftOut)
      options.cache = folder + "/cache"
      return try Laboratory.train(
        manifest: data.manifest, images: folder, families: data.families,
        output: "\(folder)/\(draws)-\(leftOut ?? 0)", options: options)
    }
    let few = try description(1, leftOut: nil)
    let both = try description(2, leftOut: 1)
    #expect(!few.metrics.leftOut.isEmpty)
    #expect(both.metrics.leftOut == few.metrics.leftOut)
    #expect(both.metrics.tiers == (try description(2, leftOut: nil)).metrics.tiers)
    #expect(both.metrics.tiers != few.metrics.tiers)
    #expect(both.training.recipe["leftOutDraws"] == "1")
    #expect(few.training.recipe["leftOutDraws"] == nil)
  }

  @Test func changedFileIsRefused() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 1)
    try Data("other".utf8).write(
      to: URL(fileURLWithPath: folder + "/" + data.manifest.entries[0].file))
    #expect(throws: LaboratoryError.self) {
      try FeatureStore(images: folder).features(
        of: data.manifest.entries, chain: DegradationChain(recipe: .quality(90)), draws: 1)
    }
  }

  /// Before anything is computed: there are no pictures to compute from.
  @Test func whatCannotBeWrittenIsFoundOutFirst() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 1)
    let output = folder + "/" + data.manifest.entries[0].file
    #expect(throws: LaboratoryError.unwritable(output)) {
      try Laboratory.train(
        manifest: data.manifest, images: folder + "/nowhere", families: data.families,
        output: output, options: Self.quick)
    }
  }

  @Test(arguments: [
    (["spectrum"], [("clip", "clip.safetensors"), ("clip", "clip.safetensors")], "named twice"),
    (["spectrum"], [("spectrum", "spectrum.safetensors")], "named twice"),
    ([], [("a.b", "a-b.safetensors"), ("a-b", "a-b.safetensors")], "a.b and a-b would lie"),
    (["familiar"], [("familiar.gate", "familiar-gate.safetensors")], "the gate of familiar"),
    ([], [("meta", "meta.safetensors")], "the meta-classifier"),
    ([], [("spectra", "spectra.safetensors")], "the average spectra"),
    (["spectrum"], [("clip", "clip.safetensors"), ("dino", "dino.safetensors")], nil),
  ])
  func namesWithinABundleAreToldApart(
    detectors: [String], encoders: [(String, String)], words: String?
  ) throws {
    func check() throws {
      try BundleNames.check(
        detectors: detectors, encoders: encoders.map { (name: $0.0, file: $0.1) })
    }
    guard let words else { return try check() }
    let error = #expect(throws: LaboratoryError.self) { try check() }
    #expect(error?.description.contains(words) == true, "\(error.debugDescription)")
  }

  @Test func missingClassIsRefused() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 1)
    let real = try Manifest(
      entries: data.manifest.entries.filter { !$0.isGenerated }, digest: data.manifest.digest)
    #expect(throws: LaboratoryError.self) {
      try Laboratory.train(
        manifest: real, images: folder, families: data.families, output: folder + "/out",
        options: Self.quick)
    }
  }
}

@Suite("Heads of every kind in a bundle") struct HeadTrainingTests {
  @Test(arguments: HeadKind.allCases)
  func aBundleWithIt(kind: HeadKind) throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder)
    var options = TrainingTests.quick
    options.head = kind
    options.detectors = ["residual", "spectrum"]
    // Trees need rows enough for their leaves.
    options.draws = kind == .trees ? 8 : 3
    options.calibration = kind == .svm ? .isotonic : kind == .logistic ? .temperature : .platt
    let description = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: folder + "/out",
      options: options)
    #expect(description.detectors.map(\.name) == ["residual", "spectrum"])
    let best = try #require(description.metrics.tiers.first { $0.quality == 90 })
    #expect(best.auc > 0.75)
    // Read back, it says the same of the same pictures, and can be examined with.
    let measured = try Laboratory.evaluate(
      bundle: ModelBundle.load(folder + "/out"), manifest: data.manifest, images: folder)
    #expect(measured.tiers == description.metrics.tiers)
    let ensemble = try Ensemble.load(bundle: folder + "/out")
    let result = ensemble.examine(
      SyntheticDataSet.picture(isGenerated: true, seed: 900), jpegQuality: 90)
    #expect(result.detectors.allSatisfy { $0.ran })
  }

  @Test func twoClassesAndFineTuning() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 6)
    let (manifest, families) = try data.manifest.twoClasses(data.families)
    var options = TrainingTests.quick
    options.detectors = ["spectrum", "colour"]
    try Laboratory.train(
      manifest: manifest, images: folder, families: families, output: folder + "/one",
      options: options)
    let bundle = try ModelBundle.load(folder + "/one")
    #expect(bundle.description.families.map(\.name.rawValue) == ["real", "generated"])
    options.start = try StartBundle(bundle)
    options.epochs = 1
    let tuned = try Laboratory.train(
      manifest: manifest, images: folder, families: families, output: folder + "/two",
      options: options)
    // One epoch from trained networks: their standardisation is kept, and they are no worse.
    let after = try ModelBundle.load(folder + "/two")
    for (before, after) in zip(bundle.heads, after.heads) {
      guard case .dense(let one) = before, case .dense(let two) = after else { continue }
      #expect(one.mean == two.mean && one.layers != two.layers)
    }
    #expect(tuned.metrics.tiers.allSatisfy { $0.auc.isFinite })
    options.head = .trees
    #expect(throws: LaboratoryError.self) {
      try Laboratory.train(
        manifest: manifest, images: folder, families: families, output: folder + "/three",
        options: options)
    }
  }
}

@Suite("Going on from a bundle") struct StartTests {
  /// Four sources of each class, two of which a first bundle was trained on.
  private static func options(_ cache: String) -> TrainingOptions {
    var options = TrainingTests.quick
    options.detectors = ["residual", "spectrum"]
    options.epochs = 24
    options.cache = cache
    return options
  }

  /// What is measured without a source, and out of fold, must not come from networks that know it:
  /// the same figures and the same fusion as from scratch.
  @Test func measurementsStartFromScratch() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, sources: 4)
    var options = Self.options(folder + "/cache")
    options.leaveOneSourceOut = true
    func train(_ name: String) throws -> BundleDescription {
      try Laboratory.train(
        manifest: data.manifest, images: folder, families: data.families,
        output: folder + "/" + name, options: options)
    }
    let first = try train("one")
    #expect(first.metrics.leftOut.count == 4)
    #expect(first.training.recipe["from"] == nil)
    options.start = try StartBundle(ModelBundle.load(folder + "/one"))
    let tuned = try train("two")
    #expect(tuned.metrics.leftOut == first.metrics.leftOut)
    #expect(tuned.meta.sha256 == first.meta.sha256)
    // The heads themselves did go on.
    #expect(tuned.detectors.map(\.weights.sha256) != first.detectors.map(\.weights.sha256))
  }

  /// A source that the first bundle learnt is not strange to the second, though its manifest has
  /// nothing of it.
  @Test func sourcesOfTheStartAreKnown() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, sources: 4)
    var options = Self.options(folder + "/cache")
    options.fusion = .pool
    func train(_ name: String, on sources: Set<String>) throws -> BundleDescription {
      let entries = data.manifest.entries.filter {
        $0.split != .train || sources.contains($0.source)
      }
      options.name = name
      return try Laboratory.train(
        manifest: Manifest(entries: entries, digest: BundleDigest.of(Array(name.utf8))),
        images: folder, families: data.families, output: folder + "/" + name, options: options)
    }
    let first = try train("one", on: ["s0", "s1"])
    #expect(first.metrics.unseen != nil)
    let start = try ModelBundle.load(folder + "/one")
    options.start = try StartBundle(start)
    let tuned = try train("two", on: ["s2", "s3"])
    #expect(tuned.training.sources == ["s0", "s1", "s2", "s3"])
    #expect(tuned.training.realCount == 4)
    #expect(tuned.training.recipe["from"] == "one")
    #expect(tuned.training.recipe["fromDigest"] == start.digest.hex)
    #expect(tuned.training.recipe["fromManifest"] == first.training.manifest.hex)
    #expect(tuned.metrics.unseen == nil)
    let old = try Manifest(
      entries: data.manifest.entries.filter { $0.source < "s2" }, digest: data.manifest.digest)
    #expect(throws: LaboratoryError.self) {
      try Laboratory.evaluate(
        bundle: ModelBundle.load(folder + "/two"), manifest: old, images: folder, unseen: true,
        cache: folder + "/cache")
    }
  }
}
