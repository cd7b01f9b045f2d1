extension Configuration {
  /// The keys that have another value than in `running` and are read at the start only. What is not
  /// among them a reload brings into force, or the queue refuses (another outbox or state folder).
  public func restartKeys(since running: Configuration) -> [String] {
    let keys = [
      ("socket", socket != running.socket),
      ("data", data != running.data),
      ("bundle", bundle != running.bundle),
      ("models", models != running.models),
      ("[examiner]", examiner != running.examiner),
      ("queue.maximum_file_size", queue.maximumFileSize != running.queue.maximumFileSize),
      ("[signing]", signing != running.signing),
      ("[metrics]", metrics != running.metrics),
      ("[control]", control != running.control),
    ]
    return keys.filter(\.1).map(\.0)
  }

  /// What a reload of it brings into force for the queue: of what is read at the start only, the
  /// running value is kept. The examiners would refuse what a larger limit let through to them.
  package func inForce(since running: Configuration) -> Configuration {
    var configuration = self
    configuration.queue.maximumFileSize = running.queue.maximumFileSize
    configuration.examiner = running.examiner
    return configuration
  }

  /// What a reload of it has brought, a sentence or two.
  func reloadSentence(since running: Configuration) -> String {
    let keys = restartKeys(since: running)
    let done = "Inboxes and [queue] are in force."
    guard !keys.isEmpty else { return done }
    return done + " Changed, and not in force before a restart: \(keys.joined(separator: ", "))."
  }
}
