import ForensicCore

extension SampleReports {
  static let exif: [MetadataContext.ExifEntry] = {
    let named: [(String, Int, String, String)] = [
      ("IFD0", 0x010F, "Make", "EXAMPLE"), ("IFD0", 0x0110, "Model", "Example E-1"),
      ("IFD0", 0x0112, "Orientation", "1"), ("IFD0", 0x011A, "XResolution", "72/1"),
      ("IFD0", 0x0131, "Software", "Example E-1 Ver.1.00"),
      ("IFD0", 0x0132, "DateTime", "2026:11:22 17:03:41"),
      ("ExifIFD", 0x829A, "ExposureTime", "1/250"), ("ExifIFD", 0x829D, "FNumber", "28/10"),
      ("ExifIFD", 0x8827, "ISOSpeedRatings", "200"),
      ("ExifIFD", 0x9003, "DateTimeOriginal", "2026:11:22 17:03:41"),
      ("ExifIFD", 0x9004, "DateTimeDigitized", "2026:11:22 17:03:41"),
      ("ExifIFD", 0x920A, "FocalLength", "35/1"), ("ExifIFD", 0xA001, "ColorSpace", "1"),
      ("ExifIFD", 0xA002, "PixelXDimension", "1280"),
      ("ExifIFD", 0xA003, "PixelYDimension", "853"), ("ExifIFD", 0xA432, "0xA432", "24/1 70/1"),
      ("GPS", 0x0001, "GPSLatitudeRef", "N"), ("GPS", 0x0002, "GPSLatitude", "50/1 37/1 4512/100"),
      ("IFD1", 0x0201, "JPEGInterchangeFormat", "1024"),
    ]
    return named.map { .init(ifd: $0.0, tag: $0.1, name: $0.2, value: $0.3) }
  }()

  static func examination(
    _ conclusion: Conclusion, findings: [Finding], metadata: MetadataContext,
    contentCredentials: CredentialReport? = nil, declaration: Declaration? = nil
  ) -> Examination {
    Examination(
      image: .init(format: .jpeg, width: 1280, height: 853, colorModel: "ycbcr"), jpeg: jpeg,
      metadata: metadata, contentCredentials: contentCredentials, declaration: declaration,
      detectors: detectors(conclusion.families["real"] ?? 0.5),
      conclusion: conclusion, findings: findings, figures: figures,
      notExamined: [
        .init(what: "The pixels", why: "a sample of what a report says")
      ])
  }

  static let camera = Report(
    exhibit: exhibit("harbour.jpg"),
    outcome: .success(
      examination(
        Conclusion(
          leaning: .camera, probabilityGenerated: 0.0417, logLikelihoodRatio: -1.3614, prior: 0.5,
          words: "moderate support", reason: nil,
          families: [
            "real": 0.9583, "stable-diffusion-1": 0.0204, "flux": 0.0121, "midjourney": 0.0061,
            "stylegan2": 0.0031,
          ], errorRate: errorRate()),
        findings: [
          Finding(
            code: "exif.camera.declared", method: "EXIF tags Make and Model (CIPA DC-008)",
            summary: "The file names a camera: EXAMPLE Example E-1.",
            result: ["Make": "EXAMPLE", "Model": "Example E-1"],
            limits: "Anybody can write these tags."),
          Finding(
            code: "jpeg.quality.standard",
            method: "Comparison of the quantisation tables with the scaled tables of ITU-T T.81, "
              + "Annex K",
            summary: "The file was last saved at JPEG quality 65 with the standard tables.",
            result: ["chroma": "65", "luma": "65"], figure: "quantisation-table-0"),
        ],
        metadata: .init(exif: exif, orientation: 1, camera: "EXAMPLE Example E-1"),
        declaration: .init(
          origin: .camera,
          statements: [
            .init(
              place: "EXIF", name: "Camera", value: "EXAMPLE Example E-1",
              meaning: "a camera and its exposure are named")
          ], pixels: .agree))),
    custody: custody, provenance: provenance)

