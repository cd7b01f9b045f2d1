import Detectors
import ForensicCore
import FoundationEssentials
import ImageCodecs
import JPEGForensics

/// How well each map finds the changed part of pictures whose changed part is known.
public struct LocalisationExperiment: Sendable {
  public var threads = 0
  /// Whose scores are mapped as well; `nil` for none.
  public var ensemble: Ensemble?

  public init() {}

  /// One map against one mask.
  struct Score: Sendable {
    var auc: Double
    /// At the cut that serves this picture best, which nobody knows beforehand.
    var bestF1: Double
    /// Where the pixels above 0 are called changed.
    var f1AboveZero: Double
    /// For each of the shares of highest pixels that are called changed.
    var f1: [Double]
  }

  /// The shares of a picture's highest pixels that are called changed; which of them is taken is
  /// chosen on half of the pictures and measured on the other.
  static let shares = [0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4]

  /// - Parameter pairs: pictures and their masks (white: changed), by path.
  public func run(
    pairs: [(picture: String, mask: String)], progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> ExperimentResult {
    let counter = Counter(stage: "localisation", total: pairs.count, progress)
    let scores = try Parallel.map(pairs.count, threads: threads) {
      index throws(LaboratoryError) -> [ExaminationMethod: Score] in
      defer { counter.step() }
      return try measure(pairs[index])
    }
    let methods: [ExaminationMethod] =
      [
        .doubleJPEG, .blockGrid, .ghosts, .errorLevel, .noise, .copyMove,
      ] + (ensemble == nil ? [] : [.tileScores])
    let rows = methods.map { Self.row($0, scores) }
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "localisation",
          caption: "Pixel AUC and F1 per method; \(pairs.count) pictures.",
          columns: [
            "method", "applies to", "mean AUC", "share", "F1", "F1, not applicable as 0",
            "F1, best cut",
          ], rows: rows)
      ],
      remarks: [
        "AUC: over the pixels of one picture, averaged over the pictures that the method applies "
          + "to; 0.5 is chance. F1: the share of highest pixels called changed is chosen on the "
          + "pictures of even number and F1 measured on those of odd number. Best cut: chosen for "
          + "each picture from its mask, an upper bound that nobody reaches in practice."
      ])
  }

  private static func row(
    _ method: ExaminationMethod, _ scores: [[ExaminationMethod: Score]]
  ) -> [ExperimentTable.Cell] {
    let all = scores.compactMap { $0[method] }
    func half(_ odd: Bool) -> [Score] {
      scores.enumerated().filter { ($0.offset % 2 == 1) == odd }.compactMap { $0.element[method] }
    }
    let tuning = half(false)
    let measured = half(true)
    let share =
      shares.indices.max { a, b in
        mean(tuning.map { $0.f1[a] }) < mean(tuning.map { $0.f1[b] })
      } ?? 0
    let f1 = mean(measured.map { $0.f1[share] })
    let odd = scores.indices.count { $0 % 2 == 1 }
    return [
      .text(method.rawValue), .text("\(all.count) of \(scores.count)"),
      .share(mean(all.map(\.auc))), .figure(shares[share], decimals: 3), .share(f1),
      .share(odd == 0 ? .nan : f1 * Double(measured.count) / Double(odd)),
      .share(mean(all.map(\.bestF1))),
    ]
  }

  static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }

  private func measure(
    _ pair: (picture: String, mask: String)
  ) throws(LaboratoryError) -> [ExaminationMethod: Score] {
    guard let data = try? Data(contentsOf: URL(filePath: pair.picture)) else {
      throw .unreadable(pair.picture)
    }
    guard let maskData = try? Data(contentsOf: URL(filePath: pair.mask)) else {
      throw .unreadable(pair.mask)
    }
    do {
      let bytes = [UInt8](data)
      let picture = try ImageDecoder.decode(bytes)
      let mask = try ImageDecoder.decode([UInt8](maskData)).pixels
      guard mask.width == picture.pixels.width, mask.height == picture.pixels.height else {
        throw LaboratoryError.unusablePicture(
          file: pair.mask, detail: "its size is not the picture's")
      }
      let changed = (0..<(mask.width * mask.height)).map { mask.samples[$0 * 3] >= 128 }
      let info = try JPEGStructure.parse(bytes)
      let history = bytes.withUnsafeBytes {
        CompressionHistory(
          bytes: $0, pixels: picture.pixels, jpeg: info, soundRows: picture.soundRows,
          methods: Set(ExaminationMethod.allCases))
      }
      var scores = [ExaminationMethod: Score]()
      let tiles = ensemble?.examine(
        picture.pixels, jpegQuality: info.quality.estimate, soundRows: picture.soundRows,
        tiles: true)
      for map in history.maps + (tiles?.maps ?? []) {
        scores[map.method] = Self.score(map.map, changed, width: mask.width)
      }
      return scores
    } catch let error as LaboratoryError {
      throw error
    } catch let error as ExaminationFailure {
      throw .unusablePicture(file: pair.picture, detail: error.message)
    } catch {
      throw .unusablePicture(file: pair.picture, detail: "\(error)")
    }
  }

  /// By cells: pixels of one cell have one value, so counting them by cell loses nothing.
  static func score(_ map: BlockMap, _ changed: [Bool], width: Int) -> Score? {
    var positive = [Int](repeating: 0, count: map.values.count)
    var total = positive
    for (pixel, isChanged) in changed.enumerated() {
      let column = min(pixel % width / BlockMap.cell, map.columns - 1)
      let row = min(pixel / width / BlockMap.cell, map.rows - 1)
      total[row * map.columns + column] += 1
      if isChanged { positive[row * map.columns + column] += 1 }
    }
    let allPositive = positive.reduce(0, +)
    let all = total.reduce(0, +)
    guard allPositive > 0, allPositive < all else { return nil }
    let order = map.values.indices.sorted { map.values[$0] > map.values[$1] }
    var taken = (positive: 0, all: 0)
    var area = 0.0
    var bestF1 = 0.0
    var f1AboveZero = 0.0
    var f1 = shares.map { _ in 0.0 }
    var index = 0
    while index < order.count {
      // Cells of one value go together.
      var group = (positive: 0, all: 0)
      let value = map.values[order[index]]
      while index < order.count, map.values[order[index]] == value {
        group.positive += positive[order[index]]
        group.all += total[order[index]]
        index += 1
      }
      let negatives = group.all - group.positive
      area += Double(negatives) * (Double(taken.positive) + Double(group.positive) / 2)
      taken.positive += group.positive
      taken.all += group.all
      let now = 2 * Double(taken.positive) / Double(taken.all + allPositive)
      bestF1 = max(bestF1, now)
      if value > 0 { f1AboveZero = now }
      for (slot, share) in shares.enumerated()
      where Double(taken.all) <= share * Double(all) || f1[slot] == 0 { f1[slot] = now }
    }
    return Score(
      auc: area / Double(allPositive) / Double(all - allPositive), bestF1: bestF1,
      f1AboveZero: f1AboveZero, f1: f1)
  }
}
