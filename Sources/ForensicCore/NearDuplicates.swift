/// Finds copies among perceptual hashes: groups that hang together by pairs at most
/// `distance` bits apart.
///
/// Two hashes within 4 bits agree wholly in one of five bands of 12 or 13 bits (pigeonhole), so
/// only hashes that share a band are compared. Memory: about 60 bytes a hash.
package struct NearDuplicates {
  /// Bits in which copies may differ.
  package static let distance = 4
  /// Hashes that are compared at most; beyond, only equal ones are grouped.
  package static let most = 1_000_000

  private static let bands: [(shift: UInt64, mask: UInt64)] = [
    (0, 0x1fff), (13, 0x1fff), (26, 0x1fff), (39, 0x1fff), (52, 0xfff),
  ]

  /// - Parameter hashes: distinct.
  /// - Returns: groups of two and more, as indices into `hashes`.
  package static func groups(_ hashes: [UInt64]) -> [[Int]] {
    var parents = Array(hashes.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parents[index] != index {
        parents[index] = parents[parents[index]]
        index = parents[index]
      }
      return index
    }
    for band in bands {
      let order = hashes.indices.sorted {
        hashes[$0] >> band.shift & band.mask < hashes[$1] >> band.shift & band.mask
      }
      var start = 0
      while start < order.count {
        let key = hashes[order[start]] >> band.shift & band.mask
        var end = start
        while end < order.count, hashes[order[end]] >> band.shift & band.mask == key { end += 1 }
        for first in start..<end {
          for second in (first + 1)..<max(end, first + 1) {
            let (left, right) = (order[first], order[second])
            guard (hashes[left] ^ hashes[right]).nonzeroBitCount <= distance else { continue }
            // The smaller index leads, so that groups do not depend on the order of the bands.
            let (one, other) = (root(left), root(right))
            if one != other { parents[max(one, other)] = min(one, other) }
          }
        }
        start = end
      }
    }
    var members = [Int: [Int]]()
    for index in hashes.indices {
      let leader = root(index)
      if leader != index { members[leader, default: [leader]].append(index) }
    }
    return members.values.sorted { $0[0] < $1[0] }
  }
}