  /// What ComfyUI and an XMP packet could say of a picture.
  static let declaration = Declaration(
    origin: .generated, family: "stable-diffusion-1",
    generations: [
      .init(
        place: "PNG text prompt", tool: "ComfyUI", model: "v1-5-pruned-emaonly.ckpt",
        family: "stable-diffusion-1", prompt: "mountains over a lake,\nmorning mist, wide angle",
        negativePrompt: "text, watermark", seed: "851616030078638", steps: "20", sampler: "euler",
        guidance: "8",
        settings: [
          "node 3, KSampler":
            "cfg=8, denoise=1, sampler_name=euler, seed=851616030078638, steps=20",
          "node 4, CheckpointLoaderSimple": "ckpt_name=v1-5-pruned-emaonly.ckpt",
        ])
    ],
    statements: [
      .init(
        place: "XMP", name: "Digital source type",
        value: "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        meaning: "made by a trained model"),
      .init(place: "XMP", name: "Creator tool", value: "Example Studio 3"),
    ], pixels: .agree)

  static let generated = Report(
    exhibit: exhibit("mountains over a lake.jpg"),
    outcome: .success(
      examination(
        Conclusion(
          leaning: .generated, probabilityGenerated: 0.9862, logLikelihoodRatio: 1.8541,
          prior: 0.5, words: "moderate support", reason: nil,
          families: [
            "real": 0.0138, "stable-diffusion-1": 0.6113, "latent-diffusion": 0.2014,
            "flux": 0.0921, "midjourney": 0.0512, "stylegan2": 0.0171, "glide": 0.0071,
            "dall-e-2": 0.004, "dalle-mini": 0.002,
          ],
          errorRate: errorRate(
            unseen: .init(
              falseAlarms: 0.05, misses: 0.1, inconclusive: 0.35, auc: 0.91, realCount: 120,
              generatedCount: 60),
            edited: .init(
              falseAlarms: 0.03, misses: 0.09, inconclusive: 0.31, auc: 0.9, realCount: 188,
              generatedCount: 287),
            family: .init(family: "stable-diffusion-1", found: 0.8462, count: 13)),
          stability: stable),
        findings: [
          Finding(
            code: "spectrum.peaks",
            method: "Peaks of the averaged residual spectrum at multiples of 1/8 cycle a pixel",
            summary: "The residual spectrum has a regular lattice of bright points.",
            weight: .notable, parameters: ["views": "5", "window": "256 pixels, Hann"],
            result: ["strongest peak": "11.2 dB over its surroundings"], figure: "spectrum",
            limits: "JPEG blocks leave peaks at the same places when the quality is low."),
          Finding(
            code: "exif.dates.contradict", method: "Comparison of DateTimeOriginal with DateTime",
            summary: "The picture says that it was changed before it was taken.",
            weight: .contradiction,
            result: ["DateTime": "2026:11:20 09:00:00", "DateTimeOriginal": "2026:11:22 17:03:41"]),
          Finding(
            code: "exif.absent", method: "Search for an APP1 segment with an Exif header",
            summary: "The file carries no thumbnail."),
        ], metadata: .init(exif: Array(exif.prefix(6)), orientation: 6, makerNote: "Example"),
        contentCredentials: credentials, declaration: declaration)),
    custody: custody, provenance: provenance)

  static let inconclusive = Report(
    exhibit: exhibit("screenshot.jpg"),
    outcome: .success(
      examination(
        Conclusion(
          leaning: .inconclusive, probabilityGenerated: 0.4412, logLikelihoodRatio: -0.1022,
          prior: 0.5, words: "no support for either proposition",
          reason:
            "The detectors disagree, and at JPEG quality 65 a ratio this close to 1 was right "
            + "hardly more often than a toss.",
          families: ["real": 0.5588, "stable-diffusion-1": 0.2, "flux": 0.1412, "midjourney": 0.1],
          errorRate: errorRate()), findings: [], metadata: .init())),
    custody: custody, provenance: provenance)

  /// A small picture of which nothing is concluded; one detector does not know the like of it.
  static let outside: Report = {
    var examination = Self.examination(
      Conclusion(
        leaning: .inconclusive, probabilityGenerated: 0.5, logLikelihoodRatio: 0, prior: 0.5,
        words: "no likelihood ratio is given",
        reason: "the picture's shorter side has 200 pixels; the detectors were measured on "
          + "pictures of at least 256",
        families: ["real": 0.5, "flux": 0.3, "midjourney": 0.2], errorRate: errorRate(),
        noRatio: true), findings: [], metadata: .init())
    examination.image.width = 300
    examination.image.height = 200
    examination.detectors[2].abstains = true
    return Report(
      exhibit: exhibit("thumbnail.jpg"), outcome: .success(examination), custody: custody,
      provenance: provenance)
  }()

  static let same: Report = {
    var report = camera
    report.exhibit.sameBytesAs = "2026-000119"
    return report
  }()

  /// What `forensicctl examine` has: no custody, no host, no times, a PNG, no measured error rate.
  static let bare: Report = {
    var examination = Self.examination(
      Conclusion(
        leaning: .generated, probabilityGenerated: 0.7, logLikelihoodRatio: 0.368, prior: 0.5,
        words: "weak support", reason: nil, families: ["real": 0.3, "flux": 0.7], errorRate: nil),
      findings: [], metadata: .init())
    examination.image = .init(
      format: .png, width: 512, height: 768, bitDepth: 16, colorModel: "rgba", progressive: true,
      frames: 3)
    examination.jpeg = nil
    examination.figures = []
    examination.detectors = []
    examination.notExamined = []
    return Report(
      exhibit: Exhibit(name: FileName("a.png"), sha256: digest, size: 1),
      outcome: .success(examination),
      provenance: .init(
        version: "0.1.0", bundle: "baseline", bundleDigest: nil, configurationDigest: nil,
        command: "forensicctl examine --json a.png"))
  }()

  static let broken = Report(
    exhibit: exhibit("half a file.jpg", size: 4096),
    outcome: .failure(
      .init(
        code: "format.malformed",
        message: "The JPEG ends inside its second marker segment, at byte 4,096: there are no "
          + "pixels in it.",
        mend: "Ask the sender for the file again, as an attachment and not through a chat.")),
    custody: custody, provenance: provenance)

  static let quarantined = Report(
    exhibit: exhibit("crasher.webp", size: 91_204),
    outcome: .failure(
      .init(
        code: "examiner.crashed",
        message: "The examiner ended with signal 11 (segmentation fault) while it decoded the "
          + "file, three times out of three.",
        mend: "Report the file to the makers of this program; it is kept in the evidence store.",
        transient: true)),
    custody: Array(custody.prefix(3)) + [
      .init(time: time(2), state: "examining", cause: "attempt 1"),
      .init(time: time(3), state: "queued", cause: "examiner.crashed; next attempt in 1 s"),
      .init(time: time(4), state: "examining", cause: "attempt 2"),
      .init(time: time(6), state: "queued", cause: "examiner.crashed; next attempt in 4 s"),
      .init(time: time(10), state: "examining", cause: "attempt 3"),
      .init(time: time(11), state: "quarantined", cause: "examiner.crashed, 3 attempts"),
    ], provenance: provenance)
}
