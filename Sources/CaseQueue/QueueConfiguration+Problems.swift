import ForensicCore

extension QueueConfiguration {
  /// Everything that forbids running with this configuration, one sentence each; empty when
  /// nothing does. Folders are compared as the file system has them now, links followed.
  public func problems() -> [String] {
    var problems = [String]()
    if inboxes.isEmpty { problems.append("there is no inbox to watch") }
    if workers < 1 { problems.append("workers must be at least 1") }
    if maximumFileSize < 1 { problems.append("the largest file size must be at least 1 byte") }
    if rescanInterval < .seconds(1) { problems.append("the rescan interval is under 1 s") }
    if pollInterval <= .zero { problems.append("the poll interval must be positive") }
    let folders = ownFolders
    for (role, path) in folders where !path.hasPrefix("/") {
      problems.append("\(role) must be an absolute path, not \(path.madeVisible)")
    }
    // Every path is followed once: links may change meanwhile.
    let places = folders.map { FolderPlace($0.path) }
    // Nothing in the one may be taken for the other's.
    if places[0].lies(within: places[1]) || places[1].lies(within: places[0]) {
      problems.append("outbox and state lie within one another")
    }
    let inboxPlaces = inboxes.map { FolderPlace($0.path) }
    var names = Set<String>()
    for (index, inbox) in inboxes.enumerated() {
      let title = "inbox \(inbox.name.madeVisible)"
      let place = inboxPlaces[index]
      if inbox.name.isEmpty { problems.append("an inbox has no name") }
      if !inbox.path.hasPrefix("/") { problems.append("\(title): its path must be absolute") }
      if inbox.settleTime < .zero { problems.append("\(title): its settle time is negative") }
      if !names.insert(inbox.name).inserted { problems.append("\(title) is there twice") }
      if inboxPlaces[..<index].contains(where: place.isSame) {
        problems.append("\(title): another inbox has the same path")
      }
      for (other, otherPlace) in zip(inboxes, inboxPlaces)
      where other.recursive && otherPlace.holds(place) {
        problems.append("\(title) lies inside the recursive inbox \(other.name.madeVisible)")
      }
      for ((role, _), folder) in zip(folders, places) {
        if let conflict = inbox.conflict(at: place, with: role, folder) {
          problems.append(conflict)
        }
      }
    }
    return problems
  }

  /// The folders that the service writes to, by their roles: outbox, state and evidence.
  var ownFolders: [(role: String, path: String)] {
    [("outbox", outbox), ("state", state), ("evidence", evidenceFolder)]
  }
}

extension QueueConfiguration.Inbox {
  /// Why this inbox cannot be at a place, beside a folder that the service writes to; `nil` where it
  /// can. A report written into an inbox would be taken for an exhibit, and so on for ever.
  func conflict(
    at place: FolderPlace, with role: String, _ folder: FolderPlace
  ) -> String? {
    let title = "inbox \(name.madeVisible)"
    if folder.isSame(as: place) { return "\(title) is the \(role) folder too" }
    if recursive && place.holds(folder) { return "the \(role) folder lies inside \(title)" }
    return folder.holds(place) ? "\(title) lies inside the \(role) folder" : nil
  }
}

extension FolderPlace {
  fileprivate func holds(_ inner: FolderPlace) -> Bool {
    inner.lies(within: self) && !lies(within: inner)
  }
}
