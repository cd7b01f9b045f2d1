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
      never seen half-written, and keeps its modification time. Whatever the umask, the inbox's \
      group may read it, and others where they may read the original. Folders are walked; what lies in \
      them is left as it is, and names that the service passes over are not copied. A file whose \
      name is taken in the inbox gets a free one; where the configuration says that the inbox is \
      recursive, it keeps its name in a new folder below the inbox. A sidecar file \
      (PICTURE.case.toml beside PICTURE) goes with its picture.
      """)

  @OptionGroup var service: ServiceOptions

  @Option(name: .long, help: "The inbox folder to copy into.", completion: .directory)
  var inbox: String

  @Flag(name: .long, help: "Wait until each file has its report, with a progress bar.")
  var wait = false

  @Argument(help: "Files and folders.", completion: .file())
  var paths: [String]

  func validate() throws { try RawPath.requireText(inbox) }

  func run() throws {
    let before = try wait ? watched() : nil
    var (found, failed) = ([DropSource.Path](), 0)
    for path in RawPath.all(paths) {
      do {
        found += try DropSource.files(at: path.bytes.map { CChar(bitPattern: $0) })
      } catch {
        failed += 1
        Terminal.error("\(error)")
      }
    }
    let all = Set(found)
    let files = found.filter { !DropSource.goesAlong($0, with: all) }
    guard !files.isEmpty else {
      if failed == 0 {
        Terminal.error("there is no file to drop in \(paths.joined(separator: ", ").madeVisible)")
      }
      throw ExitCode.failure
    }
    let isRecursive = isRecursive()
    let wish = StopWish()
    let signals = StopSignals { wish.make(by: $0) }
    let target: DropTarget
    do {
      target = try DropTarget(inbox: inbox) { wish.isThere }
    } catch {
      Terminal.error("\(error)")
      throw ExitCode.of(error)
    }
    var dropped = 0
    var exhibits = 0
    var refusal = ExitCode.failure
    for file in files where !wish.isThere {
      do {
        try target.take(file, isRecursive: isRecursive)
        dropped += 1
        if !DropSource.isSidecar(file) { exhibits += 1 }
      } catch {
        if error.code != ECANCELED { Terminal.error("\(error)") }
        refusal = .of(error)
      }
    }
    signals.end()
    Terminal.out("Dropped \(Terminal.grouped(dropped)) files into \(inbox)")
    warn(of: target)
    if wish.isThere && dropped < files.count {
      Terminal.error(
        "stopped; \(Terminal.grouped(files.count - dropped)) files were not dropped, and nothing "
          + "of them is in the inbox")
    }
    wish.fulfil()
    if let before { try waitForReports(exhibits, since: before) }
    // Of some files that went in, the others' lines say why they did not.
    if dropped == 0 { throw refusal }
    if failed > 0 || dropped < files.count { throw ExitCode.failure }
  }

  /// Tells of copies that only this user may read.
  private func warn(of target: DropTarget) {
    guard let first = target.unreadable.first else { return }
    let count = target.unreadable.count
    let others = count > 1 ? " and \(Terminal.grouped(count - 1)) others" : ""
    Terminal.error(
      "the service may not be able to read \(DropSource.text(first).madeVisible)\(others): the "
        + "copies are not for the inbox's group, \(target.group.madeVisible), and not for others\n"
        + "  Become a member of that group, or let others read the originals, and drop them again.")
  }

  private func status() throws -> QueueStatus {
    try service.ask(ControlRequest(command: .status), for: QueueStatus.self)
  }

  private static func finished(_ status: QueueStatus) -> Int {
    status.reported + status.quarantined
  }

  /// The service's status, when it watches the inbox: otherwise no report would ever come.
  private func watched() throws -> QueueStatus {
    let status = try status()
    guard Self.index(of: inbox, in: status.inboxes.map(\.path)) != nil else {
      Terminal.error(
        "the service does not watch \(inbox.madeVisible), so no report would come\n"
          + "  It watches: "
          + status.inboxes.map(\.path.madeVisible).joined(separator: ", "))
      throw ExitCode.failure
    }
    return status
  }

  /// Which of these inboxes a folder is, or lies in.
  private static func index(of folder: String, in inboxes: [String]) -> Int? {
    let place = FolderPlace(FileSystem.absolute(folder))
    return inboxes.firstIndex { place.lies(within: FolderPlace(FileSystem.absolute($0))) }
  }

  /// Whether the configuration says that the service looks into folders below the inbox. Where it
  /// cannot be read or does not name the inbox, a file in such a folder might never be examined.
  private func isRecursive() -> Bool {
    guard let inboxes = try? Configuration.load(path: service.config).inbox,
      let index = Self.index(of: inbox, in: inboxes.map(\.path))
    else { return false }
    return inboxes[index].recursive
  }

  private func waitForReports(_ count: Int, since before: QueueStatus) throws {
    var progress = ProgressLine(total: count, label: "examined")
    var done = 0
    // When the inbox was looked through while nothing was in work.
    var scans = Set<Timestamp?>()
    while done < count {
      let status = try status()
      let now = min(count, Self.finished(status) - Self.finished(before))
      let isIdle = status.settling + status.queued + status.examining + status.failed == 0
      if now > done || !isIdle { scans = [] }
      done = now
      progress.show(done)
      if let index = Self.index(of: inbox, in: status.inboxes.map(\.path)), isIdle {
        scans.insert(status.inboxes[index].lastScan)
      }
      // The first look may be older than the files, the second may have begun before them.
      if scans.count > 2, done < count {
        progress.finish()
        Terminal.error(
          "\(Terminal.grouped(count - done)) files have no new report, and the service finds "
            + "nothing more to examine\n  Files it has reported on before have their old report; "
            + "its log tells of others.")
        throw ExitCode.failure
      }
      usleep(50_000)
    }
    progress.finish()
  }
}
