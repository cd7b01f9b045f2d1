import ForensicCore

/// What the JPEG structure says.
enum CompressionView {
  static func fields(_ jpeg: JPEGInfo, _ figures: inout FigureShelf) -> Fields {
    let quality = jpeg.quality
    var facts: [Fields] = [
      fact("Quality", "\(quality.estimate) of 100 on the scale of the Independent JPEG Group"),
      fact(
        "Tables",
        quality.standard
          ? "exactly those of the standard, scaled"
          : "not standard; \(Digits.fixed(quality.distance, 2)) steps from the nearest on average"),
      fact("Luma, chroma", quality.chroma.map { "\(quality.luma), \($0)" } ?? "\(quality.luma), –"),
    ]
    if let maker = quality.maker { facts.append(fact("Tables known from", maker)) }
    facts.append(fact("Subsampling", jpeg.subsampling))
    facts.append(fact("Coding", jpeg.progressive ? "progressive" : "sequential"))
    if jpeg.restartInterval > 0 {
      facts.append(fact("Restart interval", Words.count(jpeg.restartInterval, "block")))
    }
    if let transform = jpeg.adobeTransform {
      facts.append(fact("Adobe colour transform", "\(transform)"))
    }
    facts.append(fact("Components", jpeg.components.map(component).joined(separator: ", ")))
    facts.append(fact("Markers, in order", runs(jpeg.markers).joined(separator: " ")))
    var tables = figures.takeAll(prefix: "quantisation-")
    if tables.isEmpty {
      tables = jpeg.tables.map { table -> Fields in
        var fields: Fields = [
          "title": "Quantisation table \(table.id)", "kind": "grid", "drawn": true,
          "caption": "\(table.precision) bits an entry, row by row.",
        ]
        fields["drawing"] = FigureView.grid(
          columns: 8, values: table.values, label: "Quantisation table \(table.id)")
        return fields
      }
    }
    return ["facts": facts, "tables": tables, "hasTables": !tables.isEmpty]
  }

  private static func fact(_ name: String, _ value: String) -> Fields {
    ["name": name, "value": value]
  }

  private static func component(_ component: JPEGInfo.Component) -> String {
    "\(component.id): \(component.horizontalSampling)×\(component.verticalSampling), "
      + "table \(component.table)"
  }

  /// `RST0 RST1 …` and other repetitions as one entry with a count.
  private static func runs(_ markers: [String]) -> [String] {
    var result: [(name: String, count: Int)] = []
    for marker in markers {
      let name = marker.hasPrefix("RST") ? "RST" : marker
      if result.last?.name == name {
        result[result.count - 1].count += 1
      } else {
        result.append((name, 1))
      }
    }
    return result.map { $0.count == 1 ? $0.name : "\($0.name)×\($0.count)" }
  }
}
