/// A bounded queue between threads: whoever puts waits while it is full, whoever takes waits
/// while it is empty.
package final class Mailbox<Element: Sendable>: @unchecked Sendable {
  // Sound: `waiting` and `isClosed` are only touched inside `monitor`.
  private let monitor = Monitor()
  private var waiting: [Element] = []
  private var isClosed = false
  private let capacity: Int

  package init(capacity: Int = .max) { self.capacity = capacity }

  package var count: Int { monitor.locked { waiting.count } }

  package enum Putting: Sendable { case done, full, closed }

  /// Appends all at once, waiting for room until `deadline` (monotonic nanoseconds) at most.
  @discardableResult
  package func put(_ elements: [Element], until deadline: Int64? = nil) -> Putting {
    monitor.locked {
      while waiting.count >= capacity && !isClosed {
        if let deadline, Clock.monotonic() >= deadline { return .full }
        monitor.wait(until: deadline)
      }
      guard !isClosed else { return .closed }
      waiting.append(contentsOf: elements)
      monitor.wakeAll()
      return .done
    }
  }

  /// Takes up to `limit` elements, waiting for the first one until `deadline` (monotonic
  /// nanoseconds) at most. `nil` once the mailbox is closed and empty.
  package func take(limit: Int, until deadline: Int64?) -> [Element]? {
    monitor.locked {
      while waiting.isEmpty {
        if isClosed { return nil }
        if let deadline, Clock.monotonic() >= deadline { return [] }
        monitor.wait(until: deadline)
      }
      let taken = Array(waiting.prefix(limit))
      waiting.removeFirst(taken.count)
      monitor.wakeAll()
      return taken
    }
  }

  /// Nothing more can be put; what is there can still be taken, unless it is to be dropped.
  package func close(dropping: Bool = false) {
    monitor.locked {
      isClosed = true
      if dropping { waiting.removeAll() }
      monitor.wakeAll()
    }
  }
}
