/// One manifest of a C2PA manifest store: a signed claim about one state of a picture.
public struct CredentialManifest: Hashable, Sendable, Codable {
  /// What a manifest is for (C2PA 2.2).
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Bound to the bytes of a file.
    case standard
    /// Adds to what is said of a file without changing it.
    case update
    case timeStamp
    /// Compressed, and cannot be expanded.
    case compressed
  }

  /// Who signed, when, and how, as the certificate and the time stamp say.
  public struct Signature: Hashable, Sendable, Codable {
    /// COSE's name: `ES256`, `PS384`, `Ed25519`, …
    public var algorithm: String?
    /// The key, such as `P-256` or `RSA 4096`.
    public var key: String?
    public var commonName: String?
    public var organization: String?
    /// The name of who issued the certificate.
    public var issuer: String?
    /// Hexadecimal.
    public var serial: String?
    public var notBefore: Timestamp?
    public var notAfter: Timestamp?
    /// Certificates in the signature.
    public var chainLength: Int
    /// Whether the bytes of the claim are what was signed.
    public var isValid: Bool
    /// Whether the certificate leads to the trust list.
    public var isTrusted: Bool
    /// The attested time of signing, from a time stamp that holds.
    public var time: Timestamp?
    /// Who attested it.
    public var timeAuthority: String?
    /// Whether that authority is on the trust list.
    public var timeIsTrusted: Bool
    /// The time that the signer claims (`iat`), unattested.
    public var claimedTime: Timestamp?

    public init(
      algorithm: String? = nil, key: String? = nil, commonName: String? = nil,
      organization: String? = nil, issuer: String? = nil, serial: String? = nil,
      notBefore: Timestamp? = nil, notAfter: Timestamp? = nil, chainLength: Int = 0,
      isValid: Bool = false, isTrusted: Bool = false, time: Timestamp? = nil,
      timeAuthority: String? = nil, timeIsTrusted: Bool = false, claimedTime: Timestamp? = nil
    ) {
      self.algorithm = algorithm
      self.key = key
      self.commonName = commonName
      self.organization = organization
      self.issuer = issuer
      self.serial = serial
      self.notBefore = notBefore
      self.notAfter = notAfter
      self.chainLength = chainLength
      self.isValid = isValid
      self.isTrusted = isTrusted
      self.time = time
      self.timeAuthority = timeAuthority
      self.timeIsTrusted = timeIsTrusted
      self.claimedTime = claimedTime
    }
  }

  /// One statement of the claim.
  public struct Assertion: Hashable, Sendable, Codable {
    /// Its label without the number that tells several of one kind apart: `c2pa.ingredient`.
    public var label: String
    /// That number: 1 for `c2pa.ingredient__1`; `nil` for the first.
    public var instance: Int?
    /// Bytes of its box.
    public var size: Int
    /// Whether the claim generator made it itself (`false`: it was gathered); `nil` in version 1
    /// claims, which do not say.
    public var created: Bool?
    /// Whether a later manifest redacted it.
    public var redacted: Bool
    /// What it says in a few words, where that is short: an author, a training permission.
    public var summary: String?

    public init(
      label: String, instance: Int? = nil, size: Int, created: Bool? = nil,
      redacted: Bool = false, summary: String? = nil
    ) {
      self.label = label
      self.instance = instance
      self.size = size
      self.created = created
      self.redacted = redacted
      self.summary = summary
    }
  }

  /// One step of the file's making, by the claim generator's word.
  public struct Action: Hashable, Sendable, Codable {
    /// Such as `c2pa.created` or `c2pa.opened`.
    public var name: String
    /// As written; mostly RFC 3339.
    public var when: String?
    public var softwareAgent: String?
    /// The IPTC or C2PA term, a URI as written.
    public var digitalSourceType: String?
    public var description: String?
    /// Labels of the ingredients it is about.
    public var ingredients: [String]

    public init(
      name: String, when: String? = nil, softwareAgent: String? = nil,
      digitalSourceType: String? = nil, description: String? = nil, ingredients: [String] = []
    ) {
      self.name = name
      self.when = when
      self.softwareAgent = softwareAgent
      self.digitalSourceType = digitalSourceType
      self.description = description
      self.ingredients = ingredients
    }
  }

  /// Something the file was made from.
  public struct Ingredient: Hashable, Sendable, Codable {
    /// The assertion's label.
    public var label: String
    public var title: String?
    /// Its media type.
    public var format: String?
    /// `parentOf`, `componentOf`, `inputTo`.
    public var relationship: String
    /// The label of its manifest; `nil` where it had none.
    public var manifest: String?
    /// Whether that manifest is in the store.
    public var isPresent: Bool
    /// Failures that were recorded when it was taken in.
    public var recordedFailures: [String]

    public init(
      label: String, title: String? = nil, format: String? = nil, relationship: String,
      manifest: String? = nil, isPresent: Bool = false, recordedFailures: [String] = []
    ) {
      self.label = label
      self.title = title
      self.format = format
      self.relationship = relationship
      self.manifest = manifest
      self.isPresent = isPresent
      self.recordedFailures = recordedFailures
    }
  }

  public var label: String
  public var kind: Kind
  /// 1 for `c2pa.claim`, 2 for `c2pa.claim.v2`.
  public var claimVersion: Int
  /// The program that made the claim, by its own word.
  public var claimGenerator: String?
  public var title: String?
  public var format: String?
  public var instanceID: String?
  public var signature: Signature?
  public var assertions: [Assertion]
  public var actions: [Action]
  public var ingredients: [Ingredient]
  /// References to assertions of ingredients that this claim redacts.
  public var redactions: [String]
  public var statuses: [CredentialStatus]

  public init(
    label: String, kind: Kind, claimVersion: Int, claimGenerator: String? = nil,
    title: String? = nil, format: String? = nil, instanceID: String? = nil,
    signature: Signature? = nil, assertions: [Assertion] = [], actions: [Action] = [],
    ingredients: [Ingredient] = [], redactions: [String] = [], statuses: [CredentialStatus] = []
  ) {
    self.label = label
    self.kind = kind
    self.claimVersion = claimVersion
    self.claimGenerator = claimGenerator
    self.title = title
    self.format = format
    self.instanceID = instanceID
    self.signature = signature
    self.assertions = assertions
    self.actions = actions
    self.ingredients = ingredients
    self.redactions = redactions
    self.statuses = statuses
  }
}
