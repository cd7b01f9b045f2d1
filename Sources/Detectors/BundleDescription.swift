import ForensicCore

/// `bundle.json`: everything about a model bundle that is not a tensor.
public struct BundleDescription: Hashable, Sendable, Codable {
  /// The format that this version writes and reads.
  public static let currentFormat = 1

  /// One family, in the order of the integers the classifiers use.
  public struct Family: Hashable, Sendable, Codable {
    public var name: GeneratorFamily
    public var title: String
    public var generators: [String]

    public init(name: GeneratorFamily, title: String, generators: [String]) {
      self.name = name
      self.title = title
      self.generators = generators
    }
  }

  /// One detector: which features, of which version, under which head.
  public struct Detector: Hashable, Sendable, Codable {
    /// That of a `DetectorKind`, or the name of an encoder and its layer.
    public var name: String
    /// The version of the features its head was trained on.
    public var featuresVersion: Int
    /// How many features there are.
    public var dimension: Int
    public var weights: Weights
    /// The encoder whose features it looks at; `nil` for hand-made ones.
    public var encoder: Encoder?
    /// The network of the bundle whose features are among those it looks at.
    public var network: Weights?
    /// A head of two classes on the same features, the second being the sources that the
    /// detector's head learnt from: how far it is believed.
    public var gate: Weights?
    /// How a picture's views become one score; `nil`, in bundles that older versions trained, for
    /// `softmaxes`.
    public var pooling: ViewPooling?
    /// What the encoder sees in known pictures (`ReferencePictures`); `nil` for none.
    public var references: Weights?

    public init(
      name: String, featuresVersion: Int, dimension: Int, weights: Weights,
      encoder: Encoder? = nil, network: Weights? = nil, gate: Weights? = nil,
      pooling: ViewPooling? = nil, references: Weights? = nil
    ) {
      self.name = name
      self.featuresVersion = featuresVersion
      self.dimension = dimension
      self.weights = weights
      self.encoder = encoder
      self.network = network
      self.gate = gate
      self.pooling = pooling
      self.references = references
    }
  }

  /// An installed encoder and what of it a detector looks at.
  public struct Encoder: Hashable, Sendable, Codable {
    /// Its name in the model store.
    public var model: String
    /// `ModelRecord.identity` of the encoder that the head was trained with.
    public var sha256: SHA256Digest
    /// A `FeatureLayer`, such as `embedding` or `block:-2:class+patches`.
    public var layer: String
    /// What its products compute with: `fp32`, `bf16` or `int8`.
    public var arithmetic: String

    public init(model: String, sha256: SHA256Digest, layer: String, arithmetic: String) {
      self.model = model
      self.sha256 = sha256
      self.layer = layer
      self.arithmetic = arithmetic
    }
  }

  /// A file of tensors beside `bundle.json`.
  public struct Weights: Hashable, Sendable, Codable {
    /// A plain file name, without a path.
    public var file: String
    /// The digest of its bytes.
    public var sha256: SHA256Digest

    public init(file: String, sha256: SHA256Digest) {
      self.file = file
      self.sha256 = sha256
    }
  }

  /// How log-odds of the meta-classifier become a likelihood ratio (Platt, 1999), measured with
  /// both classes weighted alike.
  public struct Calibration: Hashable, Sendable, Codable {
    /// A point of a calibration in steps.
    public struct Knot: Hashable, Sendable, Codable {
      /// Log-odds of the meta-classifier (natural logarithm).
      public var score: Double
      /// Calibrated log-odds.
      public var logOdds: Double

      public init(score: Double, logOdds: Double) {
        self.score = score
        self.logOdds = logOdds
      }
    }

    /// Calibrated log-odds = slope × log-odds + intercept (natural logarithm).
    public var slope: Double
    public var intercept: Double
    /// For a calibration in steps (isotonic regression): rising points, linear between; the
    /// slope and the intercept then count for nothing.
    public var knots: [Knot]?
    /// Camera and generated pictures behind it; they bound the ratio.
    public var realCount: Int
    public var generatedCount: Int
    /// The data it was measured on.
    public var data: String

