import CKernels
import Glibc

/// Where the 8 × 8 grid of an earlier JPEG lies in the pixels, and where it breaks off.
///
/// A block that was quantised has many coefficients near zero on its own grid and fewer on any
/// other (ZERO: Nikoukhah, Anger, Ehret, Colom, Morel, Grompone von Gioi, 2019 and 2021). Every
/// tile of 8 × 8 votes for the one of its 64 windows with the most zeros. Without a grid all 64
/// places are alike; how many votes one would get by chance bounds the number of false alarms.
///
/// Of a smooth picture without a grid the places are alike only in fours: zeros then vary slowly from
/// window to window, and the most lie at a corner of the tile, at any of the four. So a place has to
/// exceed its mirror images about the tile as well.
public struct BlockGrid: Sendable {
  /// Tiles across and down, one vote each.
  public let columns: Int
  public let rows: Int
  /// The place with the most votes, 0…7 each way.
  public let x: Int
  public let y: Int
  /// Tiles that voted at all, and those that voted for this place.
  public let voters: Int
  public let votes: Int
  /// Of the other places the one with the strongest sign of a grid of its own.
  public let second: Second
  private let ballots: [Int8]

  /// A place beside the main grid. Windows that lie across its blocks have favourite places too,
  /// but alike to the left and right and above and below: only what exceeds its mirror images
  /// counts.
  public struct Second: Hashable, Sendable {
    public var x = 0
    public var y = 0
    public var votes = 0
    /// log10 of the number of places that would exceed their mirror images so far by chance.
    public var falseAlarms = 0.0
  }

  /// `nil` where the picture is smaller than two tiles each way.
  public init?(_ luma: LumaPlane) {
    let across = (luma.width - 7) / 8
    let down = (luma.height - 7) / 8
    guard across >= 2, down >= 2 else { return nil }
    var ballots = [Int8](repeating: -1, count: across * down)
    hk_grid_votes(luma.samples, Int32(luma.width), Int32(luma.height), &ballots)
    var counts = [Int](repeating: 0, count: 64)
    for ballot in ballots where ballot >= 0 { counts[Int(ballot)] += 1 }
    let best = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    columns = across
    rows = down
    x = best % 8
    y = best / 8
    voters = counts.reduce(0, +)
    votes = counts[best]
    beyond = Self.beyond(counts, place: best)
    second = Self.second(counts, x: best % 8, y: best / 8)
    self.ballots = ballots
  }

  /// log10 of the number of false alarms from which on a grid counts as found.
  public static let threshold = -6.0
  public static let secondThreshold = -6.0

  public var isFound: Bool { falseAlarms <= Self.threshold }
  public var hasSecond: Bool { second.falseAlarms <= Self.secondThreshold }

  /// log10 of the number of places that would get as many votes by chance.
  public var falseAlarms: Double {
    max(Self.logTail(voters, votes, 1.0 / 64), beyond) + Self.places
  }

  /// log10 P(as many votes against the mirror images about the tile).
  private let beyond: Double

  private static func beyond(_ counts: [Int], place: Int) -> Double {
    let (x, y) = (place % 8, place / 8)
    let images = [place, 8 * y + 7 - x, 8 * (7 - y) + x, 8 * (7 - y) + 7 - x]
    return logTail(images.reduce(0) { $0 + counts[$1] }, counts[place], 0.25)
  }

  private static func second(_ counts: [Int], x: Int, y: Int) -> Second {
    var best = Second()
    for place in counts.indices {
      let dx = (place % 8 - x + 8) % 8
      let dy = (place / 8 - y + 8) % 8
      // Neighbours of the main grid share most of their blocks' pixels with it, unevenly.
      guard !(dx <= 1 || dx == 7) || !(dy <= 1 || dy == 7) else { continue }
      var mirrors = Set([place])
      for (mx, my) in [(-dx, dy), (dx, -dy), (-dx, -dy)] {
        mirrors.insert((y + my + 8) % 8 * 8 + (x + mx + 8) % 8)
      }
      guard mirrors.count > 1 else { continue }
      let total = mirrors.reduce(0) { $0 + counts[$1] }
      let tail = max(
        logTail(total, counts[place], 1 / Double(mirrors.count)), beyond(counts, place: place))
      if tail + Self.places < best.falseAlarms {
        best = Second(
          x: place % 8, y: place / 8, votes: counts[place], falseAlarms: tail + Self.places)
      }
    }
    return best
  }

  /// log10 of the number of places.
  private static let places = 64.0.logarithm / 10.0.logarithm

  /// The share of tiles around each that voted against the grid, less the share that voted for it.
  public var map: BlockMap {
    let main = Int8(y * 8 + x)
    let values = ballots.map { $0 < 0 ? 0 : $0 == main ? -1 : Float(1) }
    return BlockMap(columns: columns, rows: rows, values: values).smoothed(radius: 2)
  }

  /// log10 P(at least `count` of `trials`), each with `chance`.
  static func logTail(_ trials: Int, _ count: Int, _ chance: Double) -> Double {
    guard trials > 0, Double(count) > Double(trials) * chance else { return 0 }
    let n = Double(trials)
    var term =
      lgamma(n + 1) - lgamma(Double(count) + 1) - lgamma(n - Double(count) + 1)
      + Double(count) * log(chance) + (n - Double(count)) * log1p(-chance)
    let first = term
    var sum = 1.0
    var index = count
    while index < trials {
      term += log(Double(trials - index) / Double(index + 1) * chance / (1 - chance))
      let share = exp(term - first)
      sum += share
      if share < 1e-6 { break }
      index += 1
    }
    return (first + log(sum)) / log(10)
  }
}
