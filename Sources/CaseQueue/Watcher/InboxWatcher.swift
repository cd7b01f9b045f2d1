import CLinux
import ForensicCore
import Glibc
import Synchronization

/// Watches all inboxes on one thread of its own and hands over the files that are ready.
package final class InboxWatcher: Sendable {
  private struct Shared {
    var isStopping = false
    var wantsScan = false
    var replacement: Setup?
    var status: [QueueStatus.Inbox] = []
  }

  private struct Setup: Sendable {
    var configuration: QueueConfiguration
    var records: [InboxRecord]
  }

  private let shared = Mutex(Shared())
  private let outlets: WatcherOutlets
  private let waker: OpenFile
  private let wakee: OpenFile

  /// - Parameter records: one for each inbox of the configuration, in its order.
  package init(
    _ configuration: QueueConfiguration, records: [InboxRecord], outlets: WatcherOutlets
  ) throws(QueueError) {
    var ends: [Int32] = [0, 0]
    let failure = fcl_pipe(&ends)
    guard failure == 0 else { throw .system(failure, "cannot make a pipe") }
    wakee = OpenFile(descriptor: ends[0])
    waker = OpenFile(descriptor: ends[1])
    self.outlets = outlets
    shared.withLock { $0.replacement = Setup(configuration: configuration, records: records) }
  }

  /// Starts the thread. It ends after `stop`.
  package func start() -> NamedThread {
    NamedThread(name: "watcher") { [self] in run() }
  }

  package func stop() {
    shared.withLock { $0.isStopping = true }
    wake()
  }

  /// Goes over to other inboxes or settings; inboxes that did not change are left as they are.
  package func reload(_ configuration: QueueConfiguration, records: [InboxRecord]) {
    shared.withLock { $0.replacement = Setup(configuration: configuration, records: records) }
    wake()
  }

  /// Looks through all inboxes now.
  package func rescan() {
    shared.withLock { $0.wantsScan = true }
    wake()
  }

  package var status: [QueueStatus.Inbox] { shared.withLock { $0.status } }

  private var isStopping: Bool { shared.withLock { $0.isStopping } }

  private func wake() {
    var byte: UInt8 = 0
    _ = write(waker.descriptor, &byte, 1)
  }

  private func run() {
    var watches = [InboxWatch]()
    while !isStopping {
      outlets.heartbeat.beat("watcher")
      takeCommands(&watches)
      let now = Clock.monotonic()
      for watch in watches { watch.tick(now) }
      let status = watches.map(\.status)
      shared.withLock { $0.status = status }
      waitForEvents(watches)
      for watch in watches { watch.readEvents() }
    }
    outlets.heartbeat.end("watcher")
  }

  private func takeCommands(_ watches: inout [InboxWatch]) {
    let (setup, wantsScan) = shared.withLock { shared in
      defer {
        shared.replacement = nil
        shared.wantsScan = false
      }
      return (shared.replacement, shared.wantsScan)
    }
    if let setup {
      watches = zip(setup.configuration.inboxes, setup.records).map { inbox, record in
        let interval = setup.configuration.rescanInterval.nanoseconds
        let poll = setup.configuration.pollInterval.nanoseconds
        if let old = watches.first(where: {
          $0.inbox == inbox && $0.rescanInterval == interval && $0.pollInterval == poll
        }) {
          return old
        }
        let watch = InboxWatch(
          inbox, record: record, configuration: setup.configuration, outlets: outlets)
        watch.isStopping = { [unowned self] in isStopping }
        return watch
      }
    }
    if wantsScan { for watch in watches { watch.nextScan = 0 } }
  }

  /// Sleeps until the kernel has something to tell, something is due, or somebody calls.
  private func waitForEvents(_ watches: [InboxWatch]) {
    var polled = [pollfd(fd: wakee.descriptor, events: Int16(POLLIN), revents: 0)]
    var next = Int64.max
    for watch in watches {
      if let inotify = watch.inotify {
        polled.append(
          pollfd(fd: inotify.file.descriptor, events: Int16(POLLIN), revents: 0))
      }
      next = min(next, watch.nextTick, watch.isDetached ? .max : watch.nextScan)
    }
    let now = Clock.monotonic()
    let milliseconds = max(0, min(1000, (next - min(now, next) + 999_999) / 1_000_000))
    if poll(&polled, nfds_t(polled.count), Int32(milliseconds)) > 0, polled[0].revents != 0 {
      var buffer = [UInt8](repeating: 0, count: 64)
      while read(wakee.descriptor, &buffer, buffer.count) > 0 {}
    }
  }
}
