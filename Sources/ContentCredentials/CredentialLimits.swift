/// What reading Content Credentials may take. The values are far above what real files hold
/// (measured on the public test files: 7 manifests, 1.4 MB, depth 4) and far below what would
/// hurt.
public struct CredentialLimits: Hashable, Sendable {
  /// Bytes of the manifest store, summed over the segments it is spread over.
  public var storeBytes: Int
  /// JUMBF boxes in the store.
  public var boxes: Int
  /// JUMBF boxes within one another.
  public var boxDepth: Int
  /// Manifests in the store.
  public var manifests: Int
  /// Assertions in one manifest.
  public var assertions: Int
  /// Items (RFC 8949) in one CBOR document.
  public var cborItems: Int
  /// CBOR arrays, maps and tags within one another.
  public var cborDepth: Int
  /// Manifests that are each an ingredient of the next.
  public var ingredientDepth: Int
  /// Certificates in one chain.
  public var chain: Int
  /// Results of validation, of all manifests together.
  public var results: Int
  /// OCSP responses stapled to one signature; as many more are read from assertions.
  public var revocationAnswers: Int
  /// Bytes of one OCSP response.
  public var revocationBytes: Int
  /// Wall-clock seconds for one file.
  public var seconds: Double

  public init(
    storeBytes: Int = 64 << 20, boxes: Int = 50_000, boxDepth: Int = 16, manifests: Int = 512,
    assertions: Int = 4096, cborItems: Int = 100_000, cborDepth: Int = 64,
    ingredientDepth: Int = 100, chain: Int = 12, results: Int = 20_000,
    revocationAnswers: Int = 32, revocationBytes: Int = 64 << 10, seconds: Double = 5
  ) {
    self.storeBytes = storeBytes
    self.boxes = boxes
    self.boxDepth = boxDepth
    self.manifests = manifests
    self.assertions = assertions
    self.cborItems = cborItems
    self.cborDepth = cborDepth
    self.ingredientDepth = ingredientDepth
    self.chain = chain
    self.results = results
    self.revocationAnswers = revocationAnswers
    self.revocationBytes = revocationBytes
    self.seconds = seconds
  }

  public static let standard = CredentialLimits()
}

/// Why Content Credentials could not be read any further.
public enum CredentialError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes are not what they announce; `offset` counts from the start of what was parsed.
  case malformed(String, offset: Int)
  /// One of `CredentialLimits` was reached.
  case limit(String)
  /// The time budget is used up.
  case outOfTime(seconds: Double)

  public var description: String {
    switch self {
    case .malformed(let what, let offset): "\(what), at byte \(offset)"
    case .limit(let what): what
    case .outOfTime(let seconds): "the time budget of \(seconds) s is used up"
    }
  }
}

/// The end of the time budget, asked between steps.
struct Deadline: Sendable {
  private let end: ContinuousClock.Instant
  private let seconds: Double

  init(seconds: Double) {
    self.seconds = seconds
    end = ContinuousClock.now + .seconds(seconds)
  }

  func check() throws(CredentialError) {
    if ContinuousClock.now > end { throw .outOfTime(seconds: seconds) }
  }
}
