extension MultilayerPerceptron {
  /// How to train: AdamW on shuffled minibatches.
  public struct Options: Sendable, Hashable {
    public var hidden: Int
    public var activation: Activation
    public var epochs: Int
    public var batch: Int
    public var learningRate: Double
    /// The share of the learning rate left at the last epoch, reached along a half cosine.
    public var finalRate: Double
    /// Decoupled, per step and unit of learning rate (Loshchilov and Hutter, 2019).
    public var weightDecay: Double
    /// The share of hidden units silenced in each row, 0 ..< 1.
    public var dropout: Double
    /// The share of rows that are moved towards another row of their own class, by a uniform share of
    /// the way: what lies between two sources of one class is of that class too (Yao et al.,
    /// "Improving out-of-distribution robustness via selective augmentation", ICML 2022). 0 ... 1.
    public var mixing: Double
    /// Share of each target spread over all classes.
    public var labelSmoothing: Double
    /// Epochs without a lower validation loss after which it stops; without validation data all
    /// epochs are run.
    public var patience: Int
    public var seed: UInt64

    public init(
      hidden: Int = 128, activation: Activation = .relu, epochs: Int = 60, batch: Int = 128,
      learningRate: Double = 1e-3, finalRate: Double = 0.05, weightDecay: Double = 1e-2,
      dropout: Double = 0, mixing: Double = 0, labelSmoothing: Double = 0, patience: Int = 10,
      seed: UInt64 = 1
    ) {
      self.hidden = hidden
      self.activation = activation
      self.epochs = epochs
      self.batch = batch
      self.learningRate = learningRate
      self.finalRate = finalRate
      self.weightDecay = weightDecay
      self.dropout = dropout
      self.mixing = mixing
      self.labelSmoothing = labelSmoothing
      self.patience = patience
      self.seed = seed
    }
  }

  /// The loss after each epoch.
  public struct History: Sendable, Hashable {
    public var training: [Double] = []
    public var validation: [Double] = []
    /// The epoch whose network was kept, from 0.
    public var best = 0
  }

  /// Trains from random weights, or goes on from `start` (fine-tuning). Where `start` has other
  /// classes its hidden layer is kept and the output layer begins anew. With validation data the
  /// network of the epoch with the lowest validation loss is returned.
  public static func train(
    on set: TrainingSet, validation: TrainingSet? = nil, options: Options = Options(),
    from start: MultilayerPerceptron? = nil
  ) -> (network: MultilayerPerceptron, history: History) {
    var network = MultilayerPerceptron(
      features: set.features.columns, hidden: start?.hiddenCount ?? options.hidden,
      classes: set.classCount, activation: start?.activation ?? options.activation,
      seed: options.seed)
    if let start, start.featureCount == set.features.columns {
      network.hiddenWeights = start.hiddenWeights
      network.hiddenBias = start.hiddenBias
      if start.classCount == set.classCount {
        network.outputWeights = start.outputWeights
        network.outputBias = start.outputBias
      }
    }
    var trainer = PerceptronTrainer(network, set, options)
    var history = History()
    var best = network
    var lowest = Double.infinity
    for epoch in 0..<options.epochs {
      history.training.append(trainer.runEpoch(epoch))
      guard let validation else {
        best = trainer.network
        history.best = epoch
        continue
      }
      let loss = trainer.network.meanLoss(on: validation)
      history.validation.append(loss)
      if loss < lowest {
        lowest = loss
        best = trainer.network
        history.best = epoch
      } else if epoch - history.best >= options.patience {
        break
      }
    }
    return (best, history)
  }

  /// The weighted mean log loss.
  public func meanLoss(on set: TrainingSet) -> Double {
    var hidden = [Float](repeating: 0, count: set.rows * hiddenCount)
    for row in 0..<set.rows {
      hidden.replaceSubrange(row * hiddenCount..<(row + 1) * hiddenCount, with: hiddenBias)
    }
    BLAS.multiply(
      set.features.values, hiddenWeights.values, transposeB: true, m: set.rows, n: hiddenCount,
      k: featureCount, beta: 1, into: &hidden)
    Self.activate(&hidden, activation)
    let logits = Affine.apply(
      FeatureMatrix(rows: set.rows, columns: hiddenCount, values: hidden), outputWeights.values,
      outputBias)
    return Metrics.logLoss(logits.softmax(), labels: set.labels, weights: set.weights)
  }
}
