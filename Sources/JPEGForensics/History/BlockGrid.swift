import CKernels
import Glibc

/// Where the 8 × 8 grid of an earlier JPEG lies in the pixels, and where it breaks off.
///
/// A block that was quantised has many coefficients near zero on its own grid and fewer on any
/// other. Every pixel votes for the one of the 64 windows of 8 × 8 that hold it with the most zeros
/// (ZERO: Nikoukhah, Anger, Ehret, Colom, Morel, Grompone von Gioi, 2019 and 2021). Without a grid all
/// 64 places are alike; how many votes one would get by chance bounds the number of false alarms.
/// Neighbours vote alike, so 64 pixels count as one vote, as in the paper.
///
/// All pixels are asked, not one a tile: whether a pixel lies at the left or the right end of its
/// block decides which windows beside the block can win, so that single pixels prefer one side.
public struct BlockGrid: Sendable {
  /// Tiles of the map across and down.
  public let columns: Int
  public let rows: Int
  /// The place with the most votes, 0…7 each way.
  public let x: Int
  public let y: Int
  /// Votes, in pixels / 64, and those for this place.
  public let voters: Int
  public let votes: Int
  /// Of the other places the one with the strongest sign of a grid of its own.
  public let second: Second
  /// For each tile the share of pixels that voted against the grid, less the share that voted for it.
  private let opposition: [Float]

  /// A place beside the main grid. Windows that lie across its blocks have favourite places too,
  /// but alike to the left and right and above and below: only what exceeds its mirror images
  /// counts.
  public struct Second: Hashable, Sendable {
    public var x = 0
    public var y = 0
    /// In pixels / 64.
    public var votes = 0
    /// log10 of the number of places that would exceed their mirror images so far by chance.
    public var falseAlarms = 0.0
  }

  /// `nil` where the picture is smaller than three tiles each way.
  public init?(_ luma: LumaPlane) {
    let across = (luma.width - 7) / 8
    let down = (luma.height - 7) / 8
    guard across >= 2, down >= 2 else { return nil }
    let (width, height) = (Int32(luma.width), Int32(luma.height))
    var ballots = [Int8](repeating: -1, count: (luma.width - 7) * (luma.height - 7))
    var tallies = [UInt32](repeating: 0, count: 64)
    hk_grid_votes(luma.samples, width, height, &ballots, &tallies)
    let counts = tallies.map { Int($0) / 64 }
    let best = tallies.indices.max { tallies[$0] < tallies[$1] } ?? 0
    var opposition = [Float](repeating: 0, count: across * down)
    hk_grid_map(ballots, width, height, Int8(best), &opposition)
    columns = across
    rows = down
    x = best % 8
    y = best / 8
    voters = counts.reduce(0, +)
    votes = counts[best]
    second = Self.second(counts, x: best % 8, y: best / 8)
    self.opposition = opposition
  }

  /// log10 of the number of false alarms from which on a grid counts as found.
  public static let threshold = -6.0
  public static let secondThreshold = -6.0

  public var isFound: Bool { falseAlarms <= Self.threshold }
  /// Beside a main grid: without one there is no centre to be mirrored about.
  public var hasSecond: Bool { isFound && second.falseAlarms <= Self.secondThreshold }

  /// log10 of the number of places that would get as many votes by chance.
  public var falseAlarms: Double { Self.logTail(voters, votes, 1.0 / 64) + Self.places }

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
      let falseAlarms = logTail(total, counts[place], 1 / Double(mirrors.count)) + places
      if falseAlarms < best.falseAlarms {
        best = Second(
          x: place % 8, y: place / 8, votes: counts[place], falseAlarms: falseAlarms)
      }
    }
    return best
  }

  /// log10 of the number of places.
  private static let places = 64.0.logarithm / 10.0.logarithm

  /// The share of pixels around each tile that voted against the grid, less the share that voted for
  /// it, −1…1.
  public var map: BlockMap {
    BlockMap(columns: columns, rows: rows, values: opposition).smoothed(radius: 2)
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
