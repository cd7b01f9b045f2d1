/// The factor by which a table was made from one of Annex K, where there is one.
///
/// Some programs scale the standard tables in steps finer than the 100 qualities, or round
/// otherwise than the Independent JPEG Group's library. Each entry then bounds the factor from
/// both sides, and all bounds together leave a narrow interval, or show that there is none.
public struct AnnexKScale: Hashable, Sendable {
  /// How a program makes a scaled entry a whole number.
  public enum Rounding: String, Hashable, Sendable, CaseIterable {
    case nearest, down, up
  }

  /// Percent of Annex K: any factor in this interval gives the table.
  public var lower: Double
  public var upper: Double
  public var rounding: Rounding

  /// The factor of `table` over `base` (64 entries each), entries below 1 raised to 1; `nil` when
  /// no factor gives it. Entries of 255 are taken as clamped.
  public static func fit(_ table: [Int], to base: [Int]) -> AnnexKScale? {
    for rounding in Rounding.allCases {
      let (below, above) =
        switch rounding {
        case .nearest: (-0.5, 0.5)
        case .down: (0.0, 1.0)
        case .up: (-1.0, 0.0)
        }
      var lower = 0.0
      var upper = Double.infinity
      for (step, standard) in zip(table, base) {
        let standard = Double(standard)
        if step > 1 { lower = max(lower, (Double(step) + below) / standard) }
        if step < 255 { upper = min(upper, (Double(step) + above) / standard) }
      }
      let fits = rounding == .up ? lower <= upper : lower < upper
      if fits, lower > 0, upper.isFinite {
        return AnnexKScale(lower: lower * 100, upper: upper * 100, rounding: rounding)
      }
    }
    return nil
  }
}
