/// What an audit of many files found, on one page. Holds no time and no host: the same lines give
/// the same summary.
public struct AuditSummary: Hashable, Sendable, Codable {
  /// Pictures of one year.
  public struct Year: Hashable, Sendable, Codable {
    /// `2019`, or `unknown`.
    public var year: String
    public var pictures: Int
    public var generated: Int
    public var camera: Int
    /// Family → mean probability, `real` among them.
    public var families: [String: Double] = [:]

    public init(year: String, pictures: Int, generated: Int, camera: Int) {
      self.year = year
      self.pictures = pictures
      self.generated = generated
      self.camera = camera
    }
  }

  /// A picture that leans to generated.
  public struct Suspect: Hashable, Sendable, Codable {
    public var name: String
    /// log10 of the likelihood ratio.
    public var ratio: Double
    public var probability: Double
    /// The likeliest family.
    public var family: String?
    /// JPEG quality.
    public var quality: Int?
    /// Its report, relative to the page.
    public var report: String?

    public init(
      name: String, ratio: Double, probability: Double, family: String?, quality: Int?,
      report: String?
    ) {
      self.name = name
      self.ratio = ratio
      self.probability = probability
      self.family = family
      self.quality = quality
      self.report = report
    }
  }

  /// Copies of pictures.
  public struct Copies: Hashable, Sendable, Codable {
    /// Files that are copies of one another.
    public struct Group: Hashable, Sendable, Codable {
      public var count: Int
      /// The first of them.
      public var names: [String]

      public init(count: Int, names: [String]) {
        self.count = count
        self.names = names
      }
    }

    public var groups: Int
    /// Files beyond the first of each group.
    public var surplus: Int
    /// Their bytes, where copies are byte for byte.
    public var surplusBytes: Int?
    public var largest: [Group] = []
    /// Whether there were too many pictures to compare all with all.
    public var isPartial = false

    public init(groups: Int = 0, surplus: Int = 0, surplusBytes: Int? = nil) {
      self.groups = groups
      self.surplus = surplus
      self.surplusBytes = surplusBytes
    }
  }

  /// Files that could not be examined for one reason.
  public struct Failure: Hashable, Sendable, Codable {
    public var code: String
    public var count: Int
    public var example: String

    public init(code: String, count: Int, example: String) {
      self.code = code
      self.count = count
      self.example = example
    }
  }

  public var input: String
  public var version: String
  public var bundle: String
  public var bundleDigest: String?
  /// Lines by status: `generated`, `camera`, `inconclusive`, `other`, `failed`, `container`.
  public var statuses: [String: Int] = [:]
  public var bytes = 0
  public var formats: [String: Int] = [:]
  /// Status → files of JPEG quality 1…100.
  public var quality: [String: [Int]] = [:]
  public var years: [Year] = []
  public var suspicious: [Suspect] = []
  public var duplicates = Copies()
  public var nearDuplicates = Copies()
  public var errors: [Failure] = []

  public init(input: String, version: String, bundle: String, bundleDigest: String?) {
    self.input = input
    self.version = version
    self.bundle = bundle
    self.bundleDigest = bundleDigest
  }
}
