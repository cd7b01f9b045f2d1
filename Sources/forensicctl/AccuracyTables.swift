import Detectors
import ForensicCore

/// A bundle's own figures as Markdown tables: what `docs/accuracy.md` holds.
struct AccuracyTables {
  private let bundle: BundleDescription
  private let digest: SHA256Digest?

  init(_ bundle: BundleDescription, digest: SHA256Digest? = nil) {
    self.bundle = bundle
    self.digest = digest
  }

  var markdown: String {
    let training = bundle.training
    var parts = [
      "# Accuracy of the bundle `\(bundle.name)`",
      """
      Trained on \(training.realCount) camera and \(training.generatedCount) generated pictures \
      of \(training.sources.count) sources (manifest `\(training.manifest.short)`)\(start)\
      \(digest.map { ", bundle digest `\($0.short)`" } ?? ""). Measured on: \(bundle.metrics.data). \
      Both classes pass through the same chain of crops and re-encoding; thresholds and \
      calibration come from the validation split.
      """,
      "## By quality", table(of: bundle.metrics.tiers),
      "*False alarm*: a camera picture called generated. *Miss*: a generated picture called "
        + "camera. *Right answers*: of those given, both classes weighed alike. ECE: expected "
        + "calibration error." + withoutRatio,
      "## By detector (AUC)", detectors,
      "## By family", families,
    ]
    if !bundle.metrics.leftOut.isEmpty {
      parts += [
        "## Leave one source out",
        "For each source of generated pictures that has held-back ones, heads and meta-classifier "
          + "trained again without it and without one source of camera pictures, then judged on "
          + "both: what to expect of sources never seen. (Like generators may be known from other "
          + "sources. Fusion learns again from the other sources alone; detectors with a network, which "
          + "saw all sources, are left out.)"
          + (training.recipe["leftOutDraws"].map {
            " Each picture passed through the chain \($0) times for it, not \(training.recipe["draws"] ?? "–")."
          } ?? "")
          + (start.isEmpty
            ? ""
            : " Trained from scratch: the networks that the bundle went on from may know the source."),
        leftOut,
      ]
    }
    if let unseen = bundle.metrics.unseen {
      parts += [
        "## Sources never seen",
        "Validation pictures of sources that training has nothing of. Thresholds and calibration "
          + "were chosen on validation pictures, these among them.",
        table(of: unseen),
      ]
    }
    parts += ["## Decision", decision]
    return parts.joined(separator: "\n\n")
  }

  /// What the bundle went on from, and what its figures then do not say; empty where it is its own.
  private var start: String {
    let recipe = bundle.training.recipe
    guard let name = recipe["from"], let digest = recipe["fromDigest"],
      let manifest = recipe["fromManifest"]
    else { return "" }
    let words = """
      , going on from the networks of the bundle `\(name)` (digest `\(digest.prefix(6))`), whose sources \
      are counted too
      """
    guard manifest != bundle.training.manifest.hex else { return words }
    return words + """
       and whose own training pictures (manifest `\(manifest.prefix(6))`) may be among those measured \
      here: where they are, the figures flatter
      """
  }

  /// How pictures count that an examination gives no likelihood ratio for, and why it gave none.
  private var withoutRatio: String {
    let tiers = bundle.metrics.tiers
    guard tiers.contains(where: { $0.withoutRatio != nil }) else {
      return
        " These figures were measured before tables knew every reason for which an examination "
        + "gives no likelihood ratio: gray, toned, almost uniform and damaged pictures count as answered."
    }
    let legend =
      " *No ratio*: camera / generated pictures that an examination gives no likelihood "
      + "ratio for. They are among the inconclusive ones; having no rank and no probability, they are "
      + "left out of every AUC, of balanced accuracy and of ECE."
    let rows = tiers.flatMap { tier in
      (tier.withoutRatio ?? []).map {
        [tier.name, $0.reason, String($0.realCount), String($0.generatedCount)]
      }
    }
    guard !rows.isEmpty else { return legend }
    return legend + "\n\n" + Self.table(["tier", "no ratio because", "real", "generated"], rows)
  }

