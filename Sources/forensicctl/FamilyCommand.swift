import ArgumentParser
import Detectors
import ForensicCore
import FoundationEssentials
import Service

struct FamilyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "family",
    abstract: "The map of generators to families to integers.",
    subcommands: [List.self, Add.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the families with their integers and generators.")

    @Option(name: .long, help: "The map of families.", completion: .file(extensions: ["toml"]))
    var families: String?

    @Flag(name: .long, help: "Print them as JSON.")
    var json = false

    func run() throws {
      try DatasetCommand.run {
        let map = try FamilyMap.load(path: try families ?? Resources().families)
        let rows = map.entries.enumerated().map { index, entry in
          Row(
            integer: index, family: entry.family.rawValue, title: entry.title,
            generators: entry.generators)
        }
        if json { return try JSONOutput.print(rows) }
        Terminal.out(
          Terminal.table(
            rows.map {
              [
                String($0.integer), $0.family, $0.title, $0.generators.joined(separator: ", "),
              ]
            }))
      }
    }

    private struct Row: Encodable {
      var integer: Int
      var family: String
      var title: String
      var generators: [String]
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a generator, and its family where that is new.",
      discussion: "Says what it invalidates: which bundles have to be trained anew.")

    @Argument(help: "The generator, as data sets name it.")
    var generator: String

    @Option(name: .long, help: "Its family.")
    var to: String

    @Option(name: .long, help: "What people read, for a new family.")
    var title: String?

    @Option(name: .long, help: "The map of families.", completion: .file(extensions: ["toml"]))
    var families: String?

    func validate() throws {
      let plain = to.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
      if to.isEmpty || !plain {
        throw ValidationError("--to \(to): a family is lower-case letters, digits and dashes")
      }
      if generator.isEmpty || generator.contains(where: \.isNewline) {
        throw ValidationError("the generator's name has to be one line")
      }
    }

    func run() throws {
      try DatasetCommand.run {
        let resources = try Resources()
        let path = families ?? resources.families
        do {
          let text = String(decoding: try FileSystem.read(path: path), as: UTF8.self)
          if let known = try FamilyMap.load(toml: text).family(ofGenerator: generator) {
            throw refusal(known, path: path)
          }
          let (changed, addition) = try FamilyMap.adding(
            generator: generator, to: GeneratorFamily(rawValue: to), title: title, toml: text)
          try FileSystem.write(Array(changed.utf8), path: path)
          Terminal.out(words(addition, bundles: bundles(resources)))
        } catch let error as SystemError {
          Terminal.error(error.description)
          throw ExitCode.of(error)
        }
      }
    }

    /// Says that the generator is in the map.
    private func refusal(_ known: GeneratorFamily, path: String) -> ExitCode {
      Terminal.error(
        "\(generator.madeVisible) belongs to \(known) already\n  "
          + (known.rawValue == to
            ? "Manifests may name it as it is."
            : "To move it, take it out of \(path.madeVisible) and add it again; bundles trained "
              + "before take its pictures for \(known) still."))
      return .failure
    }

    private func words(_ addition: FamilyMap.Addition, bundles: [String]) -> String {
      switch addition {
      case .generator(let family):
        """
        \(generator) belongs to \(family) now. Nothing has to be trained anew: manifests may name \
        it at once. No figure of a bundle trained before speaks for it; measure it with pictures \
        of it in a test split.
        """
      case .family(let integer):
        """
        \(to) is a new family, number \(integer); the numbers of the others stay. Bundles trained \
        before cannot name it and call its pictures by another family or real: \
        \(bundles.isEmpty ? "none is installed" : bundles.joined(separator: ", ")). Train them \
        anew with "forensicctl train" to change that; features that are in a store stay good.
        """
      }
    }

    /// Bundles that do not know the family.
    private func bundles(_ resources: Resources) -> [String] {
      let models = resources.root + "/models"
      let names = (try? FileManager.default.contentsOfDirectory(atPath: models)) ?? []
      return names.sorted().filter { name in
        guard let bundle = try? ModelBundle.load(resources.bundle(name)) else { return false }
        return !bundle.description.families.contains { $0.name.rawValue == to }
      }
    }
  }
}
