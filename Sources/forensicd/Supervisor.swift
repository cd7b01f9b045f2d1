import Logging
import Service
import Synchronization

/// Bridges the main thread, which waits for signals, and the service, which runs in tasks.
final class Supervisor: Sendable {
  private enum Phase {
    case starting
    case running(ForensicService)
    case stopping
    case ended(Int32)
  }

  private let phase = Mutex(Phase.starting)
  private let isTelling = Mutex(false)
  private let file: String
  private let log: Logger

  init(file: String, log: Logger) {
    self.file = file
    self.log = log
  }

  /// The exit status, once the service has ended.
  var exitStatus: Int32? {
    phase.withLock { if case .ended(let status) = $0 { status } else { nil } }
  }

  func start() {
    Task {
      do {
        let service = try await ForensicService.make(configurationFile: file, log: log)
        let stopped = phase.withLock { phase in
          guard case .starting = phase else { return true }
          phase = .running(service)
          return false
        }
        if stopped {
          await service.stop()
        } else {
          try await service.run()
        }
        // When it was told to stop, whoever told it waits for the rest and ends.
        if stopped || !isStopping { end(0) }
      } catch let error as ConfigurationError {
        log.critical("\(error.line)")
        end(78)
      } catch {
        log.critical("\(error)")
        end(ForensicService.isElsewhere(error) ? 75 : 70)
      }
    }
  }

  /// Ends the service in good order; a second call while it is ending changes nothing.
  func stop() {
    let service: ForensicService? = phase.withLock { phase in
      defer { if case .ended = phase {} else { phase = .stopping } }
      if case .running(let service) = phase { return service }
      return nil
    }
    guard let service else { return }
    Task {
      await service.stop()
      end(0)
    }
  }

  func reload() {
    guard let service = running else { return }
    Task { await service.reload() }
  }

  /// To be called about once a second, on a thread that nothing else holds up.
  func beat() {
    guard let service = running else { return }
    service.feedWatchdog()
    // The status takes its turn behind other tasks; one that waits is enough.
    guard
      !isTelling.withLock({ isTelling in
        defer { isTelling = true }
        return isTelling
      })
    else { return }
    Task {
      await service.tellStatus()
      isTelling.withLock { $0 = false }
    }
  }

  private var isStopping: Bool {
    phase.withLock { if case .stopping = $0 { true } else { false } }
  }

  private var running: ForensicService? {
    phase.withLock { if case .running(let service) = $0 { service } else { nil } }
  }

  private func end(_ status: Int32) {
    phase.withLock { phase in
      if case .ended = phase { return }
      phase = .ended(status)
    }
  }
}
