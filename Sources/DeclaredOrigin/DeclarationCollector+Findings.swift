import ForensicCore

extension DeclarationCollector {
  static let limits =
    "The file's own word: anybody can write it, copy it from another file, or take it away. Its "
    + "absence says nothing."

  mutating func add(_ mark: Watermark.Mark) {
    claim(.generated)
    add(
      Declaration.Statement(
        place: "Pixels", name: "Invisible watermark", value: mark.message.title,
        meaning: mark.message.writers))
    declaration.family = mark.message.family
    findings.append(mark.finding)
  }

  /// What all statements say together.
  consuming func finish() -> DeclarationReading {
    let generations = declaration.generations
    let said = sourceType ?? toolOrigin
    let isMade = generations.contains { !$0.isWithoutSampler }
    if isMade {
      declaration.origin = .generated
    } else {
      declaration.origin = said ?? (cameraInExif ? .camera : nil)
    }
    if declaration.origin != .camera {
      let tools = declaration.statements.filter { $0.meaning != nil && $0.name != "Camera" }
        .map(\.value)
      declaration.family =
        generations.lazy.compactMap(\.family).first ?? DeclaredFamily.name(tools)
        ?? declaration.family
    }
    reportGenerations()
    reportStatements()
    reportMentions()
    let generated = isMade || [.generated, .partlyGenerated].contains(toolOrigin)
    reportContradiction(generated: generated || sourceTypes.contains(.generated))
    for what in unreadable {
      findings.append(
        Finding(
          code: "origin.unreadable", method: "Reading of declarations in their containers",
          summary: "A declaration could not be read: \(what).", weight: .damage,
          limits: "What it declared is not known."))
    }
    let isEmpty = declaration.generations.isEmpty && declaration.statements.isEmpty
    return DeclarationReading(declaration: isEmpty ? nil : declaration, findings: findings)
  }

  private mutating func reportGenerations() {
    for generation in declaration.generations {
      var result = ["tool": generation.tool, "place": generation.place]
      result["model"] = generation.model
      result["family"] = generation.family
      result["seed"] = generation.seed
      result["steps"] = generation.steps
      result["sampler"] = generation.sampler
      let isMade = !generation.isWithoutSampler
      findings.append(
        Finding(
          code: isMade ? "origin.generator" : "origin.workflow",
          method: "Recognition of the layouts in which generators write their settings",
          summary: isMade
            ? "The file carries the settings with which \(generation.tool) generated a picture."
            : "The file carries settings of \(generation.tool), but no step that makes a picture is "
              + "recognised among them: the program may have made it, or only worked on one.",
          weight: .notable, result: result, limits: Self.limits))
    }
  }

  private mutating func reportStatements() {
    let statements = declaration.statements
    // A keyword of PNG text can read alike.
    for statement in statements
    where statement.name == "Digital source type" && statement.place == "XMP" {
      let origin = DigitalSourceType.read(statement.value)?.origin
      let isGenerated = origin == .generated || origin == .partlyGenerated
      findings.append(
        Finding(
          code: "origin.source-type", method: "IPTC Digital Source Type in XMP",
          summary: "The file declares the source of its picture: "
            + (statement.meaning ?? "a value that is not of the vocabulary") + ".",
          weight: isGenerated ? .notable : .information,
          result: ["digital source type": statement.value], limits: Self.limits))
    }
    var result = [String: String]()
    for statement in statements where statement.meaning != nil {
      guard !["Digital source type", "Invisible watermark", "Camera"].contains(statement.name)
      else { continue }
      result["\(statement.place) \(statement.name)"] = statement.value
    }
    guard !result.isEmpty else { return }
    findings.append(
      Finding(
        code: "origin.tool", method: "Comparison of named tools, credits and history with a list",
        summary:
          "The file names a program or service that generates pictures, or says that a model "
          + "made or changed this one.",
        weight: .notable,
        result: result, limits: Self.limits))
  }

  /// Two statements of one file that exclude each other.
  private mutating func reportContradiction(generated: Bool) {
    let isSourceType = sourceTypes.contains(.camera)
    guard generated, cameraInExif || isSourceType else { return }
    findings.append(
      Finding(
        code: "origin.contradicts", method: "Comparison of the file's declarations",
        summary: isSourceType
          ? "The file declares a camera as its source, and names a generator all the same."
          : "The file names a camera and its exposure, and a generator as well.",
        weight: isSourceType ? .contradiction : .notable,
        limits: "Programs that work on a photograph can keep its camera data, and metadata can be "
          + "copied from one file to another."))
  }
}