    public init(
      slope: Double, intercept: Double, knots: [Knot]? = nil, realCount: Int,
      generatedCount: Int, data: String
    ) {
      self.slope = slope
      self.intercept = intercept
      self.knots = knots
      self.realCount = realCount
      self.generatedCount = generatedCount
      self.data = data
    }
  }

  /// Where a conclusion is drawn; between the two thresholds it is inconclusive.
  public struct Decision: Hashable, Sendable, Codable {
    /// At and above this log10 likelihood ratio: generated.
    public var generated: Double
    /// At and below this one: camera.
    public var camera: Double
    /// How the thresholds were chosen, in words.
    public var rule: String

    public init(generated: Double, camera: Double, rule: String) {
      self.generated = generated
      self.camera = camera
      self.rule = rule
    }
  }

  /// What the detectors were measured on; outside of it the conclusion is inconclusive.
  public struct Limits: Hashable, Sendable, Codable {
    /// The shorter side in pixels, at least.
    public var minimumSide: Int
    /// Measured JPEG quality, 1…100.
    public var minimumQuality: Int
    /// The quality that a file without JPEG tables is taken for.
    public var assumedQuality: Int
    /// Standard deviation of luma over the views, in levels of 255, at least.
    public var minimumDeviation: Double
    /// How strange a picture may be; `nil` for any.
    public var outliers: Outliers?

    public init(
      minimumSide: Int, minimumQuality: Int, assumedQuality: Int, minimumDeviation: Double,
      outliers: Outliers? = nil
    ) {
      self.minimumSide = minimumSide
      self.minimumQuality = minimumQuality
      self.assumedQuality = assumedQuality
      self.minimumDeviation = minimumDeviation
      self.outliers = outliers
    }
  }

  /// Noise, test charts and other pictures unlike all that was trained on are told by their features.
  public struct Outliers: Hashable, Sendable, Codable {
    /// The detector whose features are looked at, by name.
    public var detector: String
    /// The share of them, 0…1, that may lie further than `DenseHead.clip` deviations from the mean
    /// of the training pictures.
    public var maximum: Double

    public init(detector: String, maximum: Double) {
      self.detector = detector
      self.maximum = maximum
    }
  }

  /// What it was trained on.
  public struct Training: Hashable, Sendable, Codable {
    /// The digest of the manifest.
    public var manifest: SHA256Digest
    public var realCount: Int
    public var generatedCount: Int
    /// The public repositories, sorted.
    public var sources: [String]
    /// The recipe's parameters by name.
    public var recipe: [String: String]

    public init(
      manifest: SHA256Digest, realCount: Int, generatedCount: Int, sources: [String],
      recipe: [String: String]
    ) {
      self.manifest = manifest
      self.realCount = realCount
      self.generatedCount = generatedCount
      self.sources = sources
      self.recipe = recipe
    }
  }

  public var format: Int
  public var name: String
  public var families: [Family]
  public var detectors: [Detector]
  public var meta: Weights
  /// The average spectra of the families (`FamilySpectra`); `nil` in a bundle without.
  public var spectra: Weights?
  public var calibration: Calibration
  public var decision: Decision
  public var limits: Limits
  public var training: Training
  public var metrics: BundleMetrics

  public init(
    name: String, families: [Family], detectors: [Detector], meta: Weights,
    calibration: Calibration, decision: Decision, limits: Limits, training: Training,
    metrics: BundleMetrics
  ) {
    format = Self.currentFormat
    self.name = name
    self.families = families
    self.detectors = detectors
    self.meta = meta
    self.calibration = calibration
    self.decision = decision
    self.limits = limits
    self.training = training
    self.metrics = metrics
  }
}
