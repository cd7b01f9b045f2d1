import ForensicCore

/// What an audit looks at and how: everything that decides its result. A run is gone on with, and
/// shards are joined, only under equal settings.
public struct AuditSettings: Hashable, Sendable, Codable {
  /// For which results whole reports are written, below `reports/`.
  public enum Reports: String, Hashable, Sendable, Codable, CaseIterable {
    case none, generated, all
  }

  /// The folder, or the list of paths: absolute and without symbolic links, for the same words
  /// mean another place in another folder; `-` for standard input.
  public var input: String
  /// Whether `input` is a list of paths.
  public var isList: Bool
  /// The folder that a list's relative paths are below: where the audit was begun. No difference
  /// between settings, for an audit is gone on with from anywhere.
  public var base: String?
  public var shard: Shard
  /// Only files changed at or after this time.
  public var since: Timestamp?
  /// Only names that match one of these, where there are any…
  public var include: [String]
  /// …and none of these; folders that match are not entered.
  public var exclude: [String]
  /// Whether ZIP and TAR files are opened.
  public var containers: Bool
  public var reports: Reports
  /// What examines: the tool's version, and the digests of bundle and settings.
  public var version: String
  public var bundle: String
  public var bundleDigest: String?
  public var configurationDigest: String?

  public init(
    input: String, isList: Bool = false, base: String? = nil, shard: Shard = .whole,
    since: Timestamp? = nil,
    include: [String] = [], exclude: [String] = [], containers: Bool = true,
    reports: Reports = .none, provenance: Report.Provenance
  ) {
    self.input = input
    self.isList = isList
    self.base = base
    self.shard = shard
    self.since = since
    self.include = include
    self.exclude = exclude
    self.containers = containers
    self.reports = reports
    version = provenance.version
    bundle = provenance.bundle
    bundleDigest = provenance.bundleDigest?.hex
    configurationDigest = provenance.configurationDigest?.hex
  }

  /// The first member in which `other` differs, in words; `nil` when they are equal. The shard's
  /// number counts only where asked for.
  func difference(from other: AuditSettings, includingShard: Bool = true) -> String? {
    func told(_ name: String, _ ours: some Equatable, _ theirs: some Equatable) -> String? {
      "\(ours)" == "\(theirs)" ? nil : "\(name): \(ours), was \(theirs)"
    }
    let differences = [
      told("input", input, other.input), told("list", isList, other.isList),
      includingShard ? told("shard", shard, other.shard) : nil,
      told("shards", shard.count, other.shard.count),
      told("since", since?.rfc3339 ?? "any time", other.since?.rfc3339 ?? "any time"),
      told("include", include, other.include), told("exclude", exclude, other.exclude),
      told("containers", containers, other.containers),
      told("reports", reports.rawValue, other.reports.rawValue),
      told("version", version, other.version),
      told("bundle", bundleDigest ?? bundle, other.bundleDigest ?? other.bundle),
      told(
        "examiner settings", configurationDigest ?? "none", other.configurationDigest ?? "none"),
    ]
    return differences.lazy.compactMap(\.self).first
  }
}
