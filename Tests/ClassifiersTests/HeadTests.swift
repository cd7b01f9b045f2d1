import Classifiers
import Foundation
import Safetensors
import Testing

/// Classes that overlap a little: class k is shifted along feature k, and along a product.
func sample(rows: Int, columns: Int = 12, classes: Int, seed: UInt64) throws -> TrainingSet {
  var random = SplitMix64(seed: seed)
  var (values, labels) = ([Float](), [Int]())
  for _ in 0..<rows {
    let label = random.integer(below: classes)
    for column in 0..<columns {
      values.append(Float(random.normal() + (column == label ? 2.5 : 0)) * 3 + 1)
    }
    labels.append(label)
  }
  return try TrainingSet(
    features: FeatureMatrix(rows: rows, columns: columns, values: values), labels: labels,
    classCount: classes)
}

/// Two classes that no linear head tells apart: the sign of a product.
func exclusiveOr(rows: Int, seed: UInt64) throws -> TrainingSet {
  var random = SplitMix64(seed: seed)
  var (values, labels) = ([Float](), [Int]())
  for _ in 0..<rows {
    let (x, y) = (random.normal(), random.normal())
    values += [Float(x), Float(y), Float(random.normal())]
    labels.append(x * y > 0 ? 1 : 0)
  }
  return try TrainingSet(
    features: FeatureMatrix(rows: rows, columns: 3, values: values), labels: labels,
    classCount: 2)
}

func accuracy(_ head: some ProbabilisticClassifier, _ set: TrainingSet) throws -> Double {
  Metrics.accuracy(
    labels: set.labels, predictions: try head.probabilities(of: set.features).winners)
}

@Suite struct HeadTests {
  @Test(.enabled(if: Goldens.exist, "no reference values beside the repository"))
  func perceptronMeetsTheReference() throws {
    let file = try Goldens.tensors()
    func matrix(_ name: String) throws -> Matrix<Float> { try Goldens.features(name) }
    for activation in MultilayerPerceptron.Activation.allCases {
      let network = MultilayerPerceptron(
        activation: activation, hiddenWeights: try matrix("mlp.w1"),
        hiddenBias: try file.floats("mlp.b1"), outputWeights: try matrix("mlp.w2"),
        outputBias: try file.floats("mlp.b2"))
      let features = try Goldens.features("multi.test_x")
      let logits = try network.decisions(of: features)
      let expected = try Goldens.matrix("mlp.\(activation.rawValue).logits").values
      #expect(distance(logits.values, expected) < 2e-6 * (expected.map(abs).max() ?? 1))
      guard activation == .relu else { continue }
      let probabilities = try network.probabilities(of: features).values
      #expect(distance(probabilities, try Goldens.matrix("mlp.relu.softmax").values) < 1e-6)
    }
  }

