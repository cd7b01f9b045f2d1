import Laboratory
import Synchronization

/// One progress bar after another, a stage each; called from several threads.
final class StageDisplay: Sendable {
  private struct State {
    var stage = ""
    var line: ProgressLine?
  }

  private let state = Mutex(State())

  func show(_ progress: Progress) {
    state.withLock { state in
      if progress.stage != state.stage {
        state.line?.finish()
        state.stage = progress.stage
        state.line = ProgressLine(total: progress.total, label: progress.stage)
      }
      state.line?.show(progress.done)
    }
  }

  func finish() { state.withLock { $0.line?.finish() } }
}
