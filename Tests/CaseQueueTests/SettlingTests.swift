import CaseQueue
import ForensicCore
import Testing

@Suite struct SettlingTests {
  private static let second: Int64 = 1_000_000_000

  private static func key(_ name: Int) -> SettlingSet.Key {
    .init(folder: [], name: Array(String(name).utf8))
  }

  private static func note(
    _ set: inout SettlingSet, _ name: Int, size: Int = 0, isClosed: Bool = true, at now: Int64
  ) {
    set.note(
      key(name), identity: FileIdentity(inode: 1, size: size, modified: 0, birth: 0),
      seen: Timestamp(milliseconds: 0), cause: "c", isClosed: isClosed, now: now)
  }

  private static func due(_ set: inout SettlingSet, at now: Int64) -> [Int] {
    set.due(now).map { Int(String(decoding: $0.0.name, as: UTF8.self)) ?? -1 }
  }

  @Test func aFileIsDueWhenItHasStoodStill() {
    var set = SettlingSet(settleTime: .seconds(2))
    let second = Self.second
    Self.note(&set, 1, at: 0)
    Self.note(&set, 2, at: 0)
    Self.note(&set, 3, isClosed: false, at: 0)
    // The first is written again, the third is closed: 10 s become 2.
    Self.note(&set, 1, size: 7, at: second)
    Self.note(&set, 3, at: second)
    Self.note(&set, 4, at: second)
    set.remove(Self.key(4))
    #expect(Self.due(&set, at: 2 * second - 1).isEmpty)
    #expect(Self.due(&set, at: 2 * second) == [2])
    #expect(Self.due(&set, at: 3 * second - 1).isEmpty)
    #expect(Self.due(&set, at: 3 * second).sorted() == [1, 3])
    #expect(Self.due(&set, at: 100 * second).isEmpty && set.count == 0)
  }

  @Test func theOrderIsThatOfTheDeadlines() {
    var set = SettlingSet(settleTime: .seconds(2))
    var random = SystemRandomNumberGenerator()
    let times = (0..<500).map { _ in Int64.random(in: 0..<1000, using: &random) }
    for (name, time) in times.enumerated() { Self.note(&set, name, at: time) }
    let order = Self.due(&set, at: 100 * Self.second)
    #expect(order.map { times[$0] } == times.sorted())
  }

  /// Whoever writes into an inbox can bring about any number of events.
  @Test func whatIsHeldGrowsWithTheFilesAlone() {
    var set = SettlingSet(settleTime: .seconds(3600))
    for time in 0..<100_000 as Range<Int64> { Self.note(&set, Int(time % 3), at: time) }
    #expect(set.count == 3 && set.slots == 3)
    for time in 0..<100_000 as Range<Int64> {
      set.remove(Self.key(Int(time % 3)))
      Self.note(&set, Int(time % 3), at: time)
    }
    #expect(set.count == 3 && set.slots < 2048)
    // All the same, every one is due in its time.
    #expect(Self.due(&set, at: 99_999 + 3600 * Self.second).count == 3)
  }
}
