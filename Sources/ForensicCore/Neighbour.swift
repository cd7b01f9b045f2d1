/// A known picture that resembles the examined one in what a detector's encoder sees.
public struct Neighbour: Hashable, Sendable, Codable {
  /// The known picture's family; `real` for one that no generator made.
  public var family: String
  /// The data set's name of where it came from.
  public var source: String
  /// Its path in the data set.
  public var file: String
  /// The digest of that file.
  public var sha256: SHA256Digest
  /// The cosine between the two pictures' features, the mean of all known pictures taken away: −1…1.
  public var similarity: Double

  public init(
    family: String, source: String, file: String, sha256: SHA256Digest, similarity: Double
  ) {
    self.family = family
    self.source = source
    self.file = file
    self.sha256 = sha256
    self.similarity = similarity
  }
}
