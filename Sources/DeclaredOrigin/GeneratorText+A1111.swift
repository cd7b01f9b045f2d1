extension GeneratorText {
  /// The `parameters` text of AUTOMATIC1111's Stable Diffusion web UI and of the many programs that
  /// write like it: the prompt, `Negative prompt:`, and a line of `Key: value` pairs that starts
  /// with `Steps:` and may go on to the end. `nil` without such a line.
  static func automatic1111(_ text: String) -> Generation? {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    guard let last = lines.lastIndex(where: { $0.hasPrefix("Steps: ") }) else { return nil }
    var fields = pairs(lines[last...].joined(separator: ", "))
    guard samples(fields) else { return nil }
    var prompt = [Substring]()
    var negative = [Substring]()
    var inNegative = false
    for line in lines[..<last] {
      if !inNegative, line.hasPrefix("Negative prompt:") {
        inNegative = true
        negative.append(line.dropFirst(16).drop { $0 == " " })
      } else if inNegative {
        negative.append(line)
      } else {
        prompt.append(line)
      }
    }
    let version = fields["Version"] ?? ""
    func take(_ name: String) -> String? { fields.removeValue(forKey: name) }
    return Generation(
      tool: tool(version: version, app: fields["App"]), model: take("Model") ?? take("Unet"),
      prompt: prompt.isEmpty ? nil : prompt.joined(separator: "\n"),
      negativePrompt: negative.isEmpty ? nil : negative.joined(separator: "\n"),
      seed: take("Seed"), steps: take("Steps"), sampler: take("Sampler"),
      guidance: take("CFG scale"), settings: fields)
  }

  /// Whether a sampler was set: `Steps: 120, Height: 30 m` stands below a picture of a tower.
  private static func samples(_ fields: [String: String]) -> Bool {
    func isNumber(_ name: String) -> Bool { fields[name].flatMap(Double.init) != nil }
    guard isNumber("Steps") else { return false }
    return isNumber("Seed") || isNumber("CFG scale") || fields["Sampler"] != nil
      || fields["Model hash"] != nil
  }

  /// Who writes in AUTOMATIC1111's layout: most sign in `Version` or `App`.
  private static func tool(version: String, app: String?) -> String {
    let signed = [
      "Fooocus", "ComfyUI", "stable-diffusion.cpp", "SwarmUI", "InvokeAI", "EasyDiffusion",
      "Draw Things", "reForge",
    ]
    if let app { return app }
    if let name = signed.first(where: version.hasPrefix) { return name }
    // Forge counts f1.7.0, f2.0.1v1.10.1-…
    if version.hasPrefix("f"), version.dropFirst().first?.isNumber == true {
      return "Stable Diffusion WebUI Forge"
    }
    return version.isEmpty ? "AUTOMATIC1111 or alike" : "AUTOMATIC1111"
  }

  /// `Key: value, Key: "quoted, value"`; values of equal keys are joined, empty ones left out.
  private static func pairs(_ line: String) -> [String: String] {
    var result = [String: String]()
    for part in parts(line) {
      guard result.count < 256, let colon = part.firstIndex(of: UInt8(ascii: ":")) else { continue }
      var value = part[(colon + 1)...].drop { $0 == 0x20 }
      while value.last == 0x20 { value.removeLast() }
      if value.count > 1, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
        value = value.dropFirst().dropLast()
      }
      let key = String(decoding: part[..<colon].drop { $0 == 0x20 }, as: UTF8.self)
      guard !value.isEmpty else { continue }
      let text = String(decoding: value, as: UTF8.self)
      result[key] = result[key].map { "\($0); \(text)" } ?? text
    }
    return result
  }

  /// The parts between commas that are not inside quotation marks or brackets.
  private static func parts(_ line: String) -> [ArraySlice<UInt8>] {
    let bytes = Array(line.utf8)
    var parts = [ArraySlice<UInt8>]()
    var (start, depth, quoted, escaped) = (0, 0, false, false)
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\""), !escaped { quoted.toggle() }
      escaped = byte == UInt8(ascii: "\\") && !escaped
      if quoted { continue }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
      case UInt8(ascii: ",") where depth == 0:
        parts.append(bytes[start..<index])
        start = index + 1
      default: break
      }
    }
    parts.append(bytes[start...])
    return parts
  }
}
