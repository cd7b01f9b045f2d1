import ForensicCore

/// Reads the parts of one manifest. What cannot be read is noted, not thrown: the rest still
/// tells something.
struct ManifestReader {
  let bytes: [UInt8]
  let limits: CredentialLimits
  let deadline: Deadline

  func read(
    _ box: JUMBFBox, label: String, kind: CredentialManifest.Kind
  ) throws(CredentialError) -> Manifest {
    let claims = box.children.filter { $0.type == .claim }
    var manifest = Manifest(
      label: label, kind: kind, box: box, claimCount: claims.count, claim: nil,
      claimProblem: nil, claimBytes: [], signatureBytes: nil, signatureBox: nil)
    if let claim = claims.first { readClaim(claim, into: &manifest) }
    if let signature = box.children.first(where: { $0.type == .signature }) {
      manifest.signatureBox = signature
      manifest.signatureBytes = signature.content("cbor").map { bytes[$0] }
    }
    let store = box.children.first { $0.type == .assertionStore }
    let boxes = store?.children ?? []
    guard boxes.count <= limits.assertions else {
      throw .limit("a manifest has more than \(limits.assertions) assertions")
    }
    for box in boxes {
      try deadline.check()
      manifest.add(assertion(box))
    }
    return manifest
  }

  private func readClaim(_ box: JUMBFBox, into manifest: inout Manifest) {
    guard let payload = box.content("cbor") else {
      manifest.claimProblem =
        box.content("json") == nil
        ? "the claim box holds no CBOR" : "a claim in JSON, from before the standard"
      return
    }
    manifest.claimBytes = bytes[payload]
    do {
      let value = try CBORDecoder.decode(bytes[payload], limits: limits)
      manifest.claim = Claim(value, version: box.label == "c2pa.claim" ? 1 : 2)
    } catch {
      manifest.claimProblem = error.description
    }
  }

  private func assertion(_ box: JUMBFBox) -> Assertion {
    Assertion(label: box.label ?? "", box: box, content: content(box))
  }

  private func content(_ box: JUMBFBox) -> Assertion.Content {
    let data = box.contents.filter { $0.type != "free" && $0.type != "c2sh" }
    if !data.isEmpty, data.allSatisfy({ bytes[$0.payload].allSatisfy { $0 == 0 } }) {
      return .zeros
    }
    do {
      switch box.type {
      case .cbor:
        guard let payload = box.content("cbor") else {
          return .unreadable(isJSON: false, reason: "the assertion's box holds no CBOR")
        }
        return .cbor(try CBORDecoder.decode(bytes[payload], limits: limits))
      case .json:
        guard let payload = box.content("json") else {
          return .unreadable(isJSON: true, reason: "the assertion's box holds no JSON")
        }
        return .json(try JSONTree.decode(bytes[payload]))
      default: return .opaque
      }
    } catch {
      return .unreadable(isJSON: box.type == .json, reason: error.description)
    }
  }
}
