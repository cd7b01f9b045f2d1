/// A group of generators that leave alike traces, such as `stable-diffusion-1`; `real` stands
/// for camera pictures. Which generator belongs to which family is written in
/// `etc/families.toml` (see `FamilyMap`).
public struct GeneratorFamily: Hashable, Sendable, Comparable, RawRepresentable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  /// Pictures that came from a camera or a scanner.
  public static let real = Self(rawValue: "real")

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension GeneratorFamily: Codable, CustomStringConvertible {
  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  public var description: String { rawValue }
}
