import ForensicCore

extension CredentialReport: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(state?.rawValue)
    writer.put(activeManifest)
    writer.put(manifests)
    writer.put(manifestCount)
    writer.put(place)
    writer.put(size)
    writer.put(remote)
    writer.put(problem)
    writer.put(trustListCount)
    writer.put(validatedAt)
    writer.put(uncoveredBytes)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    let text: String? = try reader.optional()
    let state = text.flatMap { State(rawValue: $0) }
    guard (text == nil) == (state == nil) else { throw .invalid }
    self.init(
      state: state, activeManifest: try reader.optional(),
      manifests: try reader.array(most: WireLimits.manifests),
      manifestCount: try reader.int(), place: try reader.optional(), size: try reader.int(),
      remote: try reader.optional(), problem: try reader.optional(),
      trustListCount: try reader.int(), validatedAt: try reader.optional(),
      uncoveredBytes: try reader.int())
  }
}

extension CredentialStatus: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(code)
    writer.put(kind.rawValue)
    writer.put(url)
    writer.put(meaning)
    writer.put(detail)
    writer.put(recorded)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    let code = try reader.string()
    guard let kind = Kind(rawValue: try reader.string()) else { throw .invalid }
    self.init(
      code: code, kind: kind, url: try reader.string(), meaning: try reader.string(),
      detail: try reader.optional(), recorded: try reader.bool())
  }
}

extension CredentialManifest: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(label)
    writer.put(kind.rawValue)
    writer.put(claimVersion)
    writer.put(claimGenerator)
    writer.put(title)
    writer.put(format)
    writer.put(instanceID)
    writer.put(signature)
    writer.put(assertions)
    writer.put(actions)
    writer.put(ingredients)
    writer.put(redactions)
    writer.put(statuses)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    let label = try reader.string()
    guard let kind = Kind(rawValue: try reader.string()) else { throw .invalid }
    self.init(
      label: label, kind: kind, claimVersion: try reader.int(),
      claimGenerator: try reader.optional(), title: try reader.optional(),
      format: try reader.optional(), instanceID: try reader.optional(),
      signature: try reader.optional(),
      assertions: try reader.array(most: WireLimits.manifestEntries),
      actions: try reader.array(most: WireLimits.manifestEntries),
      ingredients: try reader.array(most: WireLimits.manifestEntries),
      redactions: try reader.array(most: WireLimits.manifestEntries),
      statuses: try reader.array(most: WireLimits.manifestEntries))
  }
}

extension CredentialManifest.Signature: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(algorithm)
    writer.put(key)
    writer.put(commonName)
    writer.put(organization)
    writer.put(issuer)
    writer.put(serial)
    writer.put(notBefore)
    writer.put(notAfter)
    writer.put(chainLength)
    writer.put(isValid)
    writer.put(isTrusted)
    writer.put(time)
    writer.put(timeAuthority)
    writer.put(timeIsTrusted)
    writer.put(claimedTime)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      algorithm: try reader.optional(), key: try reader.optional(),
      commonName: try reader.optional(), organization: try reader.optional(),
      issuer: try reader.optional(), serial: try reader.optional(),
      notBefore: try reader.optional(), notAfter: try reader.optional(),
      chainLength: try reader.int(), isValid: try reader.bool(), isTrusted: try reader.bool(),
      time: try reader.optional(), timeAuthority: try reader.optional(),
      timeIsTrusted: try reader.bool(), claimedTime: try reader.optional())
  }
}

extension CredentialManifest.Assertion: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(label)
    writer.put(instance)
    writer.put(size)
    writer.put(created)
    writer.put(redacted)
    writer.put(summary)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      label: try reader.string(), instance: try reader.optional(), size: try reader.int(),
      created: try reader.optional(), redacted: try reader.bool(), summary: try reader.optional())
  }
}

extension CredentialManifest.Action: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(name)
    writer.put(when)
    writer.put(softwareAgent)
    writer.put(digitalSourceType)
    writer.put(description)
    writer.put(ingredients)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      name: try reader.string(), when: try reader.optional(),
      softwareAgent: try reader.optional(), digitalSourceType: try reader.optional(),
      description: try reader.optional(), ingredients: try reader.array(most: WireLimits.references)
    )
  }
}

extension CredentialManifest.Ingredient: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(label)
    writer.put(title)
    writer.put(format)
    writer.put(relationship)
    writer.put(manifest)
    writer.put(isPresent)
    writer.put(recordedFailures)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      label: try reader.string(), title: try reader.optional(), format: try reader.optional(),
      relationship: try reader.string(), manifest: try reader.optional(),
      isPresent: try reader.bool(), recordedFailures: try reader.array(most: WireLimits.references))
  }
}

extension Timestamp: WireCodable {
  /// 0000 to 9999, in milliseconds since 1970: what RFC 3339 can write, and a report be read with.
  private static let years = -62_167_219_200_000..<253_402_300_800_000

  package func write(to writer: inout WireWriter) { writer.put(Int(milliseconds)) }

  package init(from reader: inout WireReader) throws(WireFailure) {
    let milliseconds = try reader.int()
    guard Self.years.contains(milliseconds) else { throw .outOfRange(milliseconds) }
    self.init(milliseconds: Int64(milliseconds))
  }
}

extension Bool: WireCodable {
  package func write(to writer: inout WireWriter) { writer.put(self) }
  package init(from reader: inout WireReader) throws(WireFailure) { self = try reader.bool() }
}
