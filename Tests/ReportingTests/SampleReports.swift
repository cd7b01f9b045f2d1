import ForensicCore
import Foundation

/// The reports the tests are made of: one of each kind of page.
enum SampleReports {
  static let all: [(name: String, report: Report)] = [
    ("camera", camera), ("generated", generated), ("inconclusive", inconclusive),
    ("broken", broken), ("quarantined", quarantined), ("hostile", hostile), ("same", same),
    ("bare", bare), ("outside", outside), ("turned", turned), ("learned", learned),
  ]

  static let digest = digest(of: 1)

  static func digest(of seed: Int) -> SHA256Digest {
    let bytes = (0..<32).map { UInt8(truncatingIfNeeded: $0 * 37 + seed * 11 + 5) }
    guard let digest = SHA256Digest(bytes: bytes) else { preconditionFailure("32 bytes") }
    return digest
  }

  static func time(_ seconds: Int, _ milliseconds: Int = 0) -> Timestamp {
    Timestamp(milliseconds: 1_795_507_200_000 + Int64(seconds) * 1000 + Int64(milliseconds))
  }

  static let provenance = Report.Provenance(
    version: "0.1.0", bundle: "baseline", bundleDigest: digest(of: 7),
    configurationDigest: digest(of: 8),
    command: "forensicctl examine --json archive/2026/11/harbour-3f9a1c/original.jpg",
    host: "desk-3",
    confinement: .init(
      noNewPrivileges: true, seccomp: true, landlock: 6, memoryLimit: 536_870_912, timeLimit: 30),
    written: time(5, 120))

  static let custody: [Report.CustodyEvent] = [
    .init(time: time(0, 12), state: "received", cause: "renamed into the inbox"),
    .init(time: time(0, 14), state: "settled", cause: "came by rename: complete"),
    .init(time: time(0, 15), state: "queued", cause: "hashed and kept"),
    .init(time: time(4, 901), state: "examining", cause: "attempt 1"),
    .init(time: time(5, 120), state: "reported", cause: "published"),
  ]

  static func exhibit(_ name: String, size: Int = 1_284_031) -> Exhibit {
    Exhibit(
      id: "2026-000123", name: FileName(name), sha256: digest, size: size, inbox: "desk",
      folder: nil, received: time(0, 12), modified: time(-86_400),
      caseFile: .init(
        number: "2026/114", exhibit: "B-3", examiner: "J. Doe", remark: "as received by mail"),
      sidecar: .init(
        name: FileName(name + Sidecar.ending), sha256: digest(of: 9), size: 62,
        fields: .init(exhibit: "B-3", remark: "as received by mail")))
  }

  /// The standard luma table scaled to quality 65, as the library of the IJG writes it.
  static let luma65 = [
    11, 8, 7, 11, 17, 28, 36, 43, 8, 8, 10, 13, 18, 41, 42, 39, 10, 9, 11, 17, 28, 40, 48, 39, 10,
    12, 15, 20, 36, 61, 56, 43, 13, 15, 26, 39, 48, 76, 72, 54, 17, 25, 39, 45, 57, 73, 79, 64, 34,
    45, 55, 61, 72, 85, 84, 71, 50, 64, 67, 69, 78, 70, 72, 69,
  ]
  static let chroma65 =
    [
      12, 13, 17, 33, 69, 69, 69, 69, 13, 15, 18, 46, 69, 69, 69, 69, 17, 18, 39, 69, 69, 69, 69,
      69,
      33, 46, 69, 69, 69, 69, 69, 69,
    ] + Array(repeating: 69, count: 32)

  static let jpeg = JPEGInfo(
    quality: .init(estimate: 65, standard: true, luma: 65, chroma: 65, distance: 0, maker: nil),
    tables: [
      .init(id: 0, precision: 8, values: luma65), .init(id: 1, precision: 8, values: chroma65),
    ],
    components: [
      .init(id: 1, horizontalSampling: 2, verticalSampling: 2, table: 0),
      .init(id: 2, horizontalSampling: 1, verticalSampling: 1, table: 1),
      .init(id: 3, horizontalSampling: 1, verticalSampling: 1, table: 1),
    ],
    subsampling: "4:2:0", progressive: false, restartInterval: 0, adobeTransform: nil,
    markers: [
      "SOI", "APP0", "APP1", "DQT", "DQT", "SOF0", "DHT", "DHT", "DHT", "DHT", "SOS", "EOI",
    ])

