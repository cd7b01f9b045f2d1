import ForensicCore

/// Finds out whether a text is one that a generator writes about its work, and reads it.
///
/// The layout decides, not the place: the same text stands in PNG text, in EXIF's UserComment and
/// in JPEG comments, depending on the format that a program was asked to save.
package enum GeneratorText {
  package typealias Generation = Declaration.Generation

  /// Longer texts, in bytes, are not searched.
  package static let longest = JSONValue.longest
  /// The same of texts that are no graph: no prompt is so long.
  static let longestPrompt = 512 << 10

  /// - Parameter keyword: the PNG keyword; empty for other fields.
  package static func read(_ text: String, keyword: String = "") -> Generation? {
    var room = Room()
    return read(text, keyword: keyword, room: &room)
  }

  /// How much of all texts of a file may be taken apart. A file may hold a thousand of them.
  struct Room {
    /// Values of JSON; reading one costs some microseconds.
    var values = 3 * JSONValue.mostValues
    /// Bytes of texts that are no JSON and have a mark of settings.
    var bytes = 2 << 20
  }

  /// The same, for one text of many.
  /// - Parameter room: lessened by what was taken apart.
  static func read(_ text: String, keyword: String, room: inout Room) -> Generation? {
    guard text.utf8.count <= longest else { return nil }
    if let json = JSONValue.parse(text, room: &room.values) { return read(json, keyword: keyword) }
    // Most texts have no mark: the search for one is cheap, lines and words one by one are not.
    let isMarked =
      keyword == "Dream" || text.range(of: "Steps: ") != nil || text.range(of: "Job ID: ") != nil
    guard isMarked, text.utf8.count <= min(longestPrompt, room.bytes) else { return nil }
    room.bytes -= text.utf8.count
    return automatic1111(text) ?? midjourney(text, keyword: keyword)
      ?? (keyword == "Dream" ? dream(text) : nil)
  }

  private static func read(_ json: JSONValue, keyword: String) -> Generation? {
    ComfyGraph(prompt: json)?.generation ?? ComfyGraph(workflow: json)?.generation
      ?? drawThings(json) ?? invokeAI(json) ?? novelAI(json) ?? fooocus(json) ?? swarm(json)
      ?? invokeAI(json, keyword: keyword)
  }

  /// Midjourney writes the prompt with its flags and `Job ID: <UUID>` into Description, and nothing
  /// after it. Newsrooms and printers number their jobs as well: without a flag the words count in
  /// Midjourney's own place only.
  private static func midjourney(_ text: String, keyword: String) -> Generation? {
    guard let mark = text.range(of: "Job ID: ") else { return nil }
    let rest = text[mark.upperBound...]
    let job = rest.prefix { $0.isHexDigit || $0 == "-" }
    guard job.count == 36, job.count(where: { $0 == "-" }) == 4,
      rest.dropFirst(36).allSatisfy(\.isWhitespace)
    else { return nil }
    var prompt = String(text[..<mark.lowerBound])
    while prompt.last?.isWhitespace == true { prompt.removeLast() }
    guard keyword == "Description" || prompt.range(of: " --") != nil else { return nil }
    var generation = Generation(
      tool: "Midjourney", prompt: prompt.isEmpty ? nil : prompt, settings: ["job": String(job)])
    // Flags stand at the end: `--ar 16:9 --v 6.0 --seed 7`.
    for flag in prompt.split(separator: " --").dropFirst() {
      let words = flag.split(separator: " ", maxSplits: 1)
      guard let name = words.first else { continue }
      let value = words.count > 1 ? String(words[1]) : "yes"
      switch name {
      case "v", "version": generation.model = "Midjourney \(value)"
      case "niji": generation.model = "Niji \(value)"
      case "seed": generation.seed = value
      case "no": generation.negativePrompt = value
      default: generation.settings[String(name)] = value
      }
    }
    return generation
  }

  /// InvokeAI before version 2.3: `"prompt" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms`.
  private static func dream(_ text: String) -> Generation? {
    guard let end = text.lastIndex(of: "\""), text.first == "\"", end > text.startIndex else {
      return nil
    }
    let words = text[end...].dropFirst().split(separator: " ")
    var options = [Substring: String]()
    for (name, value) in zip(words, words.dropFirst()) where name.hasPrefix("-") {
      options[name] = String(value)
    }
    guard options["-S"] != nil || options["-s"] != nil else { return nil }
    let prompt = String(text[text.index(after: text.startIndex)..<end])
    var generation = Generation(
      tool: "InvokeAI", prompt: prompt, seed: options["-S"], steps: options["-s"],
      sampler: options["-A"], guidance: options["-C"])
    if let width = options["-W"], let height = options["-H"] {
      generation.settings["Size"] = "\(width)x\(height)"
    }
    return generation
  }
}

extension StringProtocol {
  /// The first place of `text`, by scalars.
  func range(of text: String) -> Range<Index>? {
    guard let first = text.utf8.first else { return nil }
    var at = startIndex
    while let start = utf8[at...].firstIndex(of: first) {
      if utf8[start...].starts(with: text.utf8) {
        return start..<utf8.index(start, offsetBy: text.utf8.count)
      }
      at = utf8.index(after: start)
    }
    return nil
  }
}
