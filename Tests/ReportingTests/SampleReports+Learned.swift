import ForensicCore

extension SampleReports {
  /// What a detector on an encoder adds: a map of what its score rests on, and pictures that it knows.
  static let learned: Report = {
    var examination = Self.examination(
      Conclusion(
        leaning: .generated, probabilityGenerated: 0.9441, logLikelihoodRatio: 1.2279, prior: 0.5,
        words: "moderate support", reason: nil,
        families: ["real": 0.0559, "flux": 0.7112, "midjourney": 0.2329], errorRate: errorRate()),
      findings: [], metadata: .init())
    examination.detectors[3] = DetectorResult(
      name: "clip-vit-b-32:class",
      summary: "Compares what the encoder clip-vit-b-32 (class, bf16) sees in the picture with "
        + "camera pictures and with each generator family, through a head of the kind svm.",
      ran: true, scores: ["real": 0.08, "flux": 0.7, "midjourney": 0.22], views: 1,
      shrunkTo: .init(width: 640, height: 427), figure: "map-occlusion-4",
      neighbours: [
        neighbour("flux", "studio/samples", "flux/lake <3>.png", 0.8123),
        neighbour("midjourney", "gallery", "midjourney/0412.webp", 0.4),
        neighbour("real", "commons", "real/phone/0007.jpg", -0.0712),
      ])
    examination.figures.append(
      Figure(
        id: "map-occlusion-4", title: "What the score of clip-vit-b-32:class rests on",
        caption: "Warm: the square speaks for generated. Cold: it speaks for a camera.",
        content: .map(
          columns: 3, values: [0, 0.5, 0.9, -0.9, -0.5, 0.1], lower: -0.9, upper: 0.9,
          unit: "log10 of the odds, lost when covered")))
    return Report(
      exhibit: exhibit("lake.jpg"), outcome: .success(examination), custody: custody,
      provenance: provenance)
  }()

  private static func neighbour(
    _ family: String, _ source: String, _ file: String, _ similarity: Double
  ) -> Neighbour {
    Neighbour(
      family: family, source: source, file: file, sha256: digest(of: file.utf8.count),
      similarity: similarity)
  }
}
