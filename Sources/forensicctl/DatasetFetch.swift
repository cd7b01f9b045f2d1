import ArgumentParser
import Laboratory

extension DatasetCommand {
  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fetch the pictures that a list of addresses names.",
      discussion: """
        LIST is a CSV file with a column url and, as far as they are known, generator (default \
        real), source (default the host), group and sha256. Many are fetched at a time. Dead \
        links, wrong types, time-outs and pictures over the limit are counted, written into \
        FOLDER/fetched.csv and do not stop the others. A run that was stopped goes on where it \
        was: what failed and may pass is tried again, and so is what was over a limit that is \
        wider now or had another digest than the list now says. Anything else is tried again when \
        its line is taken out of FOLDER/fetched.csv. What was fetched becomes a new manifest.
        """)

    @Argument(help: "The list (CSV).", completion: .file(extensions: ["csv"]))
    var list: String

    @Option(name: .shortAndLong, help: "The folder of the pictures.", completion: .directory)
    var output: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "The manifest. Default: manifest.csv in the folder of the pictures.",
        discussion: "One that lies elsewhere goes with --images and that folder in what reads it."),
      completion: .file(extensions: ["csv"]))
    var manifest: String?

    @Option(name: .long, help: "Transfers at a time, 1 to 256.")
    var connections = 16

    @Option(name: .long, help: "Seconds for one transfer.")
    var timeout = 60.0

    @Option(name: .long, help: "Bytes of a picture at most.")
    var maximumSize = 32 << 20

    @Option(name: .long, help: "Redirects to follow.")
    var redirects = 5

    @Option(name: .long, help: "Tries for what may pass, such as a time-out.")
    var tries = 2

    @Flag(
      name: .long, inversion: .prefixedNo,
      help: "Try again what failed in a run before and may pass.")
    var retry = true

    @OptionGroup var options: BuildOptions

    @Flag(name: .long, help: "Print what became of every address as JSON.")
    var json = false

    func validate() throws {
      guard (1...256).contains(connections) else {
        throw ValidationError("--connections \(connections) is not within 1…256")
      }
      guard timeout > 0, timeout <= 86_400 else {
        throw ValidationError("--timeout \(timeout) is not within a day")
      }
      guard maximumSize > 0, redirects >= 0, (1...20).contains(tries) else {
        throw ValidationError("--maximum-size, --redirects and --tries have to be positive")
      }
    }

    func run() throws {
      try DatasetCommand.run {
        let target = manifest ?? output + "/manifest.csv"
        try DatasetCommand.requireNew(target, option: "--manifest")
        // What the manifest needs, before hours of fetching.
        try DatasetCommand.makeFolder(of: target)
        let builder = try options.builder()
        let table = try DataTable.load(path: list)
        let client = WebClient(
          connectTimeout: min(10_000, Int(timeout * 1000)), timeout: max(1, Int(timeout * 1000)),
          maximumSize: maximumSize, maximumRedirects: redirects)
        let fetcher = PictureFetcher(
          folder: output, client: client, connections: connections, tries: tries)
        let display = StageDisplay()
        let report = try fetcher.fetch(
          table, retryPassing: retry, progress: { display.show($0) })
        display.finish()
        if json {
          try JSONOutput.print(report)
        } else {
          var rows = report.counts.map { [$0.outcome.rawValue, Terminal.grouped($0.count)] }
          rows.append(["of these through redirects", Terminal.grouped(report.redirected)])
          rows.append(["settled in a run before", Terminal.grouped(report.resumed)])
          Terminal.out(Terminal.table(rows))
        }
        guard report.records.contains(where: { $0.outcome == .fetched }) else {
          Terminal.error("nothing was fetched; \(output)/fetched.csv says why")
          throw ExitCode.failure
        }
        let built = try fetcher.manifest(
          table, report, builder: builder, progress: { display.show($0) })
        display.finish()
        if !json {
          try DatasetCommand.write(built, to: target, json: false)
        } else {
          try built.table.write(to: target)
        }
      }
    }
  }
}
