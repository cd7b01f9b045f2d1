import Crypto
import ForensicCore
import FoundationEssentials

extension StoreValidator {
  private static let contentTypeHeader = 3

  /// "Identity claims aggregation": somebody confirms accounts and documents of the named actor,
  /// in a Verifiable Credential. Its issuer's key is read where it stands in the issuer's name
  /// (`did:jwk`); a key that lies at an address is not fetched.
  mutating func validateAggregate(
    _ bytes: [UInt8], _ payload: IdentityPayload, _ manifest: Manifest, url: String
  ) {
    let label = manifest.label
    guard let cose = try? CoseSign1(bytes[...], limits: limits) else {
      log.add(.aggregateCOSEInvalid, manifest: label, url: url)
      return
    }
    guard cose.scheme == .ed25519 else {
      log.add(.aggregateAlgorithmInvalid, manifest: label, url: url)
      return
    }
    if cose.protectedHeaders[Self.contentTypeHeader]?.text != "application/vc" {
      log.add(.aggregateContentTypeInvalid, manifest: label, url: url)
    }
    guard let content = cose.payload, let credential = AggregateCredential(content) else {
      log.add(.aggregateCredentialInvalid, manifest: label, url: url)
      return
    }
    validateIssuer(credential, cose, content, label, url)
    let time = validateStamp(cose, content, label, url)
    validateValidity(credential, stamped: time, label, url)
    if !credential.isAbout(payload) {
      log.add(.aggregatePayloadMismatch, manifest: label, url: url)
    }
  }

  private mutating func validateIssuer(
    _ credential: AggregateCredential, _ cose: CoseSign1, _ content: [UInt8], _ label: String,
    _ url: String
  ) {
    switch credential.issuerKey {
    case .unknown:
      log.add(.aggregateIssuerInvalid, manifest: label, url: url, credential.issuer)
    case .elsewhere:
      log.add(.aggregateIssuerUnavailable, manifest: label, url: url, credential.issuer)
    case .unreadable:
      log.add(.aggregateIssuerKeyInvalid, manifest: label, url: url, credential.issuer)
    case .key(let key):
      if key.isValidSignature(cose.signature, for: cose.signedBytes(claim: content[...])) {
        log.add(.aggregateIssuerUntrusted, manifest: label, url: url, credential.issuer)
      } else {
        log.add(.aggregateMismatch, manifest: label, url: url)
      }
    }
  }

  /// The attested time in seconds since 1970; `nil` without a time stamp that holds.
  private mutating func validateStamp(
    _ cose: CoseSign1, _ content: [UInt8], _ label: String, _ url: String
  ) -> Int64? {
    guard let stamps = cose.stamps(claim: content[...]) else { return nil }
    guard stamps.count == 1,
      let time = TimeStampCheck(chains: chains).run(stamps[0].token, over: stamps[0].message).time
    else {
      log.add(.aggregateTimeStampInvalid, manifest: label, url: url)
      return nil
    }
    log.add(.aggregateTimeStampValidated, manifest: label, url: url)
    return time
  }

  private mutating func validateValidity(
    _ credential: AggregateCredential, stamped time: Int64?, _ label: String, _ url: String
  ) {
    let times = [now] + (time.map { [$0] } ?? [])
    if let from = credential.validFrom {
      if times.contains(where: { $0 < from }) {
        log.add(.aggregateValidFromInvalid, manifest: label, url: url)
      }
    } else {
      log.add(.aggregateValidFromMissing, manifest: label, url: url)
    }
    if let until = credential.validUntil, times.contains(where: { $0 > until }) {
      log.add(.aggregateValidUntilInvalid, manifest: label, url: url)
    }
  }
}

/// The Verifiable Credential of an identity claims aggregation, as far as it is checked.
struct AggregateCredential {
  enum IssuerKey {
    case key(Curve25519.Signing.PublicKey)
    /// At an address (`did:web`).
    case elsewhere
    case unreadable
    /// No DID, or of another method.
    case unknown
  }

  var issuer: String
  var issuerKey: IssuerKey
  /// Seconds since 1970.
  var validFrom: Int64?
  var validUntil: Int64?
  private var asset: CBORValue
  private var subject: IdentityPayload

  /// `nil` for anything that is no such credential.
  init?(_ json: [UInt8]) {
    guard let tree = try? JSONTree.decode(json[...]),
      tree["@context"]?.array?.isEmpty == false, tree["type"]?.array?.isEmpty == false,
      let issuer = tree["issuer"]?.text,
      let about = tree["credentialSubject"]?.array?.first ?? tree["credentialSubject"],
      about["verifiedIdentities"]?.array?.isEmpty == false, let asset = about["c2paAsset"],
      let subject = IdentityPayload(asset)
    else { return nil }
    self.issuer = issuer
    self.asset = asset
    self.subject = subject
    issuerKey = Self.key(of: issuer)
    for (name, path) in [("validFrom", \Self.validFrom), ("validUntil", \Self.validUntil)] {
      guard let value = tree[name] else { continue }
      guard let seconds = value.text.flatMap(Self.seconds) else { return nil }
      self[keyPath: path] = seconds
    }
  }

  /// Whether its asset is what the identity assertion says; its hashes are in Base64.
  func isAbout(_ payload: IdentityPayload) -> Bool {
    let hashes = (asset["referenced_assertions"]?.array ?? []).map { item in
      // Some write the characters as numbers.
      (item["hash"]?.text ?? item["hash"]?.bytes.map { String(decoding: $0, as: UTF8.self) })
        .flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) }
    }
    guard subject.type == payload.type, subject.roles == payload.roles,
      subject.references.count == payload.references.count
    else { return false }
    return zip(zip(subject.references, hashes), payload.references).allSatisfy { ours, theirs in
      ours.0.url == theirs.url && ours.1 == theirs.hash
        && (theirs.algorithm == nil || ours.0.algorithm == theirs.algorithm)
    }
  }

  private static func key(of issuer: String) -> IssuerKey {
    let did = issuer.split(separator: "#", omittingEmptySubsequences: false)[0]
    let parts = did.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "did" else { return .unknown }
    switch parts[1] {
    case "web": return .elsewhere
    case "jwk":
      guard let json = base64URL(String(parts[2])), let key = try? JSONTree.decode(json[...]),
        key["kty"]?.text == "OKP", key["crv"]?.text == "Ed25519",
        let raw = key["x"]?.text.flatMap({ base64URL($0) }),
        let read = try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
      else { return .unreadable }
      return .key(read)
    default: return .unknown
    }
  }

  private static func base64URL(_ text: String) -> [UInt8]? {
    let plain = String(text.filter { $0 != "=" }.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    return Data(base64Encoded: padded).map { [UInt8]($0) }
  }

  /// An RFC 3339 time; fractions of a second are dropped.
  private static func seconds(_ text: String) -> Int64? {
    guard text.utf8.count >= 20, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let whole = String(text.prefix(19)).uppercased()
    let rest = text.dropFirst(19).drop { $0 == "." || $0.isNumber }
    guard let time = Timestamp(rfc3339: whole + ".000Z") else { return nil }
    let seconds = time.milliseconds / 1000
    if rest == "Z" || rest == "z" { return seconds }
    let parts = rest.dropFirst().split(separator: ":")
    guard let sign = rest.first, sign == "+" || sign == "-", parts.count == 2,
      let hours = Int64(parts[0]), let minutes = Int64(parts[1]), (0...23).contains(hours),
      (0...59).contains(minutes)
    else { return nil }
    let offset = hours * 3600 + minutes * 60
    return sign == "+" ? seconds - offset : seconds + offset
  }
}
