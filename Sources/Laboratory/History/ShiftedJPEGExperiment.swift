import Classifiers
import ForensicCore
import FoundationEssentials
import ImageCodecs
import JPEGForensics

/// Double JPEG on shifted grids over first × second quality, on pictures made here: real pictures are
/// made smaller, which erases the traces of their own saving, are saved, cropped at random, and saved
/// again.
public struct ShiftedJPEGExperiment: Sendable {
  /// Both axes of the matrix.
  public var qualities = Array(stride(from: 60, through: 95, by: 5))
  public var source = FreshPictures()

  public init() {}

  /// What was done to a picture before it was analysed.
  enum History: Hashable, Sendable, CaseIterable {
    case once, croppedOnce, sameGrid, shifted

    var words: String {
      switch self {
      case .once: "saved once"
      case .croppedOnce: "cropped, saved once"
      case .sameGrid: "saved twice, same grid"
      case .shifted: "saved, cropped, saved"
      }
    }
  }

  struct Trial: Sendable {
    var history: History
    var first: Int
    var second: Int
    var strength: Double
    var isDetected: Bool
    var isPlaceRight: Bool
    var error: Int
    /// Whether the first step of the mean was told, and rightly.
    var step: Bool?
  }

  /// - Parameters:
  ///   - images: the folder that the manifest's files are below.
  ///   - files: real files that are analysed as they are, counted apart.
  public func run(
    manifest: Manifest, images: String, files: [String] = [], progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> ExperimentResult {
    let trials = try source.trials(
      manifest: manifest, images: images, stage: "shifted JPEG", progress: progress
    ) { fresh, index throws(ExaminationFailure) in try self.trials(fresh, seed: UInt64(index)) }
    let report = ShiftedJPEGReport(
      trials: trials.flatMap { $0 }, pictures: trials.count { !$0.isEmpty },
      tooSmall: trials.count { $0.isEmpty }, experiment: self)
    var result = report.result
    if !files.isEmpty { result.tables.append(try Self.real(files)) }
    return result
  }

  private func trials(
    _ fresh: PixelBuffer, seed: UInt64
  ) throws(ExaminationFailure) -> [Trial] {
    var random = SplitMix64(seed: seed)
    var trials = [Trial]()
    for second in qualities {
      let crop = Crop(&random)
      trials += try trial(.once, fresh, nil, 0, second)
      trials += try trial(.croppedOnce, crop.of(fresh), nil, 0, second)
    }
    for first in qualities {
      let once = try ImageDecoder.decode(try ImageEncoder.jpeg(fresh, quality: first)).pixels
      for second in qualities {
        let crop = Crop(&random)
        trials += try trial(.shifted, crop.of(once), crop, first, second)
      }
      // One last quality for each first one: the table of the aligned method has all of them.
      let second = qualities[random.integer(below: qualities.count)]
      trials += try trial(.sameGrid, once, nil, first, second)
    }
    return trials
  }

  /// What is cut off at the left and at the top: 0 to 7 pixels, not both 0.
  private struct Crop {
    let x: Int
    let y: Int

    init(_ random: inout SplitMix64) {
      let place = 1 + random.integer(below: 63)
      (x, y) = (place % 8, place / 8)
    }

    func of(_ picture: PixelBuffer) -> PixelBuffer {
      picture.cropped(x: x, y: y, width: picture.width - x, height: picture.height - y)
    }
  }

  /// None where the picture has too few blocks.
  private func trial(
    _ history: History, _ picture: PixelBuffer, _ crop: Crop?, _ first: Int, _ second: Int
  ) throws(ExaminationFailure) -> [Trial] {
    let last = try ImageDecoder.decode(try ImageEncoder.jpeg(picture, quality: second)).pixels
    guard let found = ShiftedCompression(LumaPlane(last)) else { return [] }
    let table = StandardTables.scaled(StandardTables.luma, quality: max(1, first), baseline: true)
    return [
      Trial(
        history: history, first: first, second: second, strength: found.strength,
        isDetected: found.isDetected,
        isPlaceRight: crop.map {
          (found.x, found.y) == ((8 - $0.x) % 8, (8 - $0.y) % 8)
        } ?? false,
        error: abs(found.firstQuality - first), step: found.firstStep.map { $0 == table[0] })
    ]
  }

  private static func real(_ files: [String]) throws(LaboratoryError) -> ExperimentTable {
    var rows = [[ExperimentTable.Cell]]()
    var count = 0
    for file in files {
      guard let data = try? Data(contentsOf: URL(filePath: file)) else { throw .unreadable(file) }
      guard let picture = try? ImageDecoder.decode([UInt8](data)).pixels,
        let found = ShiftedCompression(LumaPlane(picture))
      else { continue }
      count += 1
      if found.isDetected {
        rows.append([
          .text(URL(filePath: file).lastPathComponent), .text("\(found.x), \(found.y)"),
          .count(found.firstQuality), .figure(found.strength, decimals: 1),
        ])
      }
    }
    return ExperimentTable(
      name: "shifted-jpeg-files",
      caption: "Real files as they are: found in \(rows.count) of \(count) that are large enough.",
      columns: ["file", "grid begins at", "first quality", "strength"], rows: rows)
  }
}
