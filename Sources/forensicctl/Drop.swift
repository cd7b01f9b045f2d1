import ArgumentParser
import CaseQueue
import ForensicCore
import Glibc
import Service

struct Drop: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy files into an inbox, whole or not at all.",
    discussion: """
      Each file is copied under a name the service passes over and then renamed, so that it is \
      never seen half-written. Folders are walked; what lies in them is left as it is. A file \
      whose name is taken in the inbox goes into a new folder below it, which a recursive inbox \
      watches too. A sidecar file (PICTURE.case.toml beside PICTURE) goes with its picture.
      """)

  @OptionGroup var service: ServiceOptions

  @Option(name: .long, help: "The inbox folder to copy into.", completion: .directory)
  var inbox: String

  @Flag(name: .long, help: "Wait until each file has its report, with a progress bar.")
  var wait = false

  @Argument(help: "Files and folders.", completion: .file())
  var paths: [String]

  func run() throws {
    let before = wait ? try finished() : 0
    let found = try paths.flatMap { try DropSource.files(at: $0) }
    let all = Set(found)
    let files = found.filter { !DropSource.goesAlong($0, with: all) }
    guard !files.isEmpty else {
      Terminal.error("there is no file to drop in \(paths.joined(separator: ", "))")
      throw ExitCode.failure
    }
    var dropped = 0
    var exhibits = 0
    for file in files {
      do {
        try DropSource.copy(file, intoInbox: inbox)
        dropped += 1
        if !DropSource.isSidecar(file) { exhibits += 1 }
      } catch {
        Terminal.error(error.description)
      }
    }
    Terminal.out("Dropped \(Terminal.grouped(dropped)) files into \(inbox)")
    if wait { try waitForReports(exhibits, since: before) }
    if dropped < files.count { throw ExitCode.failure }
  }

  private func finished() throws -> Int {
    let status = try service.ask(ControlRequest(command: .status), for: QueueStatus.self)
    return status.reported + status.quarantined
  }

  private func waitForReports(_ count: Int, since before: Int) throws {
    var progress = ProgressLine(total: count, label: "examined")
    var done = 0
    while done < count {
      done = min(count, try finished() - before)
      progress.show(done)
      usleep(50_000)
    }
    progress.finish()
  }
}
