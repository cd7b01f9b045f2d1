import ForensicCore

extension Dispatcher {
  /// Whoever waits for another attempt waits no longer and no shorter because the clock was set.
  func followClock() async {
    guard let step = clock.step else { return }
    let (journal, longest) = (bench.journal, bench.settings.longestPause)
    let result = await threads.run {
      Result { try journal.clockWasSet(by: step, longest: longest, now: Timestamp.now) }
    }
    switch result {
    case .success?:
      clock.accept(step)
      let seconds = Int((step / .seconds(1)).rounded())
      bench.incidents.note(
        "the clock was set \(seconds < 0 ? "back" : "forward") by \(abs(seconds)) s; times in "
          + "reports follow it, waiting times do not")
    case .failure(let error)?:
      if Journal.isDamage(error) { onFatal(error) }
      bench.incidents.note("cannot follow the clock yet", error)
    case nil: break
    }
  }
}
