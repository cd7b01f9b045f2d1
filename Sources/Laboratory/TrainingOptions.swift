import Classifiers
import Detectors

/// The recipe of a bundle.
public struct TrainingOptions: Sendable {
  /// The bundle's name.
  public var name: String
  /// The detectors to train, by name, in this order.
  public var detectors: [String]
  /// The kind of the detectors' heads.
  public var head: HeadKind
  /// Pictures of one class that make a source a large one, from which `familiar` learns.
  /// Collections of many small sources bring at most 60 each.
  public var largeSource = 55
  /// How the detectors' softmaxes become one.
  public var fusion: FusionMethod = .network
  /// How scores become likelihood ratios.
  public var calibration: CalibrationMethod
  /// A bundle to go on from: fine-tuning.
  public var start: StartBundle?
  /// How often each training picture passes through the random chain.
  public var draws: Int
  /// Seeds the chain, the folds and the networks.
  public var seed: UInt64
  /// Parts of the training split for the out-of-fold scores of the meta-classifier, at least 2.
  public var folds: Int
  /// Hidden units of a detector's head.
  public var hidden: Int
  public var epochs: Int
  /// Decoupled weight decay of the heads.
  public var weightDecay: Double
  public var learningRate: Double
  /// The share of real pictures of the validation split that may be called generated, in every
  /// tier.
  public var falseAlarms: Double
  /// The same for generated pictures that may be called camera.
  public var misses: Double
  /// Whether to measure leave-one-source-out; it trains the heads again for every source.
  public var leaveOneSourceOut: Bool
  /// How many of the draws it trains on; all where there are no more.
  public var leftOutDraws: Int?
  /// 0: one per core.
  public var threads: Int
  /// Where features are kept between runs; `nil` for nowhere.
  public var cache: String?
  /// Detectors on installed encoders, beside the hand-made ones.
  public var encoders: [EncoderPlan] = []
  /// Whether these keep known pictures, which reports name as the nearest ones.
  public var keepsReferences = true
  /// The network that the detectors `network` and `combined` look with.
  public var network: TrainedNetwork?

  public init(
    name: String = "baseline", detectors: [String]? = nil,
    head: HeadKind = .mlp, calibration: CalibrationMethod = .platt,
    start: StartBundle? = nil, draws: Int = 3, seed: UInt64 = 1, folds: Int = 4,
    hidden: Int = 256, epochs: Int = 30, weightDecay: Double = 0.05, learningRate: Double = 1.4e-3,
    falseAlarms: Double = 0.05, misses: Double = 0.05, leaveOneSourceOut: Bool = true,
    threads: Int = 0, cache: String? = nil
  ) {
    self.name = name
    self.detectors = detectors ?? DetectorKind.handMade.map(\.name)
    self.head = head
    self.calibration = calibration
    self.start = start
    self.draws = draws
    self.seed = seed
    self.folds = folds
    self.hidden = hidden
    self.epochs = epochs
    self.weightDecay = weightDecay
    self.learningRate = learningRate
    self.falseAlarms = falseAlarms
    self.misses = misses
    self.leaveOneSourceOut = leaveOneSourceOut
    self.threads = threads
    self.cache = cache
  }

  /// How a head that is a network of two layers is trained; `number` tells its seed from others'.
  func headOptions(_ number: Int) -> MultilayerPerceptron.Options {
    MultilayerPerceptron.Options(
      hidden: hidden, epochs: epochs, batch: 256, learningRate: learningRate,
      weightDecay: weightDecay, dropout: 0.3, mixing: 1, seed: seed &+ UInt64(number))
  }

  /// The same without the detectors that look with a network on pixels.
  var handMade: TrainingOptions {
    var options = self
    options.detectors = detectors.filter { DetectorKind.named($0) != nil }
    return options
  }

  /// The same without a bundle to go on from, whose networks know the pictures and sources that a
  /// measurement keeps from them.
  var fromScratch: TrainingOptions {
    var options = self
    options.start = nil
    return options
  }

  /// The detectors' kinds; names that this version does not know are passed over.
  var kinds: [DetectorKind] {
    detectors.compactMap { DetectorKind.named($0, network: network?.network) }
  }
}

/// How the detectors' softmaxes become one.
public enum FusionMethod: String, Hashable, Sendable, CaseIterable, Codable {
  /// A network over the logarithms, trained on out-of-fold scores of the training pictures.
  case network
  /// A logarithmic opinion pool: one weight a detector, learnt from validation pictures.
  case pool
}

/// How scores become likelihood ratios.
public enum CalibrationMethod: String, Hashable, Sendable, CaseIterable, Codable {
  /// A slope and an intercept (Platt, 1999).
  case platt
  /// A slope alone (Guo et al., 2017).
  case temperature
  /// Rising steps (Zadrozny and Elkan, 2002).
  case isotonic
}
