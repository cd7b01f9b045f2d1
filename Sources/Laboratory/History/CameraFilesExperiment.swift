import ForensicCore
import FoundationEssentials
import ImageCodecs
import JPEGForensics

/// False alarms of the history methods on real JPEG files as they are.
public struct CameraFilesExperiment: Sendable {
  public var threads = 0

  public init() {}

  struct Row: Sendable {
    var name: String
    var group: String
    var double: Double
    var quality: Int
    var first: Int
    var gridPlace: String
    var secondGrid: Double
    var copied: Int
    var isDouble: Bool
    var isMoved: Bool
    var hasSecond: Bool
    /// Saved before on a shifted grid.
    var isShifted: Bool

    var hasFinding: Bool { isDouble || isMoved || hasSecond || isShifted || copied > 0 }
  }

  /// - Parameter files: path and the group it is counted in.
  public func run(
    files: [(path: String, group: String)], progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> ExperimentResult {
    let counter = Counter(stage: "camera files", total: files.count, progress)
    let rows = try Parallel.map(files.count, threads: threads) {
      index throws(LaboratoryError) -> Row? in
      defer { counter.step() }
      return try Self.read(files[index])
    }.compactMap { $0 }
    var groups = [String]()
    for row in rows where !groups.contains(row.group) { groups.append(row.group) }
    let table = groups.map { group -> [ExperimentTable.Cell] in
      let own = rows.filter { $0.group == group }
      let count = Double(max(1, own.count))
      return [
        .text(group), .count(own.count),
        .share(Double(own.count(where: \.isDouble)) / count),
        .share(Double(own.count(where: \.isShifted)) / count),
        .share(Double(own.count(where: \.isMoved)) / count),
        .share(Double(own.count(where: \.hasSecond)) / count),
        .share(Double(own.count { $0.copied > 0 }) / count),
      ]
    }
    let flagged = rows.filter(\.hasFinding)
      .map { row -> [ExperimentTable.Cell] in
        [
          .text(row.name), .text(row.group),
          .text(row.isDouble ? "\(row.first) → \(row.quality)" : "–"),
          .figure(row.double / 2.302585, decimals: 1), .text(row.isShifted ? "yes" : "–"),
          .text(row.gridPlace),
          .figure(row.secondGrid, decimals: 1), .count(row.copied),
        ]
      }
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "camera-files", caption: "Share of real files with a finding, by group.",
          columns: [
            "group", "files", "saved twice", "saved twice, shifted", "grid moved", "second grid",
            "copied part",
          ],
          rows: table),
        ExperimentTable(
          name: "camera-files-flagged", caption: "The files with a finding.",
          columns: [
            "file", "group", "qualities", "log10 LR", "shifted", "grid", "log10 NFA 2", "cells",
          ],
          rows: flagged),
      ])
  }

  private static func read(
    _ file: (path: String, group: String)
  ) throws(LaboratoryError) -> Row? {
    guard let data = try? Data(contentsOf: URL(filePath: file.path)) else {
      throw .unreadable(file.path)
    }
    let bytes = [UInt8](data)
    guard let info = try? JPEGStructure.parse(bytes),
      let coefficients = try? JPEGCoefficients.read(bytes), coefficients.blockCount >= 64,
      let picture = try? ImageDecoder.decode(bytes).pixels
    else { return nil }
    let double = DoubleCompression(coefficients)
    let luma = LumaPlane(picture)
    let grid = BlockGrid(luma)
    let copies = CopyMove(luma)
    let shifted = ShiftedCompression(luma)?.isDetected ?? false
    let moved = grid.map { $0.isFound && ($0.x, $0.y) != (0, 0) } ?? false
    return Row(
      name: URL(filePath: file.path).lastPathComponent, group: file.group,
      double: double.evidence, quality: info.quality.luma, first: double.firstQuality,
      gridPlace: grid.map { "\($0.x),\($0.y); \($0.second.x),\($0.second.y)" } ?? "–",
      secondGrid: grid?.second.falseAlarms ?? 0, copied: copies?.match?.cells ?? 0,
      isDouble: double.isDetected, isMoved: moved, hasSecond: grid?.hasSecond ?? false,
      isShifted: shifted)
  }
}
