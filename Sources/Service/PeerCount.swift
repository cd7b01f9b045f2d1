import Glibc
import Synchronization

/// How many peers are being served, each on a thread of its own: bounded, and no user may take all
/// the places there are.
final class PeerCount: Sendable {
  private let most: Int
  private let mostOfOne: Int
  private let served = Mutex<[uid_t: Int]>([:])

  init(most: Int, mostOfOne: Int) {
    self.most = most
    self.mostOfOne = mostOfOne
  }

  /// Takes a place; false where there is none.
  func enter(_ user: uid_t) -> Bool {
    served.withLock { served in
      guard served[user, default: 0] < mostOfOne else { return false }
      // Root comes in when all places are taken, or a crowd could keep it from asking why.
      guard user == 0 || served.values.reduce(0, +) < most else { return false }
      served[user, default: 0] += 1
      return true
    }
  }

  func leave(_ user: uid_t) {
    served.withLock { served in
      let left = served[user, default: 1] - 1
      served[user] = left > 0 ? left : nil
    }
  }
}