  static func errorRate(
    quality: Int? = 65, unseen: Conclusion.ErrorRate.Rates? = nil,
    edited: Conclusion.ErrorRate.Rates? = nil,
    family: Conclusion.ErrorRate.FamilyRate? = nil
  ) -> Conclusion.ErrorRate {
    .init(
      tier: quality.map { "quality \($0)" } ?? "as received", quality: quality,
      falseAlarms: 0.0425, misses: 0.0871, inconclusive: 0.124, auc: 0.9312, realCount: 188,
      generatedCount: 287, data: "the test split of the training manifest (sample)",
      unseen: unseen, edited: edited, family: family)
  }

  /// A picture that the tests made themselves; `REPORT_PICTURE` puts another in its place.
  static let preview: Figure = {
    let other = ProcessInfo.processInfo.environment["REPORT_PICTURE"]
    return Figure(
      id: "preview", title: "The picture", caption: "Made small for this page.",
      content: .raster(
        mediaType: "image/jpeg",
        base64: Folders.base64(other ?? Folders.tests + "/Samples/preview.jpg"),
        width: other == nil ? 96 : 800, height: other == nil ? 64 : 533))
  }()

  static let figures: [Figure] = {
    let other = ProcessInfo.processInfo.environment["REPORT_SPECTRUM"]
    func bump(_ centre: Double, _ width: Double) -> [Double] {
      (0..<64).map { bin in
        let distance = (Double(bin) - centre) / width
        return (0.06 / (1 + distance * distance * distance * distance)).rounded(to: 5)
      }
    }
    return [
      preview,
      Figure(
        id: "spectrum", title: "Residual spectrum",
        caption: "Logarithm of the averaged power spectrum of the high-pass residual, lowest "
          + "frequency in the middle. A camera leaves a smooth cloud; upsampling leaves a lattice "
          + "of bright points.",
        content: .raster(
          mediaType: "image/png",
          base64: Folders.base64(other ?? Folders.tests + "/Samples/spectrum.png"),
          width: other == nil ? 32 : 256, height: other == nil ? 32 : 256)),
      Figure(
        id: "colour-histogram", title: "Colour histograms",
        caption: "Share of the pixels at each value, by channel.",
        content: .bars(
          lower: 0, upper: 256,
          series: [
            .init(name: "red", values: bump(20, 9)), .init(name: "green", values: bump(27, 8)),
            .init(name: "blue", values: bump(41, 12)),
          ], xLabel: "value", yLabel: "share of pixels")),
      Figure(
        id: "quantisation-table-0", title: "Quantisation table 0 (luma)",
        caption: "Steps by which the 64 frequencies were divided; low frequencies top left.",
        content: .grid(columns: 8, values: luma65)),
      Figure(
        id: "quantisation-table-1", title: "Quantisation table 1 (chroma)", caption: "As above.",
        content: .grid(columns: 8, values: chroma65)),
      Figure(
        id: "something-new", title: "A figure of a later version", caption: "Drawn by its content.",
        content: .lines(
          x: [], series: [.init(name: "this picture", values: (0..<40).map { 1 / Double($0 + 4) })],
          xLabel: "radius", yLabel: "energy")),
    ]
  }()

  static func detectors(_ real: Double) -> [DetectorResult] {
    let rest = 1 - real
    func scores(_ tilt: Double) -> [String: Double] {
      let real = min(0.98, max(0.02, real + tilt))
      let rest = 1 - real
      return [
        "real": real, "stable-diffusion-1": rest * 0.5, "latent-diffusion": rest * 0.22,
        "flux": rest * 0.13, "midjourney": rest * 0.08, "stylegan2": rest * 0.04,
        "glide": rest * 0.02, "dall-e-2": rest * 0.005, "dalle-mini": rest * 0.005,
      ]
    }
    _ = rest
    return [
      .init(
        name: "spectrum",
        summary:
          "Looks for the periodic traces that upsampling leaves in the power spectrum of the "
          + "high-pass residual.", ran: true, scores: scores(-0.06), views: 5, figure: "spectrum"),
      .init(
        name: "residual",
        summary: "Counts how neighbouring values of the quantised residual occur together, in luma "
          + "and chroma.", ran: true, scores: scores(0.04), views: 4,
        shrunkTo: .init(width: 640, height: 427)),
      .init(
        name: "colour", summary: "Compares the colour statistics in RGB, HSV and YCbCr.", ran: true,
        scores: scores(0.11), views: 5, figure: "colour-histogram"),
      .init(
        name: "clip", summary: "Compares the picture's content with known pictures.", ran: false,
        reason: "no encoder is installed"),
    ]
  }
}

extension Double {
  func rounded(to digits: Int) -> Double {
    let scale = (0..<digits).reduce(1.0) { value, _ in value * 10 }
    return (self * scale).rounded() / scale
  }
}
