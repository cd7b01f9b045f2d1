import ForensicCore
import ImageCodecs
import SignalAnalysis

/// A picture's own spectrum beside the averages of camera pictures and of the family that fits best.
struct SpectrumComparison {
  /// One that is compared with.
  private struct Other {
    var average: FamilySpectra.Average
    /// Ends the figure's `id`.
    var suffix: String
    /// As in `camera average`.
    var name: String
    /// What its pictures are, such as `camera pictures`.
    var subject: String
  }

  private let own: SpectrumMap
  private let others: [Other]
  private let source: String

  /// - Parameter family: the generator family that the conclusion finds most likely; `nil` where
  ///   nothing was concluded.
  /// - Returns: `nil` without views, or without an average to compare with.
  init?(
    _ views: [ViewAnalysis], spectra: FamilySpectra, family: BundleDescription.Family?
  ) {
    guard let own = SpectrumAverage(views).map, let camera = spectra.average(of: .real) else {
      return nil
    }
    self.own = own
    var others = [
      Other(
        average: camera, suffix: "camera", name: "camera average", subject: "camera pictures")
    ]
    if let family, let average = spectra.average(of: family.name) {
      others.append(
        Other(
          average: average, suffix: "family", name: "\(family.title) average",
          subject: "pictures of the family \(family.title)"))
    }
    self.others = others
    source = "manifest \(spectra.manifest.short), \(spectra.split)"
  }

  /// `spectrum`, `spectrum-camera`, `spectrum-family` where there is one, `spectrum-profile`.
  var figures: [Figure] {
    let spans = ([own] + others.map(\.average.map)).map(\.span)
    let low = spans.map(\.lowerBound).min() ?? 0
    let high = spans.map(\.upperBound).max() ?? 1
    var figures = [SpectrumFigure.figure(own.picture(over: low...high))]
    for other in others {
      var picture = other.average.map.picture(over: low...high)
      // 32 levels are as many as the eye tells apart here, and a third of the bytes.
      picture.samples = picture.samples.map { $0 & 0xF8 }
      figures.append(
        SpectrumFigure.raster(picture, level: 6).map {
          Figure(
            id: "\(SpectrumFigure.id)-\(other.suffix)", title: title(other),
            caption: """
              The mean of the same spectrum over \(other.average.pictures.grouped) \
              \(other.subject) (\(source)), on the same scale.
              """,
            content: $0)
        })
    }
    return (figures + [profile]).compactMap { $0 }
  }

  private var profile: Figure {
    let series =
      [Figure.Series(name: "this picture", values: Self.rounded(own.profile))]
      // The family first: colours go by the order, and the camera has its own.
      + others.reversed().map {
        Figure.Series(name: $0.name, values: Self.rounded($0.average.map.profile))
      }
    return Figure(
      id: "\(SpectrumFigure.id)-profile", title: "Spectrum by distance from frequency 0",
      caption: """
        The mean of the spectrum over rings around its middle. An average shows what is usual among \
        training pictures and is no evidence by itself: sources differ as much as families do.
        """,
      content: .lines(
        x: (0..<SpectrumMap.bands).map { (Double($0) + 0.5) / Double(2 * SpectrumMap.bands) },
        series: series, xLabel: "cycles a pixel", yLabel: "power, log2"))
  }

  /// `Camera average, 5,958 pictures`.
  private func title(_ other: Other) -> String {
    "\(other.name.prefix(1).uppercased())\(other.name.dropFirst()), "
      + "\(other.average.pictures.grouped) pictures"
  }

  /// Three decimals are more than the page can draw, and keep the report short.
  private static func rounded(_ values: [Float]) -> [Double] {
    values.map { (Double($0) * 1000).rounded() / 1000 }
  }
}

extension Ensemble {
  /// The figures of what the spectrum detector looked at, with averages where the bundle has them.
  func spectrumFigures(of views: [ViewAnalysis], conclusion: Conclusion) -> [Figure] {
    let likeliest = conclusion.hasRatio ? conclusion.likeliestGenerator : nil
    let family = description.families.first { $0.name.rawValue == likeliest }
    if let spectra,
      let comparison = SpectrumComparison(views, spectra: spectra, family: family)
    {
      return comparison.figures
    }
    return [SpectrumFigure.figure(of: views)].compactMap { $0 }
  }
}
