import CKernels
import Glibc

/// Traces of an earlier saving as JPEG whose block grid is not the last one's: of a picture that was
/// cropped or moved before it was saved again.
///
/// On the grid of the first saving, and on no other, a coefficient lies near a multiple of the first
/// step (Bianchi and Piva, IEEE TIFS 7(2), 2012: integer periodicity maps). For each of the 64 places
/// of a grid the coefficients' sizes are counted, and the cosine of their phase is summed for each
/// period that a standard table's step may have. The last saving leaves its own traces on all places,
/// but alike on those that are mirror images about its grid: what counts is by how much a place
/// exceeds its mirror images, in standard deviations. Under a first saving at quality Q the
/// frequencies agree on the steps of Q's table, so their excesses are added.
public struct ShiftedCompression: Sendable {
  /// The qualities that are weighed for the first saving.
  public static let qualities = Array(40...98)
  /// A picture with fewer blocks says nothing.
  public static let fewestBlocks = 400
  /// Rows of blocks beyond this number of blocks are passed over evenly, which bounds the time.
  static let mostBlocks = 16_384
  /// The strength from which on a first saving is said to be seen. Chosen on the validation split
  /// (`forensicctl measure shifted-jpeg --split validation`).
  public static let threshold = 5.5

  /// Where the blocks of the earlier grid begin, 0…7 each way, not both 0.
  public let x: Int
  public let y: Int
  /// By how many standard deviations this place exceeds its mirror images.
  public let strength: Double
  /// The best first quality, on the standard scale.
  public let firstQuality: Int
  /// The step of the mean brightness in the first saving, where it shows by itself.
  public let firstStep: Int?
  /// The greatest strength at each place, row by row; 0 where nothing can be said.
  public let strengths: [Double]
  /// Blocks that were counted at each place.
  public let blocks: Int

  public var isDetected: Bool { strength >= Self.threshold }

  /// `nil` where the picture has fewer than `fewestBlocks` blocks.
  public init?(_ luma: LumaPlane) {
    let across = (luma.width - 7) / 8
    let down = (luma.height - 7) / 8
    guard across > 0, down > 0, across * down >= Self.fewestBlocks else { return nil }
    let skip = max(1, (across * down + Self.mostBlocks - 1) / Self.mostBlocks)
    blocks = across * ((down + skip - 1) / skip)
    let excess = Self.excess(Self.sums(luma, skip: skip), blocks: blocks)
    var strengths = [Double](repeating: 0, count: 64)
    var best = (strength: 0.0, place: 0, qualities: [Self.qualities[0]])
    for (quality, slots) in zip(Self.qualities, Self.slots) {
      for place in 1..<64 where !Self.mirrors[place].isEmpty {
        let strength = slots.reduce(0) {
          $0 + $1.weight * excess[place * Self.slotCount + $1.slot]
        }
        strengths[place] = max(strengths[place], strength)
        if strength > best.strength {
          best = (strength, place, [quality])
        } else if strength == best.strength, place == best.place {
          best.qualities.append(quality)
        }
      }
    }
    (x, y) = (best.place % 8, best.place / 8)
    strength = best.strength
    // Neighbouring tables may have the same steps at these frequencies.
    firstQuality = best.qualities[best.qualities.count / 2]
    self.strengths = strengths
    let own = Self.periods.indices.map { excess[best.place * Self.slotCount + $0] }
    // Multiples of a step are multiples of its divisors too: of equals the largest.
    let slot = own.lastIndex(of: own.max() ?? 0) ?? 0
    firstStep = own[slot] >= Self.leastExcess ? Self.periods[slot] : nil
  }

  // MARK: Periods

