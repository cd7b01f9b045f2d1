import Detectors
import FoundationEssentials
import ImageCodecs
import SignalAnalysis

/// The report's Figure 3: the average power spectrum of the noise residual, by generator.
struct SpectraExperiment: Experiment {
  let name = "spectra"
  let title = "Residual power spectra of generators"
  let reference = "Figure 3"

  /// Pictures a generator, and how many there must be for a spectrum.
  private static let limit = 40
  private static let least = 10
  private static let bands = 16

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let groups = PictureSample.groups(data.entries, limit: Self.limit, by: \.generator)
      .filter { $0.entries.count >= Self.least }
    guard !groups.isEmpty else {
      throw .emptyDataSet("no generator has \(Self.least) pictures")
    }
    var figures = [ExperimentResult.Figure]()
    var tables = [ExperimentTable]()
    let chain = DegradationChain(recipe: .quality(65), seed: data.seed)
    for (name, words, chain) in [
      ("own", "the files' own pixels", nil), ("quality-65", "after JPEG 65", chain),
    ] {
      let counter = Counter(
        stage: "spectra, \(words)", total: groups.count, data.progress)
      let averages = try Parallel.map(groups.count, threads: data.threads) {
        index throws(LaboratoryError) -> SpectrumAverage in
        var average = SpectrumAverage()
        for entry in groups[index].entries {
          let pixels = try PictureSample.pixels(entry, images: data.store.images, chain: chain)
          for view in DetectorInput(pixels: pixels, jpegQuality: nil).analyses { average.add(view) }
        }
        counter.step()
        return average
      }
      let cells = zip(groups, averages).compactMap { group, average -> PictureGrid.Cell? in
        guard var picture = average.picture else { return nil }
        // 32 levels are as many as the eye tells apart here, and a third of the bytes.
        picture.samples = picture.samples.map { $0 & 0xF8 }
        guard let png = try? ImageEncoder.png(picture, level: 9) else { return nil }
        return PictureGrid.Cell(name: group.name, base64: Data(png).base64EncodedString())
      }
      figures.append(
        .init(
          name: name,
          caption: "Mean log power of the residual by generator, \(words); frequency 0 in the "
            + "middle, brightness by percentile.",
          svg: PictureGrid(title: "Residual spectra, \(words)", cells: cells).svg))
      tables.append(
        ExperimentTable(
          name: "profile-\(name)",
          caption: "Mean log2 power by distance from frequency 0, in \(Self.bands) rings up to "
            + "half the sampling rate, \(words).",
          columns: ["generator", "pictures"] + (1...Self.bands).map { "ring \($0)" },
          rows: zip(groups, averages).map { group, average in
            [.text(group.name), .count(group.entries.count)]
              + average.radialProfile(bands: Self.bands).map { .figure($0, decimals: 1) }
          }, isShown: false))
    }
    return ExperimentResult(
      tables: tables, figures: figures,
      remarks: [
        """
        The report shows the figure of its reference [7] without numbers. Grids and isolated \
        points are what up-sampling leaves; a grid at multiples of an eighth is JPEG's, in real \
        pictures too that came as JPEG.
        """
      ])
  }
}
