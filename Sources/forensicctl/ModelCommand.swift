import ArgumentParser
import ForensicCore
import Glibc
import ModelStore
import Service

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Install, list, verify and remove encoders.",
    discussion: """
      An installed encoder (CLIP, DINOv2, a vision transformer with a linear head) switches on \
      the detectors of the bundles that use it. docs/models.md tells which there are and where a \
      person gets them.
      """,
    subcommands: [
      Install.self, List.self, Verify.self, Remove.self, Catalogue.self,
    ])

  /// Runs, and turns an error into its message and exit status.
  static func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ModelStoreError {
      Terminal.error(error.description)
      throw error.isPermission ? ExitCode.noPermission : ExitCode.failure
    } catch let error as ConfigurationError {
      Terminal.error(error.description)
      throw ExitCode.badConfiguration
    }
  }
}

extension ModelCommand {
  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy a model into the store.",
      discussion: """
        Takes a folder as the hub has it, a .safetensors file or a .safetensors.index.json; \
        configuration and vocabulary beside it go with it. Every tensor is checked against the \
        architecture before anything is copied. The model appears whole or not at all.
        """)

    @Argument(help: "The model's folder or file.", completion: .file())
    var source: String

    @OptionGroup var store: StoreOptions

    @Option(name: .long, help: "Its name in the store. Default: the catalogue's, or the source's.")
    var name: String?

    @Option(name: .customLong("as"), help: "The entry of the catalogue that it is.")
    var entry: String?

    @Option(name: .long, help: "Its licence, where neither catalogue nor page says it.")
    var licence: String?

    @Option(name: .long, help: "Attention heads, where no file says them. Default: width / 64.")
    var heads: Int?

    @Flag(name: .long, help: "Put it in the place of an installed model of the same name.")
    var replace = false

    @Flag(name: .long, help: "Print the model's record as JSON.")
    var json = false

    func validate() throws {
      if let heads, !(1...4096).contains(heads) {
        throw ValidationError("--heads \(heads) is not within 1…4096")
      }
    }

    func run() throws {
      try ModelCommand.reporting {
        let store = try store.store()
        let catalogue = try ModelCatalogue(path: Resources().catalogue)
        var wish = ModelStore.Installation()
        wish.name = name
        wish.catalogueName = entry
        wish.licence = licence
        wish.heads = heads
        wish.replaces = replace
        let copying = ByteProgress("copied")
        defer { copying.finish() }
        let record = try store.install(
          source, wish, catalogue: catalogue, time: .now, progress: copying.show)
        copying.finish()
        if json { return try JSONOutput.print(record) }
        Terminal.out("\(record.name): \(record.summary)")
        Terminal.out("  \(store.folder(of: record.name)), \(Terminal.megabytes(record.size))")
        Terminal.out("  licence: \(record.licence ?? "not stated; --licence records it")")
        Terminal.out("  SHA-256 over all files: \(record.digest.hex)")
        if record.catalogue == nil { Self.compare(record, catalogue) }
      }
    }

    private static func compare(_ record: ModelRecord, _ catalogue: ModelCatalogue) {
      let names = catalogue.candidates(for: record.encoder).map(\.name)
      Terminal.out(
        names.isEmpty
          ? "  no model of the catalogue has this shape"
          : "  has the shape of \(names.joined(separator: ", ")), which alone does not prove that "
            + "it is; --as NAME records that it is")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the installed models.")

    @OptionGroup var store: StoreOptions

    @Flag(name: .long, help: "Print the records as JSON.")
    var json = false

    func run() throws {
      try ModelCommand.reporting {
        let store = try store.store()
        var records = [ModelRecord]()
        var failed = false
        for name in try store.names() {
          do throws(ModelStoreError) { records.append(try store.record(name)) } catch {
            Terminal.error("\(name): \(error)")
            failed = true
          }
        }
        if json {
          try JSONOutput.print(records)
        } else if records.isEmpty {
          Terminal.out("no model is installed in \(store.path)")
        } else {
          Terminal.out(
            Terminal.table(
              [["NAME", "SIZE", "LICENCE", "SHA-256", "WHAT"]]
                + records.map {
                  [
                    $0.name, Terminal.megabytes($0.size), $0.licence ?? "not stated",
                    String($0.digest.hex.prefix(12)), $0.summary,
                  ]
                }))
        }
        if failed { throw ExitCode.failure }
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare installed models with the digests taken at their installation.",
      discussion: "The exit status is 1 when a file has other bytes.")

    @Argument(help: "Names; all models without one.")
    var names: [String] = []

    @OptionGroup var store: StoreOptions

    @Flag(name: .long, help: "Print a JSON object a model: name, sound, problems.")
    var json = false

    private struct Line: Encodable {
      var name: String
      var sound: Bool
      var problems: [String]
    }

    func run() throws {
      try ModelCommand.reporting {
        let store = try store.store()
        var failed = false
        for name in names.isEmpty ? try store.names() : names {
          let total = (try? store.record(name).size) ?? 0
          let reading = ByteProgress("verified \(name)")
          var done = 0
          let problems = try store.verify(name) {
            done += $0
            reading.show(done, max(total, done))
          }
          reading.finish()
          failed = failed || !problems.isEmpty
          let lines = problems.map { "\($0.file) \($0.problem)" }
          if json {
            try JSONOutput.print(
              Line(name: name, sound: problems.isEmpty, problems: lines), compact: true)
          } else {
            Terminal.out(
              problems.isEmpty
                ? "\(name): as installed"
                : "\(name): damaged\n"
                  + lines.map { "  " + $0 }.joined(separator: "\n"))
          }
        }
        if failed { throw ExitCode.failure }
      }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove installed models.",
      discussion: "Examiners at work keep what they have mapped until they are started anew.")

    @Argument(help: "Names.")
    var names: [String]

    @OptionGroup var store: StoreOptions

    func run() throws {
      try ModelCommand.reporting {
        let store = try store.store()
        for name in names {
          try store.remove(name)
          Terminal.out("\(name): removed")
        }
      }
    }
  }

  struct Catalogue: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the public models that are known, and where a person gets them.")

    @Flag(name: .long, help: "Print the catalogue as JSON.")
    var json = false

    func run() throws {
      try ModelCommand.reporting {
        let entries = try ModelCatalogue(path: Resources().catalogue).entries
        if json { return try JSONOutput.print(entries) }
        Terminal.out(
          entries.map {
            "\($0.name)\n  \($0.title): \($0.what)\n  \($0.licence), "
              + "\(Terminal.megabytes($0.size)) in fp32\n  \($0.source)"
          }.joined(separator: "\n"))
      }
    }
  }
}

/// Progress in megabytes.
private final class ByteProgress {
  private var line: ProgressLine?
  private let label: String

  init(_ label: String) { self.label = label }

  func show(_ done: Int, _ total: Int) {
    if line == nil { line = ProgressLine(total: total >> 20, label: label + " MiB") }
    line?.show(done >> 20)
  }

  func finish() { line?.finish() }
}

extension Terminal {
  /// `12.3 MB`.
  static func megabytes(_ bytes: Int) -> String {
    let tenths = (Double(bytes) / 1e5).rounded() / 10
    return tenths >= 100 ? "\(Int(tenths.rounded())) MB" : "\(tenths) MB"
  }
}
