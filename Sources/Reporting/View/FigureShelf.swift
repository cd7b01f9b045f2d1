import ForensicCore

/// The report's figures, each drawn once: where it is first called for, or in the end.
struct FigureShelf {
  private var figures: [Figure]
  /// Figures already on the page, by `id`: their anchors.
  private var drawn: [String: String] = [:]
  private var count = 0
  /// What maps are drawn over, once the picture has been shown.
  private var picture: MapPicture?

  init(_ figures: [Figure]) { self.figures = figures }

  /// The picture itself, for the head of the page.
  /// - Parameter orientation: as EXIF has it; the preview is upright whatever it says.
  mutating func takePreview(name: String, image: ImageInfo, orientation: Int?) -> Fields? {
    guard let index = figures.firstIndex(where: { $0.id == "preview" }),
      case .raster(let type, let base64, let width, let height) = figures[index].content,
      let source = FigureView.source(mediaType: type, base64: base64)
    else { return nil }
    figures.remove(at: index)
    picture = MapPicture(source: source, isFirst: true)
    return [
      "source": source, "width": width, "height": height, "name": name,
      "alternative": "The examined picture, made small: \(name)",
      "class": height > width ? "portrait" : "landscape",
      "caption": "\(Words.format(image.format)), \(Self.size(image, orientation))",
    ]
  }

  /// `1,280 × 853 pixels`; for a picture that is turned to be shown, both sizes.
  private static func size(_ image: ImageInfo, _ orientation: Int?) -> String {
    let (width, height) = (Digits.grouped(image.width), Digits.grouped(image.height))
    // EXIF 2.32, 4.6.4 (A): from 5 on rows and columns change places.
    guard let orientation, (5...8).contains(orientation) else {
      return "\(width) × \(height) pixels"
    }
    return "shown as \(height) × \(width) pixels, stored as \(width) × \(height)"
  }

  /// The figure with an `id`, or a reference to it where it is on the page already; `nil` for an
  /// unknown one.
  mutating func take(_ id: String) -> Fields? {
    if let anchor = drawn[id] { return ["reference": anchor] }
    guard let index = figures.firstIndex(where: { $0.id == id }) else { return nil }
    return draw(figures.remove(at: index))
  }

  /// The figure with an `id` where it is not on the page yet.
  func waiting(_ id: String) -> Figure? { figures.first { $0.id == id } }

  /// Those whose `id` begins so, in their order.
  mutating func takeAll(prefix: String) -> [Fields] {
    let ids = figures.map(\.id).filter { $0.hasPrefix(prefix) }
    return ids.compactMap { take($0) }
  }

  /// All that nobody asked for.
  mutating func takeRest() -> [Fields] {
    let rest = figures
    figures = []
    return rest.map { draw($0) }
  }

  private mutating func draw(_ figure: Figure) -> Fields {
    count += 1
    let anchor = "figure-\(count)"
    drawn[figure.id] = anchor
    let fields = FigureView.fields(figure, anchor: anchor, picture: picture)
    if case .map = figure.content, fields["drawing"] != nil { picture?.isFirst = false }
    return fields
  }
}
