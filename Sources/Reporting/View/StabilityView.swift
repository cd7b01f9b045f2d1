import ForensicCore

/// The strip of what is said of the picture unchanged and changed.
struct StabilityView {
  let fields: Fields

  init(_ stability: Stability) {
    let turned = Set(
      stability.flips ? stability.turned(from: stability.base.leaning).map(\.change) : [])
    let base = Self.cell(
      "As received", stability.base.leaning, ratio: stability.base.logLikelihoodRatio)
    var fields: Fields = [
      "cells": [base]
        + stability.variants.map { variant in
          var cell = Self.cell(
            variant.title, variant.leaning, ratio: variant.logLikelihoodRatio)
          cell["turns"] = turned.contains(variant.change) ? true : nil
          return cell
        },
      "sentence": Self.sentence(stability, turned: turned.count),
    ]
    fields["unread"] = stability.variants.compactMap { variant in
      variant.reason.map {
        ["text": Words.closed("\(variant.title): not examined, as \($0)")] as Fields
      }
    }
    fields["detectors"] =
      stability.detectors.count == 1
      ? "the detector \(stability.detectors[0])"
      : "\(stability.detectors.count) detectors (\(stability.detectors.joined(separator: ", ")))"
    self.fields = fields
  }

  private static func cell(
    _ title: String, _ leaning: Conclusion.Leaning?, ratio: Double?
  ) -> Fields {
    var cell: Fields = [
      "title": title, "class": leaning?.rawValue ?? "unread",
      "said": leaning.map(Words.short) ?? "Not examined",
    ]
    cell["ratio"] = ratio.map { Digits.fixed($0, 2) }
    return cell
  }

  private static func sentence(_ stability: Stability, turned: Int) -> String {
    let read = stability.variants.count { $0.leaning != nil }
    if turned > 0 {
      return
        "\(Digits.grouped(turned)) of \(Words.count(read, "change")) \(turned == 1 ? "turns" : "turn") "
        + "the answer round. What so little turns round is not stated."
    }
    let open = stability.variants.count { $0.leaning == .inconclusive }
    guard read > 0 else { return "No change was examined." }
    let start = "None of \(Words.count(read, "change")) turns a statement round"
    return open > 0
      ? "\(start); after \(Digits.grouped(open)) of them it is open." : "\(start)."
  }
}