  @Test(arguments: [2, 5])
  func everyHeadLearnsAndIsStored(classes: Int) throws {
    let raw = try sample(rows: 1200, classes: classes, seed: 1)
    let test = try sample(rows: 600, classes: classes, seed: 2)
    let standardizer = Standardizer(fitting: raw.features)
    let set = raw.replacing(features: try standardizer.apply(raw.features))
    var trees = GradientBoostedTrees.Options()
    trees.rounds = 60
    var network = MultilayerPerceptron.Options()
    network.epochs = 20
    network.batch = 32
    network.learningRate = 3e-3
    network.hidden = 16
    let discriminant = try #require(LogisticRegression.discriminant(on: set))
    let heads: [any ProbabilisticClassifier] = [
      LogisticRegression.train(on: set), discriminant,
      MultilayerPerceptron.train(on: set, options: network).network,
      GradientBoostedTrees.train(on: set, options: trees),
    ]
    for classifier in heads {
      var head = Head(standardizer: standardizer, classifier: classifier)
      try head.calibrate(on: test)
      let probabilities = try head.probabilities(of: test.features)
      let right = Metrics.accuracy(labels: test.labels, predictions: probabilities.winners)
      #expect(right > (classes == 2 ? 0.94 : 0.82), "\(type(of: classifier).kind)")
      for row in 0..<test.rows {
        #expect(abs(probabilities.row(row).reduce(0, +) - 1) < 1e-12)
      }
      // A row's result does not depend on its neighbours.
      let alone = try head.probabilities(of: test.features.selecting(rows: [17]))
      #expect(Array(probabilities.row(17)) == alone.values)
      // Stored and read again it is the same head.
      let bytes = SafetensorsWriter.encode(head.tensors(prefix: "x."))
      let again = try Head(from: SafetensorsFile(bytes: bytes), prefix: "x.")
      #expect(try again.probabilities(of: test.features) == probabilities)
      #expect(throws: ClassifierError.self) {
        try head.probabilities(of: FeatureMatrix(rows: 1, columns: 3, repeating: 0))
      }
    }
  }

  @Test func deepHeadsLearnWhatLinesCannot() throws {
    let set = try exclusiveOr(rows: 3000, seed: 1)
    let held = try exclusiveOr(rows: 1000, seed: 2)
    let test = try exclusiveOr(rows: 1000, seed: 3)
    #expect(try accuracy(LogisticRegression.train(on: set), test) < 0.6)
    var trees = GradientBoostedTrees.Options()
    trees.featureShare = 1
    let forest = GradientBoostedTrees.train(on: set, validation: held, options: trees)
    #expect(try accuracy(forest, test) > 0.93)
    let (network, history) = MultilayerPerceptron.train(on: set, validation: held)
    #expect(try accuracy(network, test) > 0.93)
    #expect(history.validation.count == history.training.count)
    // The network that is returned is the one of the best epoch.
    let best = history.validation.min() ?? .nan
    #expect(abs(network.meanLoss(on: held) - best) < 1e-12)
  }

  /// Between two groups of a class lies that class, also where another class is nearer.
  @Test func mixingFillsWhatLiesBetween() throws {
    var random = SplitMix64(seed: 4)
    var (values, labels) = ([Float](), [Int]())
    for row in 0..<600 {
      let middle: (x: Double, y: Double) = [(-4, 0), (4, 0), (0, 1.5)][row % 3]
      values.append(Float(middle.x + 0.3 * random.normal()))
      values.append(Float(middle.y + 0.3 * random.normal()))
      labels.append(row % 3 == 2 ? 1 : 0)
    }
    let set = try TrainingSet(
      features: FeatureMatrix(rows: 600, columns: 2, values: values), labels: labels,
      classCount: 2)
    func between(_ mixing: Double) throws -> Double {
      let options = MultilayerPerceptron.Options(
        hidden: 32, epochs: 60, batch: 32, learningRate: 3e-3, mixing: mixing)
      let network = MultilayerPerceptron.train(on: set, options: options).network
      return try network.probabilities(
        of: FeatureMatrix(rows: 1, columns: 2, values: [0, 0]))[0, 0]
    }
    #expect(try between(0) < 0.5)
    #expect(try between(1) > 0.7)
  }

  @Test func trainingIsRepeatable() throws {
    let set = try sample(rows: 500, classes: 3, seed: 5)
    var options = MultilayerPerceptron.Options(hidden: 8, epochs: 4, dropout: 0.2, mixing: 0.5)
    let one = MultilayerPerceptron.train(on: set, options: options).network
    #expect(one == MultilayerPerceptron.train(on: set, options: options).network)
    options.seed = 2
    #expect(one != MultilayerPerceptron.train(on: set, options: options).network)
    let trees = GradientBoostedTrees.Options(rounds: 5)
    #expect(
      GradientBoostedTrees.train(on: set, options: trees)
        == GradientBoostedTrees.train(on: set, options: trees))
    #expect(LogisticRegression.train(on: set) == LogisticRegression.train(on: set))
  }

  @Test func fineTuningKeepsWhatItCan() throws {
    let set = try sample(rows: 800, classes: 3, seed: 6)
    let first = MultilayerPerceptron.train(
      on: set, options: .init(hidden: 8, epochs: 10, batch: 32, learningRate: 1e-2)
    ).network
    let none = MultilayerPerceptron.train(on: set, options: .init(epochs: 0), from: first).network
    #expect(none == first)
    let more = try sample(rows: 800, classes: 4, seed: 7)
    let widened = MultilayerPerceptron.train(on: more, options: .init(epochs: 0), from: first)
    #expect(widened.network.hiddenWeights == first.hiddenWeights)
    #expect(widened.network.classCount == 4)
    let tuned = MultilayerPerceptron.train(
      on: more, options: .init(epochs: 25, batch: 32, learningRate: 1e-2), from: first)
    #expect(try accuracy(tuned.network, more) > 0.8)
  }

  @Test func rowsOfWeightZeroDoNotCount() throws {
    let set = try sample(rows: 400, classes: 2, seed: 8)
    let spoilt = try sample(rows: 400, classes: 2, seed: 9)
    let both = try TrainingSet(
      features: FeatureMatrix(
        rows: 800, columns: 12, values: set.features.values + spoilt.features.values),
      labels: set.labels + spoilt.labels.map { 1 - $0 }, classCount: 2,
      weights: (0..<800).map { $0 < 400 ? 1 : 0 })
    let (one, two) = (LogisticRegression.train(on: set), LogisticRegression.train(on: both))
    #expect(
      distance(one.weights.values.map(Double.init), two.weights.values.map(Double.init)) < 1e-4)
    let (three, four) = (
      try #require(LogisticRegression.discriminant(on: set)),
      try #require(LogisticRegression.discriminant(on: both))
    )
    #expect(
      distance(three.weights.values.map(Double.init), four.weights.values.map(Double.init)) < 1e-4)
  }

  @Test func spoiltTreesAreRefused() throws {
    let set = try sample(rows: 300, classes: 2, seed: 10)
    let tensors = GradientBoostedTrees.train(on: set, options: .init(rounds: 3)).tensors(prefix: "")
    for (name, value) in [
      ("left", TensorValue([Int32](repeating: 0, count: 5))),
      ("roots", TensorValue([Int32.max])), ("classes", TensorValue([3])),
    ] {
      var spoilt = tensors
      spoilt[name] = value
      let file = try SafetensorsFile(bytes: SafetensorsWriter.encode(spoilt))
      #expect(throws: SafetensorsError.self) { try GradientBoostedTrees(from: file, prefix: "") }
    }
  }

  @Test func unsoundTrainingSetsAreRefused() {
    let features = FeatureMatrix(rows: 2, columns: 1, values: [1, .nan])
    #expect(throws: ClassifierError.notFinite(row: 1)) {
      try TrainingSet(features: features, labels: [0, 1], classCount: 2)
    }
    let sound = FeatureMatrix(rows: 2, columns: 1, values: [1, 2])
    #expect(throws: ClassifierError.labelOutOfRange(label: 2, classes: 2)) {
      try TrainingSet(features: sound, labels: [0, 2], classCount: 2)
    }
    #expect(throws: ClassifierError.countMismatch(rows: 2, other: 1)) {
      try TrainingSet(features: sound, labels: [0], classCount: 2)
    }
    #expect(throws: ClassifierError.empty) {
      try TrainingSet(
        features: FeatureMatrix(rows: 0, columns: 1, values: []), labels: [], classCount: 2)
    }
  }
}
