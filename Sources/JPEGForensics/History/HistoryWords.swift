import ForensicCore

/// What the traces of a picture's history are called and how they are told.
package enum HistoryWords {
  // MARK: Earlier saving

  private static let doubleMethod =
    "First quantisation by likelihood from DCT histograms (after Popescu and Farid 2004; Bianchi "
    + "and Piva, IEEE TIFS 7(3), 2012)"

  static func double(_ found: DoubleCompression, quality: Int) -> Finding {
    var result = [
      "log10LikelihoodRatio": fixed(found.evidence / 2.302585, 1),
      "log10Against": fixed(found.opposition / 2.302585, 1),
      "lastQuality": String(quality),
    ]
    if found.isDetected { result["firstQuality"] = String(found.firstQuality) }
    return Finding(
      code: found.isDetected ? "jpeg.double" : "jpeg.double.none", method: doubleMethod,
      summary: doubleSummary(found),
      weight: found.isDetected ? .notable : .information,
      parameters: [
        "threshold": fixed(DoubleCompression.threshold / 2.302585, 1),
        "frequencies": String(CoefficientHistograms.frequencies.count),
        "blocks": String(found.blocks),
      ],
      result: result, figure: "double-jpeg",
      limits: found.isDetected
        ? "Of 420 camera pictures that were made smaller and saved once, 8 looked so as well "
          + "(docs/scaled-jpeg.md); screens of dots and drawings can as well. Saving twice is common and no sign of a change: programs save "
          + "again when they crop, turn or send. The quality is that of the nearest standard table."
        : "A first saving at the same quality leaves no trace, a much finer one hardly any, and "
          + "cropping or scaling in between hides it (docs/localisation.md has the rates).")
  }

  private static func doubleSummary(_ found: DoubleCompression) -> String {
    if found.isDetected {
      return "The coefficients look as if the picture had been saved as JPEG before, on the same "
        + "block grid, at about quality \(found.firstQuality)."
    }
    if found.evidence >= DoubleCompression.threshold {
      return "No clear trace of an earlier saving as JPEG on the same block grid was found: some "
        + "frequencies speak for one and others against it."
    }
    return "No trace of an earlier saving as JPEG on the same block grid was found."
  }

  static func evidence(_ found: DoubleCompression) -> Figure {
    // What speaks strongly against a quality would press the peak flat.
    let peak = found.evidenceByQuality.reduce(0, max) / 2.302585
    let floor = -max(20, peak)
    return Figure(
      id: "double-jpeg", title: "Evidence for a first saving, by its quality",
      caption: "How much better (base-10 logarithm of the likelihood ratio) the coefficients are "
        + "explained by a first saving at each quality than by none. A sharp peak names the "
        + "quality; a line at or below zero says that no first saving explains more. What lies "
        + "below \(fixed(floor, 0)) is drawn there.",
      content: .lines(
        x: DoubleCompression.qualities.map(Double.init),
        series: [
          .init(
            name: "evidence", values: found.evidenceByQuality.map { max($0 / 2.302585, floor) })
        ],
        xLabel: "first quality", yLabel: "log10 LR"))
  }

  static func doubleMap(_ map: BlockMap) -> CompressionHistory.TraceMap {
    .init(
      method: .doubleJPEG, title: "Where the first saving is missing",
      caption: "How much more each part's coefficients speak for one saving than for two. Parts "
        + "that were put in later, or changed, stand out; so may flat parts, which say little.",
      unit: "log10 LR a block, one saving over two", map: map)
  }

  // MARK: Saving again

  static func ghost(_ ghost: Requantisation.Ghost) -> Finding {
    Finding(
      code: "jpeg.ghost",
      method: "JPEG ghosts (Farid, IEEE TIFS 4(1), 2009) on the coefficients, 5 × 5 blocks",
      summary: "Saved again at quality \(ghost.quality), the picture falls most clearly into parts "
        + "that change more and less.",
      parameters: ["qualities": Requantisation.qualities.map(String.init).joined(separator: " ")],
      result: ["quality": String(ghost.quality), "separation": fixed(ghost.separation, 2)],
      figure: "map-ghosts",
      limits: "Texture divides a picture as well: a part counts only where it follows an object "
        + "that may have been put in. This is no test with a known error rate.")
  }

  static func ghostMap(_ ghost: Requantisation.Ghost) -> CompressionHistory.TraceMap {
    .init(
      method: .ghosts, title: "JPEG ghost at quality \(ghost.quality)",
      caption: "The change by saving again at this quality, over the mean change at all of them; "
        + "drawn so that the smaller part is high.",
      unit: "share of the mean change, its sign turned round", map: ghost.map)
  }

  static func errorLevel(_ map: BlockMap) -> Finding {
    Finding(
      code: "jpeg.error-level", method: "Error-level analysis (Krawetz, 2007) on the coefficients",
      summary: "Saved again at quality \(Requantisation.errorLevelQuality), half of the picture's "
        + "blocks change by \(fixed(Double(map.median), 2)) levels or less.",
      parameters: ["quality": String(Requantisation.errorLevelQuality)],
      result: ["medianChange": fixed(Double(map.median), 2)], figure: "map-error-level",
      limits: "In every picture edges and texture change more than flat parts. Error levels are "
        + "widely used and often misread: by themselves they show nothing (docs/localisation.md).")
  }

  static func errorLevelMap(_ map: BlockMap) -> CompressionHistory.TraceMap {
    .init(
      method: .errorLevel, title: "Error levels",
      caption: "The change of each block when saved again at quality "
        + "\(Requantisation.errorLevelQuality).",
      unit: "levels, root mean square", map: map)
  }

  // MARK: Noise and copies

  static func noise(_ noise: NoiseLevel) -> Finding {
    Finding(
      code: "noise.level",
      method: "Local noise from diagonal detail (after Mahdian and Saic, 2009), 3 × 3 cells",
      summary: "The picture's fine noise has a standard deviation of \(fixed(noise.median, 2)) "
        + "levels in the median cell.",
      result: ["median": fixed(noise.median, 2)], figure: "map-noise",
      limits:
        "Fine texture counts as noise, shadows and JPEG compression hold little: parts differ "
        + "in every picture (docs/localisation.md).")
  }

  static func noiseMap(_ noise: NoiseLevel) -> CompressionHistory.TraceMap {
    .init(
      method: .noise, title: "Noise that differs from the rest",
      caption: "The distance of each part's noise from the picture's median.", unit: "octaves",
      map: noise.map)
  }

  static func copies(_ copies: CopyMove) -> Finding {
    var finding = Finding(
      code: "copy-move.none",
      method: "Copy-move by points that look alike (after Amerini et al., IEEE TIFS 6(3), 2011), "
        + "verified square by square",
      summary: "No part of the picture was found in it twice.",
      parameters: [
        "fewestPairs": String(CopyMove.fewestPairs),
        "asked": CopyMove.asked.map {
          "\($0.isMoved ? "moved" : "turned"): \($0.pairs) pairs, \(fixed($0.detail, 2))"
        }.joined(separator: "; "),
      ],
      limits:
        "Copies that are small, nearly flat, retouched or changed in brightness are not found, "
        + "nor parts of patterns that repeat.")
    guard let match = copies.match else { return finding }
    finding.code = "copy-move.match"
    finding.weight = .notable
    finding.summary =
      "A part of about \(match.cells * 64) pixels lies in the picture twice, "
      + "\(abs(match.dx)) \(abs(match.dx) == 1 ? "pixel" : "pixels") across and \(abs(match.dy)) down "
      + "from one another"
      + (match.isMirrored ? ", mirrored" : "")
      + (abs(match.turn) < 2 || match.isMirrored ? "" : ", turned by \(fixed(match.turn, 0))°")
      + (abs(match.scale - 1) < 0.03 ? "" : ", \(fixed(match.scale, 2)) times the size") + "."
    finding.result = [
      "offset": "\(match.dx), \(match.dy)", "cells": String(match.cells),
      "pairs": String(match.pairs), "detailCorrelation": fixed(match.detail, 2),
      "scale": fixed(match.scale, 2), "turn": fixed(match.turn, 0),
      "mirrored": match.isMirrored ? "yes" : "no",
    ]
    finding.figure = "map-copy-move"
    finding.limits =
      "Things that are alike by nature or manufacture (windows, printed patterns, borders) can match "
      + "as well (docs/localisation.md has the rate on real files)."
    return finding
  }

  static func copyMap(_ copies: CopyMove) -> CompressionHistory.TraceMap {
    .init(
      method: .copyMove, title: "The part that lies in the picture twice",
      caption: "Both places, moved by \(copies.match?.dx ?? 0), \(copies.match?.dy ?? 0) pixels.",
      unit: "matched", map: copies.map)
  }

  /// A decimal number with exactly this many decimals.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value * scale).rounded()
    guard scaled.isFinite, abs(scaled) < 1e15 else { return "\(value)" }
    let whole = Int(abs(scaled))
    let sign = scaled < 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let fraction = String(whole % Int(scale))
    return "\(sign)\(whole / Int(scale))."
      + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
