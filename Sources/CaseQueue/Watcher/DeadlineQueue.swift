/// Keys under the times at which they are due, the earliest first: a binary heap.
package struct DeadlineQueue<Key> {
  package typealias Slot = (deadline: Int64, key: Key)

  private var slots: [Slot] = []

  package init() {}

  package var count: Int { slots.count }
  package var first: Slot? { slots.first }

  package mutating func insert(_ deadline: Int64, _ key: Key) {
    slots.append((deadline, key))
    var child = slots.count - 1
    while child > 0, slots[child].deadline < slots[(child - 1) / 2].deadline {
      slots.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  package mutating func removeFirst() {
    guard let last = slots.popLast(), !slots.isEmpty else { return }
    slots[0] = last
    sink(0)
  }

  /// Keeps only those for which `isWanted`.
  package mutating func filter(_ isWanted: (Slot) -> Bool) {
    slots = slots.filter(isWanted)
    for parent in (0..<slots.count / 2).reversed() { sink(parent) }
  }

  private mutating func sink(_ start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < slots.count && slots[child].deadline < slots[least].deadline {
        least = child
      }
      guard least != parent else { return }
      slots.swapAt(parent, least)
      parent = least
    }
  }
}
