import ForensicCore

/// When, where and how the picture was taken, by the file's own word: what a reader asks first.
struct CaptureFacts {
  private let table: ExifTable

  init(_ table: ExifTable) { self.table = table }

  /// Names and values, those that the file gives.
  var all: [(name: String, value: String)] {
    let facts = [
      ("Taken, by its own word", taken), ("Place, by its own word", place),
      ("Exposure", exposure), ("Lens", lens),
    ]
    return facts.compactMap { name, value in value.map { (name, $0) } }
  }

  private func text(_ ifd: String, _ tag: Int) -> String? {
    let value = table.entry(ifd, tag)?.value
    let words = value?.split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? ""
    return words.isEmpty || words.utf8.count > 200 ? nil : words
  }

  private func numbers(_ ifd: String, _ tag: Int) -> [Double] {
    text(ifd, tag).map(ExifMeaning.numbers) ?? []
  }

  // MARK: Time

  private var taken: String? {
    let clock = text("ExifIFD", 0x9003).flatMap(Self.date).map { date in
      date + (zone.map { " \($0)" } ?? ", no time zone given")
    }
    let satellite = [text("GPS", 0x001D).flatMap(Self.date), satelliteTime].compactMap { $0 }
      .joined(separator: " ")
    if satellite.isEmpty { return clock }
    return (clock.map { "\($0); " } ?? "") + "by its GPS \(satellite) UTC"
  }

  /// `2021-05-05 10:00:00`; `nil` where no date is set. What is no date stays as it is written.
  private static func date(_ text: String) -> String? {
    guard text.contains(where: { $0.isNumber && $0 != "0" }) else { return nil }
    var parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    if parts[0].utf8.count == 10 {
      parts[0] = parts[0].split(separator: ":").joined(separator: "-")
    }
    return parts.joined(separator: " ")
  }

  /// OffsetTimeOriginal, where it is one.
  private var zone: String? {
    text("ExifIFD", 0x9011).flatMap { text in
      let isOffset =
        text.utf8.count == 6 && (text.hasPrefix("+") || text.hasPrefix("-"))
        && text.contains(where: \.isNumber)
      return isOffset || text == "Z" ? text : nil
    }
  }

  private var satelliteTime: String? {
    let parts = numbers("GPS", 0x0007)
    guard parts.count == 3, parts.allSatisfy({ (0..<61).contains($0) }), parts[0] < 24 else {
      return nil
    }
    return parts.map { part in
      let whole = Int(part)
      return whole < 10 ? "0\(whole)" : String(whole)
    }.joined(separator: ":")
  }

  // MARK: Place

  private var place: String? {
    guard let latitude = degrees(0x0002, most: 90), let longitude = degrees(0x0004, most: 180)
    else { return nil }
    guard let north = reference(0x0001, "N", "S"), let east = reference(0x0003, "E", "W") else {
      return nil
    }
    if north.isEmpty || east.isEmpty {
      return "\(latitude)\(north), \(longitude)\(east); the hemisphere is not stated"
    }
    return "\(latitude)\(north), \(longitude)\(east)" + (altitude ?? "")
  }

  /// Decimal degrees, to about a tenth of a metre; `nil` unless they are some.
  private func degrees(_ tag: Int, most: Double) -> String? {
    let parts = numbers("GPS", tag)
    guard (1...3).contains(parts.count), parts.allSatisfy({ $0 >= 0 }),
      parts.dropFirst().allSatisfy({ $0 < 60 })
    else { return nil }
    let value = zip(parts, [1.0, 60, 3600]).reduce(0) { $0 + $1.0 / $1.1 }
    return value <= most ? ExifMeaning.short(value, 6) + "°" : nil
  }

  /// ` N`; empty where it is not stated, `nil` where it is something else.
  private func reference(_ tag: Int, _ first: String, _ second: String) -> String? {
    guard let text = text("GPS", tag)?.uppercased() else { return "" }
    return text == first || text == second ? " \(text)" : nil
  }

  private var altitude: String? {
    guard let metres = numbers("GPS", 0x0006).first else { return nil }
    let isBelow = ["1", "3"].contains(text("GPS", 0x0005))
    guard metres <= (isBelow ? 12_000 : 100_000) else { return nil }
    return ", \(ExifMeaning.short(metres, 0)) m \(isBelow ? "below" : "above") sea level"
  }

  // MARK: Camera

  private var exposure: String? {
    func meaning(_ tags: Int...) -> String? {
      tags.lazy.compactMap { tag in
        table.entry("ExifIFD", tag).flatMap { ExifMeaning.words($0, in: table) }
      }.first
    }
    let sensitivity = numbers("ExifIFD", 0x8827).first.flatMap { value in
      value > 0 ? "ISO \(ExifMeaning.short(value, 0))" : nil
    }
    let parts = [
      meaning(0x829A, 0x9201), meaning(0x829D, 0x9202), sensitivity, meaning(0x920A),
      meaning(0xA405),
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private var lens: String? {
    guard let model = text("ExifIFD", 0xA434) else { return nil }
    guard let make = text("ExifIFD", 0xA433), !model.hasPrefix(make) else { return model }
    return "\(make) \(model)"
  }
}
