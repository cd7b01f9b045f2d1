import Audit
import ForensicCore
import Testing

@Suite("Near duplicates")
struct NearDuplicateTests {
  /// Hashes with clusters of known size, from a fixed generator.
  static func hashes(seed: UInt64, clusters: Int, others: Int) -> [UInt64] {
    var state = seed
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    var result = [UInt64]()
    for _ in 0..<clusters {
      let centre = next()
      result.append(centre)
      for _ in 0..<3 {
        var hash = centre
        for _ in 0..<Int(next() % 5) { hash ^= 1 << (next() % 64) }
        result.append(hash)
      }
    }
    for _ in 0..<others { result.append(next()) }
    return Array(Set(result)).sorted()
  }

  /// Every pair compared with every other: the definition.
  static func plain(_ hashes: [UInt64]) -> Set<Set<Int>> {
    var groups = hashes.indices.map { Set([$0]) }
    for first in hashes.indices {
      for second in hashes.indices where first < second {
        guard (hashes[first] ^ hashes[second]).nonzeroBitCount <= NearDuplicates.distance else {
          continue
        }
        let joined = groups[first].union(groups[second])
        for member in joined { groups[member] = joined }
      }
    }
    return Set(groups.filter { $0.count > 1 })
  }

  @Test("the same groups as comparing all with all", arguments: [1, 7, 99] as [UInt64])
  func agreesWithDefinition(seed: UInt64) {
    let hashes = Self.hashes(seed: seed, clusters: 60, others: 300)
    let found = Set(NearDuplicates.groups(hashes).map(Set.init))
    #expect(found == Self.plain(hashes))
    #expect(found.count >= 30)
  }

  @Test("4 bits apart is near wherever they lie, 5 is not")
  func boundary() {
    for shift in 0..<60 {
      let hash: UInt64 = 0x0123_4567_89ab_cdef
      #expect(NearDuplicates.groups([hash, hash ^ (0b1111 << UInt64(shift))]).count == 1)
      let spread = (UInt64(1) | 1 << 13 | 1 << 26 | 1 << 39 | 1 << 52) << UInt64(shift % 12)
      #expect(NearDuplicates.groups([hash, hash ^ spread]).isEmpty)
    }
  }

  @Test("nothing, and one")
  func few() {
    #expect(NearDuplicates.groups([]).isEmpty)
    #expect(NearDuplicates.groups([5]).isEmpty)
  }

  @Test("a container may grow so far, within what its outer one leaves, and nothing overflows")
  func limits() {
    let limits = ContainerLimits(member: 1 << 20)
    #expect(limits.total(size: 1000, outer: nil) == 100_000 + (64 << 20))
    #expect(limits.total(size: 1000, outer: 50) == 50)
    #expect(limits.total(size: Int.max, outer: nil) > 0)
  }
}
