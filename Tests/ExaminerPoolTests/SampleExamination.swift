import ForensicCore

/// An examination with something in every field.
enum Sample {
  private static var digest: SHA256Digest {
    guard let digest = SHA256Digest(bytes: 0..<32) else { preconditionFailure("32 bytes") }
    return digest
  }

  static let examination = Examination(
    image: ImageInfo(
      format: .webp, width: 640, height: 480, bitDepth: 12, colorModel: "ycbcr",
      progressive: true, frames: 3, perceptualHash: "00ff00ff00ff00ff"),
    jpeg: JPEGInfo(
      quality: .init(
        estimate: 90, standard: false, luma: 91, chroma: 89, distance: 0.25, maker: "someone"),
      tables: [.init(id: 1, precision: 16, values: Array(1...64))],
      components: [.init(id: 82, horizontalSampling: 2, verticalSampling: 1, table: 3)],
      subsampling: "4:2:2", progressive: true, restartInterval: 7, adobeTransform: 2,
      markers: ["SOI", "EOI"]),
    metadata: MetadataContext(
      exif: [.init(ifd: "IFD0", tag: 271, name: "Make", value: "Ünïcode \u{202E} \0")],
      orientation: 6, camera: "Maker Model", makerNote: "Maker"),
    contentCredentials: CredentialReport(
      state: .wellFormed, activeManifest: "a",
      manifests: [
        CredentialManifest(
          label: "a", kind: .update, claimVersion: 2, claimGenerator: "g", title: "t",
          format: "image/png", instanceID: "i",
          signature: .init(
            algorithm: "ES256", key: "P-256", commonName: "c", organization: "o", issuer: "i",
            serial: "01", notBefore: Timestamp(milliseconds: 1),
            notAfter: Timestamp(milliseconds: 2), chainLength: 3, isValid: true, isTrusted: false,
            time: Timestamp(milliseconds: 3), timeAuthority: "t", timeIsTrusted: true,
            claimedTime: Timestamp(milliseconds: 4)),
          assertions: [
            .init(label: "l", instance: 2, size: 5, created: true, redacted: true, summary: "s")
          ],
          actions: [
            .init(
              name: "c2pa.created", when: "w", softwareAgent: "a", digitalSourceType: "d",
              description: "e", ingredients: ["i"])
          ],
          ingredients: [
            .init(
              label: "l", title: "t", format: "f", relationship: "parentOf", manifest: "m",
              isPresent: true, recordedFailures: ["c"])
          ],
          redactions: ["r"],
          statuses: [
            .init(
              code: "c", kind: .informational, url: "u", meaning: "m", detail: "d",
              recorded: true)
          ])
      ], manifestCount: 2, place: "caBX", size: 7, remote: "https://example.invalid",
      problem: "p", trustListCount: 3, validatedAt: Timestamp(milliseconds: 5),
      uncoveredBytes: 6),
    declaration: Declaration(
      origin: .partlyGenerated, family: "flux",
      generations: [.init(place: "p", tool: "t", model: "m", seed: "7", settings: ["a": "\u{1B}"])],
      statements: [.init(place: "XMP", name: "n", value: "v", meaning: "w")], pixels: .open),
    detectors: [
      DetectorResult(
        name: "spectrum", summary: "s", ran: true, reason: "r",
        scores: ["real": 0.25, "gan": 0.75], abstains: true, views: 4,
        shrunkTo: PictureSize(width: 640, height: 480), figure: "spectrum",
        neighbours: [
          Neighbour(
            family: "gan", source: "a/b", file: "c/d.png", sha256: digest,
            similarity: -0.25)
        ]),
      DetectorResult(name: "other", summary: "", ran: false),
    ],
    conclusion: Conclusion(
      leaning: .generated, probabilityGenerated: 0.9, logLikelihoodRatio: -0.0, prior: 0.5,
      words: "w", reason: "why", families: ["real": 0.1, "gan": 0.9],
      errorRate: .init(
        tier: "quality 65", quality: 65, falseAlarms: 0.01, misses: .leastNonzeroMagnitude,
        inconclusive: 1, auc: 0.97, realCount: 1, generatedCount: 2, data: "d",
        unseen: .init(
          falseAlarms: 0.02, misses: 0.03, inconclusive: 0.5, auc: 0.9, realCount: 3,
          generatedCount: 4),
        edited: .init(
          falseAlarms: 0.04, misses: 0.05, inconclusive: 0.6, auc: 0.8, realCount: 5,
          generatedCount: 6),
        family: .init(family: "gan", found: 0.25, count: 8)), noRatio: true,
      stability: .init(
        base: .init(logLikelihoodRatio: 1.5, leaning: .generated), detectors: ["a", "b"],
        variants: [
          .init(.resaved95, logLikelihoodRatio: -1.25, leaning: .camera),
          .init(.halfSize, reason: "r"),
        ], flips: true)),
    findings: [
      Finding(
        code: "a.b", method: "m", summary: "s", weight: .contradiction, parameters: ["p": "1"],
        result: ["x": "2", "y": ""], figure: "f", limits: "l")
    ],
    figures: [
      Figure(
        id: "preview", title: "t", caption: "c",
        content: .raster(mediaType: "image/jpeg", base64: "AAAA", width: 3, height: 2)),
      Figure(
        id: "profile", title: "t", caption: "c",
        content: .lines(
          x: [0, 1], series: [.init(name: "n", values: [1.5, -2.5e300])], xLabel: "x",
          yLabel: "y")),
      Figure(
        id: "histogram", title: "t", caption: "c",
        content: .bars(
          lower: -1, upper: 1, series: [.init(name: "n", values: [])], xLabel: "x", yLabel: "y")),
      Figure(
        id: "grid", title: "t", caption: "c", content: .grid(columns: 2, values: [1, -2, 3, .max])),
      Figure(
        id: "map", title: "t", caption: "c",
        content: .map(columns: 2, values: [0.5, -1], lower: -1, upper: 1, unit: "u")),
    ],
    notExamined: [.init(what: "w", why: "y")])
}
