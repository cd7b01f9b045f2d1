import ForensicCore

/// A detector's figure beside those that it is to be compared with: pictures in a row, charts below.
///
/// Which belong to it, their `id`s say: `spectrum-camera` stands beside `spectrum`.
enum ComparisonView {
  /// `nil` where the figure is no picture, is on the page already, or has nothing to stand beside it.
  static func fields(_ figure: Figure, _ figures: inout FigureShelf) -> Fields? {
    guard case .raster = figure.content else { return nil }
    let others = figures.takeAll(prefix: figure.id + "-")
    guard !others.isEmpty, let own = figures.take(figure.id), own["drawn"] != nil else {
      return nil
    }
    let isPicture = { (figure: Fields) in figure["kind"] as? String == "raster" }
    var fields: Fields = [
      "title": figure.title, "caption": figure.caption,
      "pictures": [picture(own, title: "This picture", of: figure.title)]
        + others.filter(isPicture).map {
          picture($0, title: $0["title"] as? String ?? "", of: figure.title)
        },
    ]
    fields["charts"] = others.filter { !isPicture($0) }
    return fields
  }

  /// The figure under a short title; the alternative text says what all of them show.
  private static func picture(_ figure: Fields, title: String, of subject: String) -> Fields {
    var figure = figure
    figure["title"] = title
    if var picture = figure["picture"] as? Fields {
      picture["alternative"] = "\(subject): \(title)"
      figure["picture"] = picture
    }
    return figure
  }
}
