import ForensicCore

/// The Content Credentials: the manifests of the lineage, who signed them, what they say, and
/// what validation found.
enum CredentialView {
  static func fields(_ report: CredentialReport) -> Fields {
    var fields: Fields = [
      "state": title(report), "meaning": meaning(report), "facts": facts(report),
    ]
    fields["manifests"] = report.manifests.enumerated().map { index, manifest in
      self.manifest(manifest, isActive: index == 0)
    }
    return fields
  }

  /// For the first screen, after "Content Credentials:".
  static func short(_ report: CredentialReport) -> String {
    if report.problem != nil { return "not read whole" }
    if report.place == nil { return "elsewhere, not fetched" }
    return switch report.state {
    case .trusted: "valid, from a trusted signer"
    case .valid: "valid, the signer is not on a trust list"
    case .wellFormed: "not valid"
    case .invalid, nil: "invalid"
    }
  }

  private static func title(_ report: CredentialReport) -> String {
    if report.problem != nil { return "Not read whole" }
    if report.place == nil { return "Elsewhere" }
    return switch report.state {
    case .trusted: "Valid, from a trusted signer"
    case .valid: "Valid"
    case .wellFormed: "Well-formed, not valid"
    case .invalid, nil: "Invalid"
    }
  }

  private static func meaning(_ report: CredentialReport) -> String {
    if let problem = report.problem { return problem }
    if report.place == nil {
      return "The file says that its Content Credentials lie at an address. Nothing is ever "
        + "fetched, so nothing is known of what they say."
    }
    return switch report.state {
    case .trusted:
      "The file was not changed since it was signed, and the signer is on the installed trust "
        + "list. What the signer declared may still be untrue."
    case .valid:
      "The file was not changed since it was signed by whoever holds the key. Who that is, this "
        + "does not say: the signer is not on a trust list. What the signer declared may be untrue."
    case .wellFormed:
      "The manifests keep the standard’s rules, but something in them does not hold: a signature, "
        + "a certificate, or the hash of the file."
    case .invalid, nil:
      "The manifests break the standard’s rules. Nothing follows from what they say."
    }
  }

  private static func facts(_ report: CredentialReport) -> [Fields] {
    var facts = [Fields]()
    if let place = report.place {
      facts.append(
        fact(
          "Manifest store",
          "\(Words.bytes(report.size)) in \(place), "
            + Words.count(report.manifestCount, "manifest")))
    }
    facts.append(
      fact(
        "Trust list",
        report.trustListCount == 0
          ? "none is installed, so no signer is trusted"
          : Words.count(report.trustListCount, "certificate")))
    add("Address", report.remote, code: true, to: &facts)
    add("Checked at", report.validatedAt?.readable, to: &facts)
    if report.uncoveredBytes > 0 {
      facts.append(
        fact(
          "Left out by the signed hash", "\(Words.bytes(report.uncoveredBytes)) besides the store"))
    }
    return facts
  }

  private static func manifest(_ manifest: CredentialManifest, isActive: Bool) -> Fields {
    var fields: Fields = [
      "heading": manifest.claimGenerator ?? "A claim without a generator",
      "kind": (isActive ? "speaks for this file" : "of an ingredient")
        + (manifest.kind == .standard ? "" : ", \(kind(manifest.kind))"),
      "facts": manifestFacts(manifest),
      "counts":
        Words.count(manifest.assertions.count, "assertion") + ", "
        + Words.count(manifest.statuses.count, "result") + " of validation",
    ]
    let actions = manifest.actions.map(action)
    // Most claims leave out all but the name: empty columns would push the table off a phone.
    let columns = ["when", "agent", "detail"].filter { key in
      actions.contains { $0[key] != nil }
    }
    func withColumns(_ row: Fields) -> Fields {
      columns.reduce(into: row) { $0["\($1)Column"] = true }
    }
    fields = withColumns(fields)
    fields["actions"] = actions.map(withColumns)
    fields["hasActions"] = manifest.actions.isEmpty ? nil : true
    fields["ingredients"] = manifest.ingredients.map(ingredient)
    fields["hasIngredients"] = manifest.ingredients.isEmpty ? nil : true
    fields["assertions"] = manifest.assertions.map(assertion)
    fields["statuses"] = manifest.statuses.map(status)
    let failures = manifest.statuses.filter { $0.kind == .failure }
    fields["failures"] = failures.map(status)
    fields["hasFailures"] = failures.isEmpty ? nil : true
    return fields
  }