  private static func withoutRatio(_ tier: BundleMetrics.Tier) -> String {
    guard let rows = tier.withoutRatio else { return "–" }
    let (real, generated) = rows.reduce((0, 0)) { ($0.0 + $1.realCount, $0.1 + $1.generatedCount) }
    return "\(real) / \(generated)"
  }

  private func table(of tiers: [BundleMetrics.Tier]) -> String {
    // Bundles that older versions measured do not have the column.
    let isCounted = tiers.contains { $0.withoutRatio != nil }
    return Self.table(
      [
        "tier", "real", "generated", "AUC", "balanced accuracy", "false alarms", "misses",
        "inconclusive", "right answers", "ECE",
      ] + (isCounted ? ["no ratio"] : []),
      tiers.map { tier in
        [
          tier.name, String(tier.realCount), String(tier.generatedCount), Self.three(tier.auc),
          Self.three(tier.balancedAccuracy), Self.percent(tier.falseAlarms),
          Self.percent(tier.misses), Self.percent(tier.inconclusive),
          tier.rightAnswers.map(Self.percent) ?? "–", Self.three(tier.calibrationError),
        ] + (isCounted ? [Self.withoutRatio(tier)] : [])
      })
  }

  private var detectors: String {
    let names = bundle.detectors.map(\.name)
    return Self.table(
      ["tier"] + names + ["ensemble"],
      bundle.metrics.tiers.map { tier in
        [tier.name] + names.map { tier.detectors[$0].map(Self.three) ?? "–" }
          + [Self.three(tier.auc)]
      })
  }

  private var families: String {
    let tiers = bundle.metrics.tiers
    let names = tiers.first?.families.map(\.family) ?? []
    return Self.table(
      ["family", "pictures"] + tiers.map { "AUC, \($0.name)" } + tiers.map { "found, \($0.name)" },
      names.map { name in
        let rows = tiers.map { tier in tier.families.first { $0.family == name } }
        return [name.rawValue, String(rows.compactMap { $0 }.first?.count ?? 0)]
          + rows.map { $0?.auc.map(Self.three) ?? "–" }
          + rows.map { row in
            row.map { Self.percent(name == .real ? $0.camera : $0.generated) } ?? "–"
          }
      })
  }

  private var leftOut: String {
    let tiers = bundle.metrics.tiers.map(\.name)
    let rows = bundle.metrics.leftOut.map { left in
      [
        left.source, left.families.map(\.rawValue).joined(separator: ", "),
        left.realSources.joined(separator: ", "), "\(left.generatedCount) / \(left.realCount)",
      ] + tiers.map { left.auc[$0].map(Self.three) ?? "–" }
    }
    let means = tiers.map { tier in
      let values = bundle.metrics.leftOut.compactMap { $0.auc[tier] }
      return values.isEmpty ? "–" : Self.three(values.reduce(0, +) / Double(values.count))
    }
    return Self.table(
      ["generated source left out", "families", "camera source left out", "generated / real"]
        + tiers.map { "AUC, \($0)" },
      rows + [["**mean**", "", "", ""] + means])
  }

  private var decision: String {
    let decision = bundle.decision
    return """
      Generated at log10 LR ≥ \(Self.three(decision.generated)), camera at \
      ≤ \(Self.three(decision.camera)), inconclusive between. \(decision.rule)\(outliers)
      """
  }

  private var outliers: String {
    guard let outliers = bundle.limits.outliers else { return "" }
    // Every picture was looked at once a tier.
    let looks =
      (bundle.calibration.realCount + bundle.calibration.generatedCount)
      * bundle.metrics.tiers.count
    let share = looks < 200 ? "none" : "one in 200"
    return """
       Nothing is concluded either of a picture of which more than \(Self.percent(outliers.maximum)) \
      of \(outliers.detector)'s features lie further than 6 deviations from what training pictures \
      have: \(share) of the validation pictures.
      """
  }

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |" }
    return ([line(head), line(head.map { _ in "---" })] + rows.map(line)).joined(separator: "\n")
  }

  private static func three(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let scaled = Int((abs(value) * 1000).rounded())
    let digits = String(scaled % 1000)
    return (value < 0 ? "-" : "") + "\(scaled / 1000)."
      + String(repeating: "0", count: 3 - digits.count) + digits
  }

  private static func percent(_ share: Double) -> String {
    "\((share * 1000).rounded() / 10) %"
  }
}
