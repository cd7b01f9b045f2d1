import ImageCodecs

/// The report's section 2.7: colour histograms of real and generated pictures in three spaces.
struct ColourExperiment: Experiment {
  let name = "colour"
  let title = "Colour histograms of the classes"
  let reference = "section 2.7"

  private static let limit = 250

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let groups = PictureSample.groups(data.entries, limit: Self.limit) {
      $0.isGenerated ? "generated" : "real"
    }
    let pictures = groups.flatMap { group in group.entries.map { (group.name, $0) } }
    let counter = Counter(stage: title, total: pictures.count, data.progress)
    let chain = DegradationChain(recipe: .quality(90), seed: data.seed)
    let histograms = try Parallel.map(pictures.count, threads: data.threads) {
      index throws(LaboratoryError) -> ColourShares in
      let pixels = try PictureSample.pixels(
        pictures[index].1, images: data.store.images, chain: chain)
      counter.step()
      return ColourShares(of: pixels)
    }
    func mean(_ name: String) -> [[Double]] {
      ColourShares.mean(zip(pictures, histograms).filter { $0.0.0 == name }.map(\.1))
    }
    let (real, generated) = (mean("real"), mean("generated"))
    let channels = ColourShares.channels
    let distances = zip(real, generated).map { real, generated in
      zip(real, generated).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
    var rows = [[ExperimentTable.Cell]]()
    for (channel, name) in channels.enumerated() {
      for bin in 0..<ColourShares.bins {
        rows.append([
          .text(name), .count(bin * 256 / ColourShares.bins),
          .figure(real[channel][bin], decimals: 5),
          .figure(generated[channel][bin], decimals: 5),
        ])
      }
    }
    let figures = [(0, "RGB"), (3, "HSV"), (6, "YCbCr")].map { first, space in
      let peak = (first..<first + 3).flatMap { real[$0] + generated[$0] }.max() ?? 1
      let series = (first..<first + 3).flatMap { channel in
        [("real", real, false), ("generated", generated, true)].map { label, values, dashed in
          LineChart.Series(
            name: "\(channels[channel]), \(label)",
            points: values[channel].enumerated().map { (Double($0.offset), $0.element) },
            dashed: dashed)
        }
      }
      return ExperimentResult.Figure(
        name: space.lowercased(), caption: "\(space), real and generated (dashed).",
        svg: LineChart(
          title: "Mean histograms, \(space)", xLabel: "bin of \(ColourShares.bins)",
          yLabel: "share of pixels", xRange: 0...Double(ColourShares.bins - 1),
          yRange: 0...(peak * 1.05), series: series
        ).svg)
    }
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "distance",
          caption: "Distance of the two classes' mean histograms (total variation: 0 alike, 1 "
            + "disjoint), \(Self.limit) pictures a class at most, quality 90.",
          columns: ["channel", "distance"],
          rows: zip(channels, distances).map { [.text($0), .share($1)] }),
        ExperimentTable(
          name: "histograms", caption: "The histograms themselves.",
          columns: ["channel", "from", "real", "generated"], rows: rows, isShown: false),
      ], figures: figures,
      remarks: [
        """
        The report looked at such histograms and gave no figures; it left colour out, since \
        CLIP's preprocessing changes the colours. Content is in these figures too: where one \
        class shows other things than the other, such as illustrations, their histograms differ \
        for that reason alone.
        """
      ])
  }
}

/// Shares of a picture's pixels by channel and bin in RGB, HSV and YCbCr (BT.601).
struct ColourShares: Sendable {
  static let channels = [
    "red", "green", "blue", "hue", "saturation", "value", "luma", "blue chroma", "red chroma",
  ]
  static let bins = 32

  /// Channels × bins; each channel sums to 1.
  var shares: [[Double]]

  init(of picture: PixelBuffer) {
    var counts = [Int](repeating: 0, count: Self.channels.count * Self.bins)
    let samples = picture.samples
    samples.withUnsafeBufferPointer { samples in
      counts.withUnsafeMutableBufferPointer { counts in
        for pixel in stride(from: 0, to: samples.count - 2, by: 3) {
          let (r, g, b) = (Int(samples[pixel]), Int(samples[pixel + 1]), Int(samples[pixel + 2]))
          let (high, low) = (max(r, g, b), min(r, g, b))
          let range = high - low
          let saturation = high == 0 ? 0 : 255 * range / high
          let sixth =
            range == 0
            ? 0
            : high == r
              ? 43 * (g - b) / range
              : high == g ? 85 + 43 * (b - r) / range : 171 + 43 * (r - g) / range
          let luma = (77 * r + 150 * g + 29 * b) >> 8
          func count(_ channel: Int, _ value: Int) {
            counts[channel * Self.bins + min(max(value, 0), 255) / (256 / Self.bins)] += 1
          }
          count(0, r)
          count(1, g)
          count(2, b)
          count(3, sixth & 255)
          count(4, saturation)
          count(5, high)
          count(6, luma)
          count(7, 128 + (((b - luma) * 144) >> 8))
          count(8, 128 + (((r - luma) * 183) >> 8))
        }
      }
    }
    let total = Double(max(samples.count / 3, 1))
    shares = Self.channels.indices.map { channel in
      (0..<Self.bins).map { Double(counts[channel * Self.bins + $0]) / total }
    }
  }

  /// The mean of several pictures', each counted the same.
  static func mean(_ pictures: [ColourShares]) -> [[Double]] {
    channels.indices.map { channel in
      (0..<bins).map { bin in
        pictures.reduce(0) { $0 + $1.shares[channel][bin] } / Double(max(pictures.count, 1))
      }
    }
  }
}
