import ForensicCore

extension SampleReports {
  /// A chain of two manifests: a generated picture, edited since; its signer is not trusted.
  static let credentials = CredentialReport(
    state: .valid, activeManifest: "urn:c2pa:5a2c0f0e-0000-4000-8000-000000000002",
    manifests: [
      CredentialManifest(
        label: "urn:c2pa:5a2c0f0e-0000-4000-8000-000000000002", kind: .standard, claimVersion: 2,
        claimGenerator: "Picture Editor/4.1", title: "harbour.jpg", format: "image/jpeg",
        instanceID: "xmp:iid:2",
        signature: .init(
          algorithm: "ES256", key: "P-256", commonName: "Editor", organization: "Example Desk",
          issuer: "Example Signing CA", serial: "0a1b", notBefore: time(-9_000_000),
          notAfter: time(90_000_000), chainLength: 2, isValid: true, isTrusted: false,
          time: time(-60), timeAuthority: "Example Time", timeIsTrusted: false),
        assertions: [
          .init(label: "c2pa.actions.v2", size: 420, created: true),
          .init(label: "c2pa.ingredient.v3", size: 700, created: true),
          .init(label: "c2pa.hash.data", size: 190, created: true, summary: "sha256"),
        ],
        actions: [
          .init(name: "c2pa.opened", ingredients: ["c2pa.ingredient.v3"]),
          .init(
            name: "c2pa.color_adjustments", when: "2026-11-23T08:00:00Z",
            softwareAgent: "Picture Editor/4.1", description: "Brighter"),
        ],
        ingredients: [
          .init(
            label: "c2pa.ingredient.v3", title: "generated.png", format: "image/png",
            relationship: "parentOf", manifest: "urn:c2pa:5a2c0f0e-0000-4000-8000-000000000001",
            isPresent: true)
        ],
        statuses: [
          .init(
            code: "claimSignature.validated", kind: .success,
            url: "self#jumbf=/c2pa/urn:c2pa:2/c2pa.signature",
            meaning: "The signature holds: the claim is what was signed."),
          .init(
            code: "signingCredential.untrusted", kind: .failure,
            url: "self#jumbf=/c2pa/urn:c2pa:2/c2pa.signature",
            meaning:
              "The signer is not on a trust list: the certificate proves no identity.",
            detail: "no trust list is installed"),
          .init(
            code: "assertion.dataHash.match", kind: .success,
            url: "self#jumbf=/c2pa/urn:c2pa:2/c2pa.assertions/c2pa.hash.data",
            meaning: "The file is unchanged since it was signed."),
        ]),
      CredentialManifest(
        label: "urn:c2pa:5a2c0f0e-0000-4000-8000-000000000001", kind: .standard, claimVersion: 2,
        claimGenerator: "Generator/1",
        signature: .init(
          algorithm: "Ed25519", key: "Ed25519", organization: "Generator Makers",
          chainLength: 1, isValid: false, isTrusted: false),
        assertions: [.init(label: "c2pa.actions.v2", size: 300, created: true)],
        actions: [
          .init(
            name: "c2pa.created", softwareAgent: "Generator/1",
            digitalSourceType:
              "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")
        ],
        redactions: ["self#jumbf=/c2pa/urn:c2pa:0/c2pa.assertions/c2pa.metadata"],
        statuses: [
          .init(
            code: "claimSignature.mismatch", kind: .failure,
            url: "self#jumbf=/c2pa/urn:c2pa:1/c2pa.signature",
            meaning: "The signature does not hold: the claim is not what was signed.",
            recorded: true)
        ]),
    ], manifestCount: 2, place: "APP11", size: 48_213, trustListCount: 0, validatedAt: time(0),
    uncoveredBytes: 12)

  /// Every text of it a payload.
  static let hostileCredentials: CredentialReport = {
    let all = payloads.joined(separator: " ")
    return CredentialReport(
      state: .invalid, activeManifest: all,
      manifests: [
        CredentialManifest(
          label: all, kind: .compressed, claimVersion: -1, claimGenerator: all, title: all,
          format: all, instanceID: all,
          signature: .init(
            algorithm: all, key: all, commonName: all, organization: all, issuer: all,
            serial: all, timeAuthority: all),
          assertions: payloads.map { .init(label: $0, size: -1, redacted: true, summary: $0) },
          actions: payloads.map {
            .init(
              name: $0, when: $0, softwareAgent: $0, digitalSourceType: $0, description: $0,
              ingredients: [$0])
          },
          ingredients: payloads.map {
            .init(
              label: $0, title: $0, format: $0, relationship: $0, manifest: $0,
              recordedFailures: [$0])
          }, redactions: payloads,
          statuses: payloads.map {
            .init(code: $0, kind: .failure, url: $0, meaning: $0, detail: $0)
          })
      ], manifestCount: -1, place: all, size: -1, remote: all, problem: all)
  }()
}