  /// A coefficient near a multiple of one is near any whole number.
  private static let periods = Array(2...20)
  private static let frequencies = Int(HK_PHASE_FREQUENCIES)
  private static let sizes = Int(HK_PHASE_SIZES)
  /// Period by period for each frequency.
  private static let slotCount = frequencies * periods.count
  /// Positions in a table: the mean, the lowest frequency across, and down.
  private static let positions = [0, 1, 8]
  /// Standard deviations from which on the mean's own period is told.
  private static let leastExcess = 3.0
  /// One coefficient alone cannot say more than this.
  private static let mostExcess = 8.0

  /// What two roundings of pixels and the last saving add to a coefficient, as a variance: chosen
  /// on the validation split.
  private static let blur = 0.8

  private struct Slot {
    var slot: Int
    var weight: Double
  }

  /// For each of `qualities` the slots of its table's steps. The finer a step, the more of its period
  /// is blurred; slots are weighed by what is left, and the squares of the weights sum to 1.
  private static let slots: [[Slot]] = qualities.map { quality in
    let table = StandardTables.scaled(StandardTables.luma, quality: quality, baseline: true)
    var slots = [Slot]()
    for (frequency, position) in positions.enumerated() {
      guard let index = periods.firstIndex(of: table[position]) else { continue }
      let step = Double(periods[index])
      let weight: Double = exp(-2 * Double.pi * Double.pi * blur / (step * step))
      slots.append(Slot(slot: frequency * periods.count + index, weight: weight))
    }
    let length = slots.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
    return slots.map { Slot(slot: $0.slot, weight: $0.weight / length) }
  }

  private static let cosines: [Float] = periods.flatMap { period in
    let turn: Double = 2 * Double.pi / Double(period)
    return (0..<sizes).map { size -> Float in Float(cos(turn * Double(size - sizes / 2))) }
  }

  private static func sums(_ luma: LumaPlane, skip: Int) -> [Float] {
    let rows = 64 * frequencies
    var counts = [UInt16](repeating: 0, count: rows * Int(HK_PHASE_ROW))
    hk_phase_counts(
      luma.samples, Int32(luma.width), Int32(luma.height), Int32(skip), &counts)
    var sums = [Float](repeating: 0, count: rows * periods.count)
    hk_phase_sums(counts, Int32(rows), cosines, Int32(periods.count), &sums)
    return sums
  }

  // MARK: Mirror images

  /// For each place the others that it may become by mirroring the last saving's grid. None for the
  /// grid itself, nor for the three places halfway between its blocks: nothing can be said there.
  private static let mirrors: [[Int]] = (0..<64).map { place in
    let (x, y) = (place % 8, place / 8)
    let (u, v) = ((8 - x) % 8, (8 - y) % 8)
    return Set([8 * y + u, 8 * v + x, 8 * v + u]).subtracting([place]).sorted()
  }

  /// By how many standard deviations each place's sums exceed the mean of its mirror images.
  private static func excess(_ sums: [Float], blocks: Int) -> [Double] {
    var excess = [Double](repeating: 0, count: 64 * slotCount)
    let places = (1..<64).filter { !mirrors[$0].isEmpty }
    for slot in 0..<slotCount {
      let differences = places.map { place -> Double in
        let images = mirrors[place].reduce(0) { $0 + Double(sums[$1 * slotCount + slot]) }
        return Double(sums[place * slotCount + slot]) - images / Double(mirrors[place].count)
      }
      // Half of a normal variable's sizes lie below 0.6745 of its standard deviation.
      let spread = differences.map(abs).sorted()[places.count / 2] / 0.6745
      for (place, difference) in zip(places, differences) {
        // Of phases that are spread evenly, a cosine's mean square is one half. Natural pictures
        // stay below; half of that variance is the least that is believed.
        let share = 1 + 1 / Double(mirrors[place].count)
        let deviation = max(spread, (Double(blocks) * share / 4).squareRoot())
        let ratio: Double = difference / deviation
        excess[place * slotCount + slot] = min(mostExcess, max(-mostExcess, ratio))
      }
    }
    return excess
  }
}