  private static func kind(_ kind: CredentialManifest.Kind) -> String {
    switch kind {
    case .standard: "standard manifest"
    case .update: "update manifest"
    case .timeStamp: "time-stamp manifest"
    case .compressed: "compressed manifest, not read"
    }
  }

  private static func manifestFacts(_ manifest: CredentialManifest) -> [Fields] {
    var facts = [fact("Manifest", manifest.label, code: true)]
    add("Title", manifest.title, to: &facts)
    if manifest.claimVersion > 0 { facts.append(fact("Claim", "version \(manifest.claimVersion)")) }
    if let signature = manifest.signature { facts += signatureFacts(signature) }
    if !manifest.redactions.isEmpty {
      facts.append(fact("Redacts", manifest.redactions.joined(separator: ", "), code: true))
    }
    return facts
  }

  private static func signatureFacts(_ signature: CredentialManifest.Signature) -> [Fields] {
    var facts = [Fields]()
    let names = [signature.commonName, signature.organization].compactMap(\.self)
    facts.append(
      fact(
        "Signer",
        (names.isEmpty ? "without a name" : names.joined(separator: ", "))
          + standing(signature)))
    add("Certificate from", signature.issuer, to: &facts)
    if let start = signature.notBefore, let end = signature.notAfter {
      facts.append(fact("Certificate valid", "\(start.readable) to \(end.readable)"))
    }
    facts.append(
      fact(
        "Signature",
        [signature.algorithm, signature.key].compactMap(\.self).joined(separator: ", ")
          + (signature.isValid ? "; it holds" : "; it does not hold")))
    if let time = signature.time {
      let authority = signature.timeAuthority ?? "an authority without a name"
      facts.append(
        fact(
          "Time stamp",
          "\(time.readable), by \(authority)"
            + (signature.timeIsTrusted ? " (on the trust list)" : " (not on a trust list)")))
    } else {
      facts.append(fact("Time stamp", "none that holds"))
    }
    add("Time claimed by the signer", signature.claimedTime?.readable, to: &facts)
    return facts
  }

  private static func standing(_ signature: CredentialManifest.Signature) -> String {
    guard signature.isValid else {
      return " (named in the certificate, and not shown to have signed)"
    }
    return signature.isTrusted ? " (on the trust list)" : " (not on a trust list)"
  }

  private static func action(_ action: CredentialManifest.Action) -> Fields {
    var fields: Fields = ["name": action.name]
    fields["when"] = action.when
    fields["agent"] = action.softwareAgent
    let details = [action.digitalSourceType, action.description].compactMap(\.self)
    fields["detail"] = details.isEmpty ? nil : details.joined(separator: "; ")
    fields["words"] = CredentialWords.action(action.name)
    return fields
  }

  private static func ingredient(_ ingredient: CredentialManifest.Ingredient) -> Fields {
    let own: String
    if let manifest = ingredient.manifest {
      own = ingredient.isPresent ? manifest : "\(manifest), which is not in the file"
    } else {
      own = "none"
    }
    let failures = ingredient.recordedFailures
    var fields: Fields = [
      "title": ingredient.title ?? ingredient.label, "relationship": ingredient.relationship,
      "manifest": own
        + (failures.isEmpty ? "" : "; failures known then: \(failures.joined(separator: ", "))"),
    ]
    fields["words"] = CredentialWords.relationship(ingredient.relationship)
    return fields
  }

  private static func assertion(_ assertion: CredentialManifest.Assertion) -> Fields {
    var parts = [Words.bytes(assertion.size)]
    if let created = assertion.created { parts.append(created ? "created" : "gathered") }
    if assertion.redacted { parts.append("redacted") }
    if let summary = assertion.summary { parts.append(summary) }
    let label = assertion.label + (assertion.instance.map { "__\($0)" } ?? "")
    return ["label": label, "detail": parts.joined(separator: ", ")]
  }

  private static func status(_ status: CredentialStatus) -> Fields {
    var fields: Fields = [
      "code": status.code, "meaning": status.meaning, "url": status.url,
      "kind": status.kind == .failure
        ? (status.recorded ? "Failure, known when it was taken in: " : "Failure: ") : "",
    ]
    fields["detail"] = status.detail
    return fields
  }

  private static func fact(_ name: String, _ value: String, code: Bool = false) -> Fields {
    var fields: Fields = ["name": name, "value": value]
    if code { fields["code"] = true }
    return fields
  }

  private static func add(
    _ name: String, _ value: String?, code: Bool = false, to facts: inout [Fields]
  ) {
    if let value { facts.append(fact(name, value, code: code)) }
  }
}
