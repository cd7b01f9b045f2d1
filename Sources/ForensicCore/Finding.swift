/// One observation, with the method that made it and what it gave. A finding is not a
/// conclusion: it says what was seen, never what it means for the whole picture.
public struct Finding: Hashable, Sendable, Codable {
  /// What an examiner should make of it at first sight.
  public enum Weight: String, Hashable, Sendable, Codable, CaseIterable {
    /// Context: true, and no cause for a second look.
    case information
    /// Worth a second look.
    case notable
    /// Two things in the file cannot both be true.
    case contradiction
    /// The file is broken, and was read only in part.
    case damage
  }

  /// A stable dotted code, such as `exif.dates.contradict`; listed in `docs/findings.md`. Lower-case
  /// letters, digits, full stops and hyphens of ASCII.
  public var code: String
  /// The method, in the field's own words, with its source where it has one.
  public var method: String
  /// One plain sentence for a person who is no engineer.
  public var summary: String
  public var weight: Weight
  /// What the method was run with, by name.
  public var parameters: [String: String]
  /// What it measured, by name, with units.
  public var result: [String: String]
  /// The `id` of the figure that shows it.
  public var figure: String?
  /// When the method cannot be relied on.
  public var limits: String?

  public init(
    code: String, method: String, summary: String, weight: Weight = .information,
    parameters: [String: String] = [:], result: [String: String] = [:], figure: String? = nil,
    limits: String? = nil
  ) {
    self.code = code
    self.method = method
    self.summary = summary
    self.weight = weight
    self.parameters = parameters
    self.result = result
    self.figure = figure
    self.limits = limits
  }

  /// Whether a text can be a finding's code. One that comes from another process may be anything,
  /// and codes are written where texts from files are not: on terminals and in tables.
  public static func isCode(_ text: String) -> Bool {
    let bytes = text.utf8
    return (1...longestCode).contains(bytes.count)
      && bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "."), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  private static let longestCode = 64
}
