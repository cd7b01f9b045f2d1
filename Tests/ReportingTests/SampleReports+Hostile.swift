import ForensicCore

extension SampleReports {
  /// Strings that a file, its name or its sender might carry to reach the reader's browser.
  static let payloads = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
    "{{name}} {{{style}}} {{#lead}}{{/lead}}", "</style><script>alert(2)</script>",
    "javascript:alert(3)", "https://example.invalid/track.png", "]]><!--", "&lt;b&gt;",
    "invoice\u{202E}gpj.exe", "line\nbreak\r\ttab\u{0}null\u{1B}[31mred", "zero\u{200B}width",
    "e\u{301}\u{FEFF}", "\u{E0041}tag", "🙂 emoji",
  ]

  static let hostile: Report = {
    let all = payloads.joined(separator: " ")
    var exhibit = Exhibit(
      id: payloads[1], name: FileName(bytes: Array((payloads[0] + payloads[9]).utf8) + [0xFF]),
      sha256: digest, size: -1, inbox: payloads[2], folder: payloads[3], received: time(0),
      modified: time(-9_000_000_000), sameBytesAs: all)
    exhibit.caseFile = .init(number: all, exhibit: all, examiner: all, remark: all)
    exhibit.sidecar = Sidecar(
      name: FileName(bytes: Array(all.utf8) + [0xFF]), sha256: digest, size: -1,
      fields: exhibit.caseFile,
      problem: .init(code: payloads[1], message: all, mend: all, line: -1))
    exhibit.nameBytes = (exhibit.nameBytes ?? "") + payloads[1]
    let scores = Dictionary(uniqueKeysWithValues: payloads.map { ($0, 0.05) })
      .merging(["real": 0.25]) { $1 }
    let figures: [Figure] = [
      .init(
        id: "preview", title: all, caption: all,
        content: .raster(
          mediaType: "image/jpeg", base64: "AAAA\" onload=\"alert(1)", width: -3, height: 0)),
      .init(
        id: payloads[0], title: all, caption: all,
        content: .raster(
          mediaType: "text/html", base64: "PHNjcmlwdD4=", width: 1, height: 1)),
      .init(
        id: "l", title: all, caption: all,
        content: .lines(
          x: [1], series: [.init(name: all, values: [1, 2, 3])], xLabel: all, yLabel: all)),
      .init(
        id: "b", title: all, caption: all,
        content: .bars(
          lower: 5, upper: 5,
          series: [.init(name: all, values: []), .init(name: "", values: [-1])],
          xLabel: all, yLabel: all)),
      .init(id: "g", title: all, caption: all, content: .grid(columns: 0, values: [1])),
      .init(
        id: "g2", title: all, caption: all,
        content: .grid(columns: 3, values: [Int.min, Int.max, 0, -1])),
      .init(
        id: "m", title: all, caption: all,
        content: .map(columns: 2, values: [-1e300, 1e300, -1, 0], lower: 0, upper: 1, unit: all)),
      .init(
        id: "m2", title: all, caption: all,
        content: .map(columns: 3, values: [1], lower: 1e308, upper: 0, unit: all)),
    ]
    let examination = Examination(
      image: .init(format: .webp, width: -1, height: Int.max, bitDepth: 0, colorModel: all),
      jpeg: .init(
        quality: .init(
          estimate: 0, standard: false, luma: 0, chroma: nil, distance: 1e300, maker: all),
        tables: [.init(id: 0, precision: 8, values: [])],
        components: [.init(id: 82, horizontalSampling: 0, verticalSampling: 0, table: 9)],
        subsampling: all, progressive: true, restartInterval: 7, adobeTransform: 9,
        markers: payloads),
      metadata: .init(
        exif: payloads.enumerated().map {
          .init(ifd: $1, tag: $0 - 1, name: $1, value: all)
        }, orientation: 77, camera: all, makerNote: all),
      contentCredentials: hostileCredentials,
      declaration: .init(
        origin: .generated, family: all,
        generations: payloads.map {
          .init(
            place: $0, tool: $0, model: $0, family: $0, prompt: $0, negativePrompt: $0, seed: $0,
            steps: $0, sampler: $0, guidance: $0, settings: [$0: $0])
        }, statements: payloads.map { .init(place: $0, name: $0, value: $0, meaning: $0) },
        pixels: .disagree),
      detectors: [
        .init(name: all, summary: all, ran: true, scores: scores, views: -1, figure: payloads[0]),
        .init(name: all, summary: all, ran: false, reason: all),
        .init(name: "", summary: "", ran: true, scores: [:], figure: "missing"),
      ],
      conclusion: .init(
        leaning: .generated, probabilityGenerated: 12, logLikelihoodRatio: 400, prior: -1,
        words: all, reason: all, families: scores,
        errorRate: .init(
          tier: all, falseAlarms: 7, misses: -7, inconclusive: 1e-9, auc: 2, realCount: -4,
          generatedCount: 0, data: all),
        stability: .init(
          base: .init(logLikelihoodRatio: 1e300, leaning: .camera), detectors: payloads,
          variants: [.init(.halfSize, reason: all), .init(.resaved95, leaning: .generated)],
          flips: true)),
      findings: payloads.map {
        .init(
          code: $0, method: $0, summary: $0, weight: .damage, parameters: [$0: $0],
          result: [$0: $0], figure: "g2", limits: $0)
      }, figures: figures, notExamined: [.init(what: all, why: all)])
    return Report(
      exhibit: exhibit, outcome: .success(examination),
      custody: payloads.map { .init(time: time(1), state: $0, cause: $0) },
      provenance: .init(
        version: all, bundle: all, bundleDigest: nil, configurationDigest: nil, command: all,
        host: all,
        confinement: .init(
          noNewPrivileges: false, seccomp: false, landlock: nil, memoryLimit: -5, timeLimit: 0.25),
        written: time(0)))
  }()
}
