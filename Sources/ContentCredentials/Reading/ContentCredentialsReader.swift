import ForensicCore

/// Reads and validates the Content Credentials of a picture, offline.
public struct ContentCredentialsReader: Sendable {
  public let trust: TrustList
  public let limits: CredentialLimits

  public init(trust: TrustList = .empty, limits: CredentialLimits = .standard) {
    self.trust = trust
    self.limits = limits
  }

  /// What was found, as findings and as a whole.
  public struct Reading: Hashable, Sendable {
    /// `nil` for a file without Content Credentials.
    public var report: CredentialReport?
    public var findings: [Finding]
    public var notExamined: [Examination.Omission]

    public init(
      report: CredentialReport?, findings: [Finding], notExamined: [Examination.Omission]
    ) {
      self.report = report
      self.findings = findings
      self.notExamined = notExamined
    }
  }

  /// Reads a file. Any bytes are accepted; what is broken becomes part of the report.
  ///
  /// - Parameters:
  ///   - file: the whole file.
  ///   - format: what its first bytes say it is; it decides where the manifests are looked for.
  ///   - now: the time against which certificates are checked where no time stamp helps.
  public func read(
    _ file: UnsafeRawBufferPointer, format: ImageFormat, now: Timestamp
  ) -> Reading {
    var omissions = [Examination.Omission]()
    let report = self.report(on: file, format: format, now: now, &omissions)
    var findings = CredentialFindings(report, trust: trust).all
    if let report { findings += SourceTypeFindings(report).all }
    var notExamined = [Examination.Omission]()
    if let address = report?.remote {
      notExamined.append(
        .init(
          what: "The Content Credentials at \(address)",
          why: "They lie elsewhere; nothing is ever fetched."))
    }
    if let problem = report?.problem {
      notExamined.append(.init(what: "Content Credentials", why: problem))
    }
    return Reading(
      report: report, findings: findings, notExamined: notExamined + omissions)
  }

  private static func container(_ format: ImageFormat) -> any CredentialContainer.Type {
    switch format {
    case .jpeg: JPEGCredentials.self
    case .png: PNGCredentials.self
    case .webp: WebPCredentials.self
    }
  }

  private func report(
    on file: UnsafeRawBufferPointer, format: ImageFormat, now: Timestamp,
    _ omissions: inout [Examination.Omission]
  ) -> CredentialReport? {
    let container = Self.container(format)
    let remote = container.xmp(file).flatMap { RemoteManifest.address(inXMP: file[$0]) }
    var report = CredentialReport(
      state: .invalid, remote: remote, trustListCount: trust.count, validatedAt: now)
    switch container.locate(file, limits: limits) {
    case .none:
      guard remote != nil else { return nil }
      report.state = nil
      report.validatedAt = nil
    case .several(let count):
      report.problem =
        "There are \(count) manifest stores; the standard takes none of them then."
    case .broken(let error):
      report.problem = "The manifest store cannot be put together: \(error)."
    case .unidentified(let error):
      // Whether they are Content Credentials is not known, so nor is their state.
      report.state = nil
      report.validatedAt = nil
      report.problem =
        "The file holds a JUMBF segment that cannot be read as Content Credentials: \(error)."
    case .found(let located):
      report.place = located.place
      report.size = located.bytes.count
      validate(located, container, file: file, now: now, into: &report, &omissions)
    }
    return report
  }

  private func validate(
    _ located: LocatedStore, _ container: any CredentialContainer.Type,
    file: UnsafeRawBufferPointer, now: Timestamp, into report: inout CredentialReport,
    _ omissions: inout [Examination.Omission]
  ) {
    let deadline = Deadline(seconds: limits.seconds)
    let store: ManifestStore
    do {
      store = try ManifestStore(located.bytes, limits: limits, deadline: deadline)
    } catch {
      report.problem = "The manifest store cannot be read: \(error)."
      return
    }
    report.manifestCount = store.manifests.count
    guard let active = store.active else {
      report.problem = "The manifest store holds no manifest."
      return
    }
    report.activeManifest = Bounded.text(active.label)
    var validator = StoreValidator(
      store: store, file: file, located: located, container: container,
      chains: ChainBuilder(trust: trust, limits: limits), now: now.milliseconds / 1000,
      limits: limits, deadline: deadline)
    do {
      try validator.run(active)
    } catch {
      report.problem = "Validation was not finished: \(error)."
    }
    describe(validator, active: active, into: &report, &omissions)
  }

  private func describe(
    _ validator: StoreValidator, active: Manifest, into report: inout CredentialReport,
    _ omissions: inout [Examination.Omission]
  ) {
    report.uncoveredBytes = validator.uncovered
    var budget = DescriptionBudget()
    report.manifests = validator.order.compactMap { manifest in
      budget.take(
        CredentialManifest(
          manifest, store: validator.store, redactions: validator.redactions,
          signature: validator.signatures[manifest.label],
          statuses: validator.log.byManifest[manifest.label] ?? []))
    }
    if budget.leftOut > 0 {
      omissions.append(
        .init(
          what: "\(budget.leftOut) entries of the Content Credentials",
          why: "They were validated; there is no room for them in a report."))
    }
    guard report.problem == nil else { return }
    let others = validator.order.dropFirst().flatMap {
      validator.log.byManifest[$0.label] ?? []
    }
    report.state = .of(active: validator.log.byManifest[active.label] ?? [], others: others)
  }
}
