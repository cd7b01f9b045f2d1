import CaseQueue
import ForensicCore

extension Configuration {
  /// Refuses texts that can be no path and no name, as the file has them: once they are anchored
  /// an empty one would be the file's own folder.
  func validateTexts(file: String, text: String) throws(ConfigurationError) {
    var texts: [(key: String, text: String?)] = inbox.enumerated().flatMap { index, inbox in
      [("inbox.#\(index).path", inbox.path), ("inbox.#\(index).name", inbox.name)]
    }
    texts += [
      ("outbox", outbox), ("state", state), ("socket", socket), ("data", data),
      ("bundle", bundle), ("models", models), ("examiner.executable", examiner.executable),
      ("examiner.trust_list", examiner.trustList), ("control.group", control.group),
      ("signing.key", signing.key), ("metrics.socket", metrics.socket),
    ]
    if let key = texts.first(where: { $0.text?.isEmpty == true })?.key {
      let shown = key.replacing(".#", with: "[").replacing(/\[(\d+)/) { "[\($0.1)]" }
      throw Self.refusal(
        file, text, key, "\(shown) is empty",
        "Write a text, or leave the key out if it has a default.")
    }
  }

  /// Refuses values that parse and cannot work.
  func validate(file: String, text: String) throws(ConfigurationError) {
    func refuse(_ key: String, _ problem: String, _ mend: String? = nil) -> ConfigurationError {
      Self.refusal(file, text, key, problem, mend)
    }
    guard !inbox.isEmpty else { throw ConfigurationMistake.noInbox(file: file) }
    for (index, entry) in inbox.enumerated() where !(0...3600).contains(entry.settle) {
      throw refuse(
        "inbox.#\(index).settle",
        "inbox \(entry.name): settle = \(entry.settle) is not within 0…3600 seconds")
    }
    let names = inbox.map(\.name)
    if let index = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      let name = names[index]
      throw refuse(
        "inbox.#\(index).name",
        "two inboxes are named \"\(name)\"", "Give each [[inbox]] a name = \"…\" of its own.")
    }
    // A report that lands in an inbox would be examined, and its report again, without end.
    var folders = inbox.enumerated().map { index, inbox in
      (key: "inbox.#\(index).path", title: "inbox", path: inbox.path)
    }
    folders += [("outbox", "outbox", outbox), ("state", "state", state)]
    let places = folders.map { FolderPlace($0.path) }
    for (index, one) in folders.enumerated() {
      for (other, place) in zip(folders, places).dropFirst(index + 1)
      where place.lies(within: places[index]) || places[index].lies(within: place) {
        throw refuse(
          other.title == "inbox" ? other.key : one.key,
          "\(one.title) \(one.path) and \(other.title) \(other.path) lie within one another",
          other.title == "inbox"
            ? "A file there would be taken twice; one inbox with recursive = true does."
            : "Put them in folders side by side.")
      }
    }
    guard (0...256).contains(examiner.count) else {
      throw refuse(
        "examiner.count",
        "examiner.count = \(examiner.count) is not within 0…256")
    }
    guard (256...65_536).contains(examiner.memoryLimit) else {
      throw refuse(
        "examiner.memory_limit",
        "examiner.memory_limit = \(examiner.memoryLimit) is not within 256…65536 MiB")
    }
    guard (1...3600).contains(examiner.timeLimit) else {
      throw refuse(
        "examiner.time_limit",
        "examiner.time_limit = \(examiner.timeLimit) is not within 1…3600 seconds")
    }
    for (method, seconds) in examiner.budgets where !(0.1...3600).contains(seconds) {
      throw refuse(
        "examiner.budget.\(method.rawValue)",
        "examiner.budget.\(method.rawValue) = \(seconds) is not within 0.1…3600 seconds")
    }
    if let seconds = examiner.budgets[.occlusion], seconds >= examiner.timeLimit {
      throw refuse(
        "examiner.budget.occlusion",
        "examiner.budget.occlusion = \(seconds) leaves an exhibit no time for anything else",
        "Raise examiner.time_limit (\(examiner.timeLimit)) above it, by ten seconds or more.")
    }
    if let list = examiner.trustList, !FileSystem.exists(list) {
      throw refuse(
        "examiner.trust_list",
        "examiner.trust_list \(list) does not exist",
        "Name a PEM file with the certificates you trust, or leave the key out.")
    }
    guard queue.retryDelays.allSatisfy({ (0...86_400).contains($0) }) else {
      throw refuse(
        "queue.retry_delays",
        "queue.retry_delays holds a value that is not within 0…86400 seconds")
    }
    guard (1...86_400).contains(queue.rescan) else {
      throw refuse(
        "queue.rescan",
        "queue.rescan = \(queue.rescan) is not within 1…86400 seconds")
    }
    guard (1...4096).contains(queue.maximumFileSize) else {
      throw refuse(
        "queue.maximum_file_size",
        "queue.maximum_file_size = \(queue.maximumFileSize) is not within 1…4096 MiB")
    }
    guard (1...10_000).contains(queue.indexLength) else {
      throw refuse(
        "queue.index_length",
        "queue.index_length = \(queue.indexLength) is not within 1…10000")
    }
    // sockaddr_un holds 108 bytes with the closing NUL (unix(7)).
    for (key, path) in [("socket", socket)]
      + (metrics.socket.map { [("metrics.socket", $0)] } ?? [])
    where path.utf8.count > 107 {
      throw refuse(
        key,
        "\(key) is \(path.utf8.count) bytes long; the kernel takes 107 at most",
        "Choose a shorter path.")
    }
    guard metrics.socket != socket else {
      throw refuse(
        "metrics.socket",
        "metrics.socket is the control socket, \(socket)", "Give each a path of its own.")
    }
  }

  /// A mistake with its line; `key` leads to it, as in `inbox.#0.settle`.
  private static func refusal(
    _ file: String, _ text: String, _ key: String, _ problem: String, _ mend: String?
  ) -> ConfigurationError {
    let line = KeyLines.line(of: key.split(separator: ".").map(String.init), in: text)
    return ConfigurationError(
      file: file, problem: (line.map { "line \($0): " } ?? "") + problem, mend: mend)
  }
}
