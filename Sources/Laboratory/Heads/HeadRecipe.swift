import Classifiers

/// How a head of any kind is trained on features: what is not given is chosen on validation data.
public struct HeadRecipe: Hashable, Sendable {
  public var kind: HeadKind
  public var seed: UInt64
  /// C of the support vector machines; `nil`: the best of `costs` on the validation data.
  public var cost: Double?
  /// Epochs of the network, of Tip-Adapter-F and of CLIP-Adapter.
  public var epochs: Int
  /// Hidden units of the network.
  public var hidden: Int
  /// Pictures of the adapters' cache, all classes together.
  public var cacheSize: Int
  /// α and β of the adapters; `nil`: the best of a grid on the validation data.
  public var alpha: Double?
  public var beta: Double?

  static let costs = [1e-5, 1e-4, 1e-3]
  static let alphas = [0.5, 1, 2, 3, 5, 8]
  static let betas = [1.0, 3, 5.5, 10]

  public init(
    kind: HeadKind, seed: UInt64 = 1, cost: Double? = nil, epochs: Int = 30, hidden: Int = 64,
    cacheSize: Int = 128, alpha: Double? = nil, beta: Double? = nil
  ) {
    self.kind = kind
    self.seed = seed
    self.cost = cost
    self.epochs = epochs
    self.hidden = hidden
    self.cacheSize = cacheSize
    self.alpha = alpha
    self.beta = beta
  }

  /// Trains a head.
  /// - Parameter validation: for early stopping and for the choices that are left open; without
  ///   it, all epochs are run and the middle of each grid is taken.
  /// - Parameter start: a head to go on from (fine-tuning); only of the network. Its standardiser
  ///   is kept.
  /// - Parameter prompts: one text embedding a class, for the adapters; `nil`: the class means of
  ///   the training rows stand in for them.
  public func train(
    on set: TrainingSet, validation: TrainingSet? = nil, from start: Head? = nil,
    prompts: ZeroShot? = nil
  ) throws(LaboratoryError) -> Head {
    do throws(ClassifierError) {
      let standardizer =
        start?.standardizer
        ?? (prompts == nil ? Standardizer(fitting: set.features, weights: set.weights) : nil)
      var head = Head(
        standardizer: standardizer, normalizesRows: kind.comparesDirections,
        classifier: ZeroShot(texts: Matrix(rows: 0, columns: 0, values: [])))
      let inputs = set.replacing(features: try head.prepare(set.features))
      let heldOut = try validation.map { validation throws(ClassifierError) in
        validation.replacing(features: try head.prepare(validation.features))
      }
      head.classifier = try classifier(
        inputs, heldOut, start: start?.classifier, prompts: prompts)
      return head
    } catch {
      throw .training(error.description)
    }
  }

  private func classifier(
    _ set: TrainingSet, _ validation: TrainingSet?, start: (any ProbabilisticClassifier)?,
    prompts: ZeroShot?
  ) throws(ClassifierError) -> any ProbabilisticClassifier {
    switch kind {
    case .svm, .ovr: return try machine(set, validation, .oneVersusRest)
    case .ovo: return try machine(set, validation, .oneVersusOne)
    case .logistic: return LogisticRegression.train(on: set, options: .init(l2: 0.03))
    case .mlp:
      let options = MultilayerPerceptron.Options(
        hidden: hidden, epochs: epochs, batch: min(128, max(8, set.rows / 16)),
        weightDecay: 0.05, dropout: 0.2, patience: 8, seed: seed)
      return MultilayerPerceptron.train(
        on: set, validation: validation, options: options, from: start as? MultilayerPerceptron
      ).network
    case .trees:
      return GradientBoostedTrees.train(
        on: set, validation: validation, options: .init(rounds: 200, patience: 20, seed: seed))
    case .tip: return try adapter(set, validation, prompts)
    case .tipF:
      let start = try adapter(set, validation, prompts)
      return try start.fineTuned(on: set, options: .init(epochs: epochs, seed: seed))
    case .clipAdapter:
      let prior = try self.prior(set, validation, prompts)
      return try CLIPAdapter(prompts: prior, seed: seed)
        .trained(on: set, options: .init(epochs: epochs, seed: seed))
    }
  }

  private func machine(
    _ set: TrainingSet, _ validation: TrainingSet?, _ scheme: LinearSVM.Scheme
  ) throws(ClassifierError) -> LinearSVM {
    guard cost == nil, let validation else {
      return LinearSVM.train(on: set, cost: cost ?? Self.costs[1], scheme: scheme, tolerance: 1e-4)
    }
    var best: (machine: LinearSVM, accuracy: Double)?
    for cost in Self.costs {
      let machine = LinearSVM.train(on: set, cost: cost, scheme: scheme, tolerance: 1e-4)
      let accuracy = try Self.balancedAccuracy(of: machine, on: validation)
      if accuracy > best?.accuracy ?? -1 { best = (machine, accuracy) }
    }
    return best?.machine ?? LinearSVM.train(on: set, scheme: scheme)
  }

  private static func balancedAccuracy(
    of classifier: some ProbabilisticClassifier, on set: TrainingSet
  ) throws(ClassifierError) -> Double {
    Metrics.balancedAccuracy(
      Metrics.confusion(
        labels: set.labels, predictions: try classifier.probabilities(of: set.features).winners,
        classCount: set.classCount))
  }
}
