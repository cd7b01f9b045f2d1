import ArgumentParser
import ForensicCore
import Service

struct PDFCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pdf",
    abstract: "Print a report as PDF, for paper and for files.",
    discussion: """
      Prints the report's report.html with chromium (Debian: apt install chromium), which is run \
      without a network and with a time limit. The PDF is not signed: what can be verified are \
      report.json and report.html.
      """)

  @Argument(help: "The report's folder, or its report.html.", completion: .directory)
  var report: String

  @Option(
    name: .shortAndLong, help: "The PDF. Default: report.pdf beside the report.",
    completion: .file(extensions: ["pdf"]))
  var output: String?

  @Option(name: .long, help: "The browser. Default: chromium on the PATH.", completion: .file())
  var browser: String?

  @Option(name: .long, help: "Seconds that printing may take, 1 to 3600.")
  var limit = 60

  @Flag(name: .long, help: "Replace a PDF that is there.")
  var force = false

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...3600).contains(limit) else {
      throw ValidationError("--limit \(limit) is not within 1 to 3600")
    }
  }

  func run() throws {
    let page = FileSystem.absolute(
      report.hasSuffix(".html") ? report : FileSystem.join(report, "report.html"))
    let target = output ?? FileSystem.folder(of: page) + "/report.pdf"
    guard FileSystem.exists(page) else {
      Terminal.error("\(page.madeVisible): there is no report")
      throw ExitCode.badData
    }
    guard force || !FileSystem.exists(target) else {
      Terminal.error("\(target.madeVisible) is there already; --force replaces it")
      throw ExitCode.failure
    }
    do {
      let printer = try PagePrinter(browser: browser)
      try FileSystem.write(printer.pdf(of: page, seconds: limit), path: target)
    } catch {
      Terminal.error("\(error)")
      throw ExitCode.failure
    }
    if json {
      try JSONOutput.print(["pdf": target])
    } else {
      Terminal.out(target.madeVisible)
    }
  }
}
