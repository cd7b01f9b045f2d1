import ForensicCore

/// What `audit.mustache` shows.
struct AuditView {
  let fields: Fields

  /// Families drawn over the years at most: those with the largest share in any year.
  private static let mostFamilies = 4

  init(_ summary: AuditSummary) {
    let files = summary.statuses.values.reduce(0, +)
    var fields: Fields = [
      "version": summary.version, "input": summary.input, "bundle": summary.bundle,
      "files": Digits.grouped(files), "bytes": Words.bytes(summary.bytes),
      "statuses": Self.statuses(summary),
      "formats": summary.formats.sorted { $0.key < $1.key }.map { format, count -> Fields in
        [
          "name": ImageFormat(rawValue: format).map(Words.format) ?? format,
          "count": Digits.grouped(count),
        ]
      },
      "suspects": summary.suspicious.map(Self.suspect),
      "errors": summary.errors.map { error -> Fields in
        ["code": error.code, "count": Digits.grouped(error.count), "example": error.example]
      },
    ]
    fields["digest"] = summary.bundleDigest
    fields["quality"] = Self.quality(summary)
    fields["families"] = Self.families(summary)
    fields["years"] = summary.years.map { year -> Fields in
      [
        "year": year.year, "pictures": Digits.grouped(year.pictures),
        "generated": Digits.grouped(year.generated), "camera": Digits.grouped(year.camera),
      ]
    }
    fields["hasYears"] = summary.years.isEmpty ? nil : true
    fields["hasSuspects"] = summary.suspicious.isEmpty ? nil : true
    fields["hasErrors"] = summary.errors.isEmpty ? nil : true
    fields["duplicates"] = Self.copies(summary.duplicates)
    fields["nearDuplicates"] = Self.copies(summary.nearDuplicates)
    self.fields = fields
  }

  private static let statusWords = [
    ("generated", "lean to generated"), ("camera", "lean to camera"),
    ("inconclusive", "inconclusive"), ("other", "no picture of a format that is examined"),
    ("failed", "could not be examined"), ("container", "ZIP and TAR files opened"),
  ]

  private static func statuses(_ summary: AuditSummary) -> [Fields] {
    statusWords.map { status, words in
      ["class": status, "words": words, "count": Digits.grouped(summary.statuses[status] ?? 0)]
    }
  }

  private static func quality(_ summary: AuditSummary) -> Fields? {
    let series = ["generated", "camera", "inconclusive"].compactMap { status in
      summary.quality[status].map {
        Figure.Series(name: status, values: $0.map(Double.init))
      }
    }
    guard !series.isEmpty else { return nil }
    return FigureView.fields(
      Figure(
        id: "quality", title: "JPEG quality",
        caption: "How many files were last saved at which quality, by what they lean to.",
        content: .bars(
          lower: 0.5, upper: 100.5, series: series, xLabel: "quality", yLabel: "files")),
      anchor: "quality")
  }

  private static func families(_ summary: AuditSummary) -> Fields? {
    let years = summary.years.filter { Int($0.year) != nil }
    guard years.count > 1 else { return nil }
    var largest = [String: Double]()
    for year in years {
      for (family, share) in year.families where family != "real" {
        largest[family] = max(largest[family] ?? 0, share)
      }
    }
    let chosen = largest.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(mostFamilies).map(\.key)
    return FigureView.fields(
      Figure(
        id: "families", title: "Families over time",
        caption: "Mean probability of the families that stand out most, by the year in which a "
          + "picture says it was taken, or else of the file's last change. "
          + "Dates in files can be wrong.",
        content: .lines(
          x: years.compactMap { Double($0.year) },
          series: chosen.map { family in
            Figure.Series(
              name: Words.family(family), values: years.map { $0.families[family] ?? 0 })
          }, xLabel: "year", yLabel: "mean probability")), anchor: "families")
  }

  private static func suspect(_ suspect: AuditSummary.Suspect) -> Fields {
    var row: Fields = [
      "name": suspect.name, "probability": Words.percent(suspect.probability),
      "ratio": Digits.fixed(suspect.ratio, 2),
    ]
    row["family"] = suspect.family.map(Words.family)
    row["quality"] = suspect.quality.map { "JPEG, quality \($0)" }
    row["link"] = suspect.report.flatMap(RelativeLink.path)
    row["hasLink"] = row["link"] == nil ? nil : true
    row["noLink"] = row["link"] == nil ? true : nil
    return row
  }

  private static func copies(_ copies: AuditSummary.Copies) -> Fields {
    var fields: Fields = [
      "count": Words.count(copies.groups, "group"), "surplus": Digits.grouped(copies.surplus),
    ]
    fields["groups"] = copies.largest.map { group -> Fields in
      var row: Fields = ["count": Digits.grouped(group.count)]
      row["names"] = group.names.map { name -> Fields in ["name": name] }
      row["more"] =
        group.count > group.names.count ? Digits.grouped(group.count - group.names.count) : nil
      return row
    }
    fields["bytes"] = copies.surplusBytes.flatMap { $0 > 0 ? Words.bytes($0) : nil }
    fields["partial"] = copies.isPartial ? true : nil
    fields["none"] = copies.groups == 0 ? true : nil
    return fields
  }
}
