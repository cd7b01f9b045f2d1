import ForensicCore
import ImageMetadata

/// Texts as statements or generations, within what a report may hold.
extension DeclarationCollector {
  /// NovelAI hides the texts that it writes into PNG as well, as one object.
  mutating func read(_ hidden: StealthText) {
    guard let texts = JSONValue.parse(hidden.text, room: &room.values)?.members,
      texts["Comment"]?.text != nil
    else { return add(hidden.text, name: "hidden text", place: hidden.place) }
    for (name, value) in texts.sorted(by: { $0.key < $1.key }) {
      if let text = value.text { add(text, name: name, place: hidden.place) }
    }
  }

  /// Where programs give their texts names of their own.
  private static let keywordPlaces: Set<String> = ["PNG text", "Alpha channel", "Colour channels"]

  /// NovelAI names its model in another text than its settings.
  mutating func completeNovelAI() {
    let source = declaration.statements.first {
      Self.keywordPlaces.contains($0.place) && $0.name == "Source"
    }
    for index in declaration.generations.indices
    where declaration.generations[index].tool == "NovelAI" {
      declaration.generations[index].model = declaration.generations[index].model ?? source?.value
    }
  }

  /// Takes a text: as a generation where it reads as one, as a statement otherwise.
  mutating func add(
    _ text: String, name: String, place: String, field: GeneratorName.Field? = nil
  ) {
    // A keyword counts where programs choose it; elsewhere the name is the field's.
    let keyword = Self.keywordPlaces.contains(place) ? name : ""
    if var generation = GeneratorText.read(text, keyword: keyword, room: &room) {
      generation.place = "\(place) \(name)"
      return add(generation)
    }
    // In PNG text, Source is the device or program (W3C PNG, 11.3.3.1), unlike in XMP and IPTC.
    let isTool =
      Self.keywordPlaces.contains(place) && ["Software", "Source"].contains(name)
    let field = isTool ? .tool : field
    let known = field.flatMap { GeneratorName.claim(text, in: $0) }
    if let known { claim(known.origin) }
    if known == nil, field == .tool || field == .credit { note(text, name: name, place: place) }
    add(
      Declaration.Statement(place: place, name: name, value: text, meaning: known?.meaning))
  }

  mutating func add(_ statement: Declaration.Statement) {
    let isTold = statement.meaning != nil
    guard declaration.statements.count < (isTold ? Self.mostStatements : Self.mostUntold) else {
      return refuse("statements beyond the first \(isTold ? Self.mostStatements : Self.mostUntold)")
    }
    var statement = statement
    if isTold, statement.value.utf8.count <= min(Self.longestReserved, reserve) {
      reserve -= statement.value.utf8.count
    } else {
      // A name is short, and what is left out should still be known by it.
      statement.name = String(statement.name.unicodeScalars.prefix(128))
      statement.value = bounded(statement.value)
    }
    if !declaration.statements.contains(statement) { declaration.statements.append(statement) }
  }

  mutating func add(_ generation: Declaration.Generation) {
    guard declaration.generations.count < Self.mostGenerations else {
      return refuse("settings of generators beyond the first \(Self.mostGenerations)")
    }
    var bounded = generation
    bounded.place = self.bounded(generation.place, longest: 160)
    bounded.tool = self.bounded(generation.tool, longest: 256)
    bounded.model = generation.model.map { self.bounded($0, longest: 1024) }
    bounded.prompt = generation.prompt.map { self.bounded($0) }
    bounded.negativePrompt = generation.negativePrompt.map { self.bounded($0) }
    bounded.seed = generation.seed.map { self.bounded($0, longest: 256) }
    bounded.steps = generation.steps.map { self.bounded($0, longest: 256) }
    bounded.sampler = generation.sampler.map { self.bounded($0, longest: 256) }
    bounded.guidance = generation.guidance.map { self.bounded($0, longest: 256) }
    bounded.settings = [:]
    for (name, value) in generation.settings.sorted(by: { $0.key < $1.key }) {
      bounded.settings[self.bounded(name, longest: 128)] = self.bounded(value)
    }
    bounded.family = DeclaredFamily.name(of: bounded)
    // ComfyUI saves the graph that was run and the one in the editor: one is enough.
    let isKnown = declaration.generations.contains {
      $0.tool == bounded.tool && $0.seed == bounded.seed && $0.prompt == bounded.prompt
    }
    if !isKnown { declaration.generations.append(bounded) }
  }

  /// The text, cut after `longest` scalars or where the budget of all texts ends, and saying so.
  private mutating func bounded(_ text: String, longest: Int = 16_384) -> String {
    let cut = text.unicodeScalars.prefix(longest)
    let isWhole = cut.endIndex == text.endIndex
    guard text.utf8.distance(from: text.startIndex, to: cut.endIndex) <= budget else {
      return "… (left out: the file declares too much)"
    }
    budget -= text.utf8.distance(from: text.startIndex, to: cut.endIndex)
    return isWhole ? text : String(cut) + "… (cut; \(text.utf8.count) bytes in all)"
  }
}
