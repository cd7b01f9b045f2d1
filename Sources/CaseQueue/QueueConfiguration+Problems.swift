import ForensicCore

extension QueueConfiguration {
  /// Everything that forbids running with this configuration, one sentence each; empty when
  /// nothing does. Folders are compared by their spelling, links are not resolved.
  public func problems() -> [String] {
    var problems = [String]()
    if inboxes.isEmpty { problems.append("there is no inbox to watch") }
    if workers < 1 { problems.append("workers must be at least 1") }
    if maximumFileSize < 1 { problems.append("the largest file size must be at least 1 byte") }
    if rescanInterval < .seconds(1) { problems.append("the rescan interval is under 1 s") }
    if pollInterval <= .zero { problems.append("the poll interval must be positive") }
    let folders = [("outbox", outbox), ("state", state), ("evidence", evidenceFolder)]
    for (role, path) in folders where !path.hasPrefix("/") {
      problems.append("\(role) must be an absolute path, not \(path.madeVisible)")
    }
    var names = Set<String>()
    var paths = Set<String>()
    for inbox in inboxes {
      let title = "inbox \(inbox.name.madeVisible)"
      if inbox.name.isEmpty { problems.append("an inbox has no name") }
      if !inbox.path.hasPrefix("/") { problems.append("\(title): its path must be absolute") }
      if inbox.settleTime < .zero { problems.append("\(title): its settle time is negative") }
      if !names.insert(inbox.name).inserted { problems.append("\(title) is there twice") }
      if !paths.insert(Self.plain(inbox.path)).inserted {
        problems.append("\(title): another inbox has the same path")
      }
      for other in inboxes where other.recursive && Self.holds(other.path, inbox.path) {
        problems.append("\(title) lies inside the recursive inbox \(other.name.madeVisible)")
      }
      // A report written into an inbox would be taken for an exhibit, and so on for ever.
      for (role, path) in folders {
        if Self.plain(path) == Self.plain(inbox.path) {
          problems.append("\(title) is the \(role) folder too")
        } else if inbox.recursive && Self.holds(inbox.path, path) {
          problems.append("the \(role) folder lies inside \(title)")
        } else if Self.holds(path, inbox.path) {
          problems.append("\(title) lies inside the \(role) folder")
        }
      }
    }
    return problems
  }

  /// The path without doubled or trailing slashes.
  private static func plain(_ path: String) -> String {
    "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  private static func holds(_ outer: String, _ inner: String) -> Bool {
    plain(inner) != plain(outer)
      && (plain(outer) == "/" || plain(inner).hasPrefix(plain(outer) + "/"))
  }
}
