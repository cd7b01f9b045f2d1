import Detectors
import ForensicCore
import ImageCodecs
import SignalAnalysis

/// How far the colours of a data set's pictures stray from one shade, as they are and toned: what the
/// limit for gray and toned pictures was chosen from (docs/one-colour.md).
public struct OneColourExperiment: Sendable {
  /// The splits that are looked at, together.
  public var splits: [Split] = [.train, .validation]
  /// How many pictures of each class are toned.
  public var toned = 40
  /// The qualities that toned ones are saved at.
  public var qualities = [30, 40, 60, 80, 92]
  public var threads = 0

  public init() {}

  /// - Parameter images: the folder that the manifest's files are below.
  public func run(
    manifest: Manifest, images: String, progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> ExperimentResult {
    let entries = splits.flatMap { manifest.entries(of: $0) }
    let counter = Counter(stage: "as they are", total: entries.count, progress)
    let spreads = try Parallel.map(entries.count, threads: threads) {
      index throws(LaboratoryError) -> Double in
      defer { counter.step() }
      return Self.spread(try PictureSample.pixels(entries[index], images: images))
    }
    // Of pictures that are in one colour already nothing is learnt by toning them.
    let coloured = zip(entries, spreads).filter { $0.1 >= 2 * ColourSpread.least }.map(\.0)
    let sample = PictureSample.groups(coloured, limit: toned) { $0.isGenerated ? "made" : "real" }
      .flatMap(\.entries)
    let toning = Counter(stage: "toned", total: sample.count, progress)
    let trials = try Parallel.map(sample.count, threads: threads) {
      index throws(LaboratoryError) -> [[Double]] in
      defer { toning.step() }
      return try trial(sample[index], images: images)
    }
    return ExperimentResult(
      tables: [asTheyAre(entries, spreads), afterToning(trials, pictures: sample.count)],
      remarks: [
        "Pictures with less than \(ColourSpread.least) levels are left open. Splits: "
          + splits.map(\.rawValue).joined(separator: ", ") + "."
      ])
  }

  /// As an examination measures it.
  private static func spread(_ picture: PixelBuffer) -> Double {
    ColourSpread.of(ExaminedSize.bounded(picture))
  }

  /// The spread of one picture in each tone, saved at each quality.
  private func trial(
    _ entry: Manifest.Entry, images: String
  ) throws(LaboratoryError) -> [[Double]] {
    let picture = ExaminedSize.bounded(try PictureSample.pixels(entry, images: images))
    do throws(ExaminationFailure) {
      return try Tone.all.map { tone throws(ExaminationFailure) in
        let toned = tone.of(picture)
        return try qualities.map { quality throws(ExaminationFailure) in
          let bytes = try ImageEncoder.jpeg(toned, quality: quality, subsampling: .s420)
          return Self.spread(try ImageDecoder.decode(bytes).pixels)
        }
      }
    } catch {
      throw .unusablePicture(file: entry.file, detail: error.message)
    }
  }

  private func asTheyAre(
    _ entries: [Manifest.Entry], _ spreads: [Double]
  ) -> ExperimentTable {
    let limits = [0.01, 1, 2, ColourSpread.least, 3, 4, 5]
    let rows = [false, true].map { isGenerated -> [ExperimentTable.Cell] in
      let own = zip(entries, spreads).filter { $0.0.isGenerated == isGenerated }.map(\.1)
      return [.text(isGenerated ? "generated" : "photographs"), .count(own.count)]
        + limits.map { limit in .count(own.count { $0 < limit }) }
    }
    return ExperimentTable(
      name: "as-they-are", caption: "Pictures as they are whose colours stray by less",
      columns: ["", "pictures"] + limits.map { "< \($0)" }, rows: rows)
  }

  private func afterToning(_ trials: [[[Double]]], pictures: Int) -> ExperimentTable {
    let rows = Tone.all.indices.map { tone -> [ExperimentTable.Cell] in
      [.text(Tone.all[tone].name)]
        + qualities.indices.map { quality -> ExperimentTable.Cell in
          let spreads = trials.map { $0[tone][quality] }
          let open = spreads.count { $0 < ColourSpread.least }
          let greatest = ((spreads.max() ?? 0) * 10).rounded() / 10
          return .text("\(open), \(greatest)")
        }
    }
    return ExperimentTable(
      name: "toned",
      caption:
        "\(pictures) pictures, toned and saved: how many are left open, and the greatest spread",
      columns: ["tone"] + qualities.map { "quality \($0)" }, rows: rows)
  }
}

/// A way to put a picture into shades of one colour.
private struct Tone: Sendable {
  var name: String
  /// What black and white become.
  var dark: [Double]
  var light: [Double]

  static let all = [
    Tone(name: "gray", dark: [0, 0, 0], light: [255, 255, 255]),
    Tone(name: "pale sepia", dark: [20, 10, 0], light: [255, 240, 200]),
    Tone(name: "cyanotype", dark: [0, 20, 60], light: [230, 245, 255]),
    Tone(name: "duotone, violet to yellow", dark: [60, 0, 80], light: [255, 230, 120]),
    Tone(name: "duotone, blue to orange", dark: [0, 0, 90], light: [255, 140, 40]),
    // The matrix that photograph programs and browsers have for sepia; it clips highlights to yellow.
    Tone(name: "sepia with clipped highlights", dark: [0, 0, 0], light: [344.5, 306.8, 238.9]),
  ]

  /// - Parameter picture: RGB.
  func of(_ picture: PixelBuffer) -> PixelBuffer {
    var toned = picture
    for pixel in 0..<picture.width * picture.height {
      let (red, green, blue) = (
        Double(picture.samples[3 * pixel]), Double(picture.samples[3 * pixel + 1]),
        Double(picture.samples[3 * pixel + 2])
      )
      let brightness = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
      for channel in 0..<3 {
        let level = dark[channel] + (light[channel] - dark[channel]) * brightness
        toned.samples[3 * pixel + channel] = UInt8(min(max(level, 0), 255))
      }
    }
    return toned
  }
}
