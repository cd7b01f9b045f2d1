import Classifiers
import Foundation
import Safetensors
import Testing

@Suite struct AdapterTests {
  static func tip(scale: Double) throws -> TipAdapter {
    let set = try Goldens.set("multi.train", classes: 16)
    let expected = try Goldens.scalars("tip")
    return try TipAdapter(
      keys: set.features, labels: set.labels, classCount: 16,
      alpha: expected["alpha"] ?? .nan, beta: expected["beta"] ?? .nan,
      prior: ZeroShot(texts: Goldens.features("tip.text_w"), scale: scale))
  }

  @Test(
    .enabled(if: Goldens.exist, "no reference values beside the repository"),
    arguments: [
      (100.0, "tip.logits_official_100", "acc_official"), (1.0, "tip.logits_no_100", "acc_no_100"),
    ])
  func tipAdapterMeetsTheReference(scale: Double, name: String, accuracy: String) throws {
    let test = try Goldens.set("multi.test", classes: 16)
    let adapter = try Self.tip(scale: scale)
    let cache = try adapter.cacheLogits(of: test.features)
    #expect(distance(cache.values, try Goldens.matrix("tip.cache_logits").values) < 1e-9)
    let logits = try adapter.decisions(of: test.features)
    #expect(distance(logits.values, try Goldens.matrix(name).values) < 1e-7)
    let scalars = try Goldens.scalars("tip")
    #expect(
      Metrics.accuracy(labels: test.labels, predictions: logits.winners) == scalars[accuracy])
  }

  /// Unit vectors about one direction per class, and prompts near those directions.
  static func embedded(seed: UInt64) throws -> (TrainingSet, TrainingSet, ZeroShot) {
    func rows(_ count: Int, noise: Double, _ random: inout SplitMix64) -> ([Float], [Int]) {
      var (values, labels) = ([Float](), [Int]())
      for index in 0..<count {
        var row = (0..<16).map { Double($0 == index % 4 ? 1 : 0) + noise * random.normal() }
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        row = row.map { $0 / length }
        values += row.map { Float($0) }
        labels.append(index % 4)
      }
      return (values, labels)
    }
    var random = SplitMix64(seed: seed)
    let train = rows(160, noise: 0.3, &random)
    let test = rows(200, noise: 0.3, &random)
    let prompts = rows(4, noise: 0.35, &random).0
    return (
      try TrainingSet(
        features: .init(rows: 160, columns: 16, values: train.0), labels: train.1, classCount: 4),
      try TrainingSet(
        features: .init(rows: 200, columns: 16, values: test.0), labels: test.1, classCount: 4),
      ZeroShot(texts: .init(rows: 4, columns: 16, values: prompts), scale: 10)
    )
  }

  @Test(arguments: 1...3) func trainingLowersTheLoss(seed: UInt64) throws {
    let (set, test, prompts) = try Self.embedded(seed: seed)
    func loss(_ head: some ProbabilisticClassifier, _ set: TrainingSet) throws -> Double {
      Metrics.logLoss(try head.probabilities(of: set.features), labels: set.labels)
    }
    let cache = set.selecting(rows: Array(0..<32))
    let tip = try TipAdapter(
      keys: cache.features, labels: cache.labels, classCount: 4, prior: prompts)
    var epochs = 0
    let learned = try tip.fineTuned(
      on: set, options: .init(epochs: 20, batch: 32, learningRate: 1e-2)
    ) { done, _ in epochs = done }
    #expect(epochs == 20)
    #expect(try loss(learned, set) < loss(tip, set))
    #expect(learned.prior == tip.prior && learned.labels == tip.labels)
    let adapter = CLIPAdapter(prompts: prompts, ratio: 0.5)
    let trained = try adapter.trained(
      on: set, options: .init(epochs: 40, batch: 32, learningRate: 1e-2))
    #expect(try loss(trained, set) < loss(prompts, set))
    #expect(try accuracy(trained, test) >= accuracy(prompts, test) - 0.05)
    let heads: [any ProbabilisticClassifier] = [
      prompts, learned, trained, LinearSVM.train(on: set),
      LinearSVM.train(on: set, scheme: .oneVersusOne),
    ]
    for classifier in heads {
      let bytes = SafetensorsWriter.encode(Head(classifier: classifier).tensors(prefix: "h."))
      let again = try Head(from: SafetensorsFile(bytes: bytes), prefix: "h.")
      let expected = try classifier.probabilities(of: test.features)
      #expect(try again.probabilities(of: test.features) == expected)
    }
  }

  @Test(arguments: [0.05, 0.1, 0.2]) func conformalSetsKeepTheirPromise(error: Double) throws {
    var random = SplitMix64(seed: 11)
    func draw(_ count: Int) -> (ScoreMatrix, [Int]) {
      var (values, labels) = ([Double](), [Int]())
      for _ in 0..<count {
        let p = random.uniform()
        values += [1 - p, p]
        labels.append(random.uniform() < p ? 1 : 0)
      }
      return (ScoreMatrix(rows: count, columns: 2, values: values), labels)
    }
    let (held, heldLabels) = draw(2000)
    let (test, labels) = draw(20_000)
    for perClass in [true, false] {
      let rule = ConformalAbstention(
        fitting: held, labels: heldLabels, error: error, perClass: perClass)
      for label in perClass ? [0, 1] : [-1] {
        let rows = labels.indices.filter { label < 0 || labels[$0] == label }
        let missed = rows.count { !rule.set(test.row($0)).contains(labels[$0]) }
        #expect(Double(missed) / Double(rows.count) < error + 0.02)
      }
      #expect(rule.call([0.5, 0.5]) == nil)
    }
    // Too few rows for the promise: everything stays possible.
    let few = ConformalAbstention(
      fitting: held.selecting(rows: 0..<4), labels: Array(heldLabels[..<4]), error: 0.01)
    #expect(few.set([0, 1]) == [0, 1])
  }
}
