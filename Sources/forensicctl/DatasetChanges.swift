import ArgumentParser
import Laboratory

extension DatasetCommand {
  struct SplitRows: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "split",
      abstract: "Deal the groups of a manifest into train, validation and test anew.")

    @OptionGroup var files: Files

    @Option(name: .long, help: "The share of the groups that goes to validation.")
    var validation = 0.15

    @Option(name: .long, help: "The share of the groups that goes to test.")
    var test = 0.2

    @Flag(
      name: .long,
      help: ArgumentHelp(
        "Keep whole sources together, to test on sources never seen.",
        discussion: "Each split gets a source of real and one of generated pictures at least; a "
          + "share of 0 leaves a split out."))
    var bySource = false

    @Option(name: .long, help: "Seeds the split.")
    var seed: UInt64 = 1

    func run() throws {
      try files.change { table in
        try Splitter(
          seed: seed, validationShare: validation, testShare: test, bySource: bySource
        ).split(&table)
        return "Split:"
      }
    }
  }

  struct Balance: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep as many rows of every class in each split.")

    @OptionGroup var files: Files

    @Option(name: .long, help: "What is evened out: label, family, generator or source.")
    var per: Selection.Balance = .label

    @Option(name: .long, help: "Rows to keep of each. Default: as many as the rarest has.")
    var limit: Int?

    @Option(name: .long, help: "Seeds the choice.")
    var seed: UInt64 = 1

    func validate() throws {
      if let limit, limit < 1 { throw ValidationError("--limit \(limit) keeps nothing") }
    }

    func run() throws {
      try files.change { table in
        let gone = try Selection.balance(&table, per: per, limit: limit, seed: seed)
        return "\(Terminal.grouped(gone)) rows left out:"
      }
    }
  }

  struct Exclude: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Leave generators out, everywhere or in some splits.")

    @OptionGroup var files: Files

    @Option(
      name: .long, parsing: .upToNextOption, help: "The generators, as the manifest names them.")
    var generator: [String]

    @Option(
      name: .long, parsing: .upToNextOption,
      help: "Only in these splits: train, validation, test.")
    var split: [String] = []

    func validate() throws {
      if generator.isEmpty { throw ValidationError("--generator names none") }
      if let wrong = split.first(where: { Split(rawValue: $0) == nil }) {
        throw ValidationError("--split \(wrong) is none of train, validation and test")
      }
    }

    func run() throws {
      try files.change { table in
        let splits = split.isEmpty ? Split.allCases : split.compactMap { Split(rawValue: $0) }
        let gone = try Selection.exclude(generator, splits: Set(splits), from: &table)
        return "\(Terminal.grouped(gone)) rows left out:"
      }
    }
  }

  struct Pairs: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep pairs of a real and a generated picture that share a group.")

    @OptionGroup var files: Files

    func run() throws {
      try files.change { table in
        "\(Terminal.grouped(try Selection.pairs(&table))) pairs:"
      }
    }
  }
}

extension Selection.Balance: ExpressibleByArgument {}
