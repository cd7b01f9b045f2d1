/// What the file's Content Credentials (C2PA) say, and whether their signatures hold.
///
/// A valid signature says that the file was not changed since whoever holds the key signed it.
/// It does not say that what they declared is true, nor who they are unless they are trusted.
public struct CredentialReport: Hashable, Sendable, Codable {
  /// The states of the standard ("Validation states"), for the file as a whole. Each includes
  /// those before it.
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// The manifests break the standard's rules, or could not be read.
    case invalid
    /// The manifests keep the rules; a signature, a hash or a validity does not hold.
    case wellFormed
    /// Everything holds: not changed since it was signed by whoever holds the key.
    case valid
    /// Valid, and the signer is on the trust list that the user installed.
    case trusted
  }

  /// `nil` where nothing is known of the manifests: they lie elsewhere, or what may be their
  /// segment does not say what it holds.
  public var state: State?
  /// The label of the manifest that speaks for this file; `nil` where none could be found.
  public var activeManifest: String?
  /// The active manifest first, then its ingredients as they are reached.
  public var manifests: [CredentialManifest]
  /// Manifests in the store, those that nothing refers to included.
  public var manifestCount: Int
  /// Where in the file the store lies: `APP11`, `caBX`, `C2PA`; `nil` for a remote one.
  public var place: String?
  /// The store's size in bytes.
  public var size: Int
  /// The address of a manifest that lies elsewhere. It was not fetched.
  public var remote: String?
  /// Why the store, or the rest of it, could not be read.
  public var problem: String?
  /// Certificates on the trust list in use; 0 when none is installed.
  public var trustListCount: Int
  /// The time against which certificates without a usable time stamp were checked.
  public var validatedAt: Timestamp?
  /// Bytes of the file, outside the manifest store, that the signed hash leaves out.
  public var uncoveredBytes: Int

  public init(
    state: State?, activeManifest: String? = nil, manifests: [CredentialManifest] = [],
    manifestCount: Int = 0, place: String? = nil, size: Int = 0, remote: String? = nil,
    problem: String? = nil, trustListCount: Int = 0, validatedAt: Timestamp? = nil,
    uncoveredBytes: Int = 0
  ) {
    self.state = state
    self.activeManifest = activeManifest
    self.manifests = manifests
    self.manifestCount = manifestCount
    self.place = place
    self.size = size
    self.remote = remote
    self.problem = problem
    self.trustListCount = trustListCount
    self.validatedAt = validatedAt
    self.uncoveredBytes = uncoveredBytes
  }

  /// The failures that count, as the standard names them, sorted, each once: those of the active
  /// manifest, and those of ingredients that their signers had not recorded themselves.
  public var failureCodes: [String] {
    Set(manifests.flatMap(\.statuses).filter { $0.kind == .failure && !$0.recorded }.map(\.code))
      .sorted()
  }
}

/// One result of validation (C2PA, "Standard Status Codes").
public struct CredentialStatus: Hashable, Sendable, Codable {
  /// Whether a result speaks for the manifest, against it, or neither.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case success, informational, failure
  }

  /// As the standard names it, such as `claimSignature.validated`.
  public var code: String
  public var kind: Kind
  /// The JUMBF reference to what it is about.
  public var url: String
  /// What the code means, in plain words.
  public var meaning: String
  /// What was found here; `nil` where the code says it all.
  public var detail: String?
  /// Whether whoever took this manifest in as an ingredient recorded the same result then: it
  /// was known, and does not count against the file.
  public var recorded: Bool

  public init(
    code: String, kind: Kind, url: String, meaning: String, detail: String? = nil,
    recorded: Bool = false
  ) {
    self.code = code
    self.kind = kind
    self.url = url
    self.meaning = meaning
    self.detail = detail
    self.recorded = recorded
  }
}
