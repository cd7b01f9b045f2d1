import ForensicCore

/// What an encoder sees in some of the pictures that a head was trained on, so that a report can name
/// those which the examined one resembles.
public struct ReferencePictures: Hashable, Sendable {
  /// A picture of the training set.
  public struct Picture: Hashable, Sendable, Codable {
    public var family: GeneratorFamily
    /// The data set's name of where it came from.
    public var source: String
    /// Its path in the data set.
    public var file: String
    /// The digest of that file.
    public var sha256: SHA256Digest

    public init(family: GeneratorFamily, source: String, file: String, sha256: SHA256Digest) {
      self.family = family
      self.source = source
      self.file = file
      self.sha256 = sha256
    }
  }

  /// The most pictures of a family that training keeps.
  public static let mostPerFamily = 64
  /// The most neighbours that a report names.
  public static let mostNeighbours = 6
  /// Generator families of which neighbours are named.
  static let comparedFamilies = 2

  public let pictures: [Picture]
  /// Numbers of one picture.
  public let dimension: Int
  /// Pictures × dimension, picture after picture.
  public let features: [Float]
  private let mean: [Double]

  /// - Precondition: `dimension` finite numbers for each picture.
  public init(pictures: [Picture], dimension: Int, features: [Float]) {
    precondition(dimension > 0 && features.count == pictures.count * dimension)
    self.pictures = pictures
    self.dimension = dimension
    self.features = features
    var mean = [Double](repeating: 0, count: dimension)
    for row in pictures.indices {
      for column in 0..<dimension { mean[column] += Double(features[row * dimension + column]) }
    }
    self.mean = mean.map { $0 / Double(max(1, pictures.count)) }
  }

  /// The nearest pictures of `real` and of the two generator families that the detector's scores
  /// favour, as many of each; nearest first, and of equally near ones the earlier first.
  ///
  /// Features of one encoder have much in common whatever they are of: without their mean, cosines
  /// tell pictures apart.
  /// - Parameters:
  ///   - features: of the examined picture; `dimension` numbers.
  ///   - scores: family → probability.
  /// - Returns: at most `mostNeighbours`; none for features that are not numbers.
  public func neighbours(of features: [Float], scores: [String: Double]) -> [Neighbour] {
    guard features.count == dimension, features.allSatisfy(\.isFinite) else { return [] }
    let centred = zip(features, mean).map { Double($0) - $1 }
    let families = compared(scores)
    let share = Self.mostNeighbours / max(1, families.count)
    let nearest = families.flatMap { family in
      pictures.indices.filter { pictures[$0].family == family }
        .map { (index: $0, similarity: similarity(centred, $0)) }
        .sorted(by: Self.isNearer).prefix(share)
    }
    return nearest.sorted(by: Self.isNearer).map { index, similarity in
      let picture = pictures[index]
      return Neighbour(
        family: picture.family.rawValue, source: picture.source, file: picture.file,
        sha256: picture.sha256, similarity: similarity)
    }
  }

  private static func isNearer(
    _ one: (index: Int, similarity: Double), _ other: (index: Int, similarity: Double)
  ) -> Bool {
    (other.similarity, one.index) < (one.similarity, other.index)
  }

  /// `real` and those of the other families that fit best, as far as pictures of them are known.
  private func compared(_ scores: [String: Double]) -> [GeneratorFamily] {
    let known = Set(pictures.map(\.family))
    let best = known.subtracting([.real]).sorted { one, other in
      let (left, right) = (scores[one.rawValue] ?? 0, scores[other.rawValue] ?? 0)
      return (right, one.rawValue) < (left, other.rawValue)
    }
    return Array(known.intersection([.real])) + best.prefix(Self.comparedFamilies)
  }

  /// The cosine, −1…1; 0 where one of the two is the mean itself.
  private func similarity(_ centred: [Double], _ row: Int) -> Double {
    var (product, own, other) = (0.0, 0.0, 0.0)
    for column in 0..<dimension {
      let value = Double(features[row * dimension + column]) - mean[column]
      product += centred[column] * value
      own += centred[column] * centred[column]
      other += value * value
    }
    let length = own.squareRoot() * other.squareRoot()
    return length > 0 && length.isFinite ? min(max(product / length, -1), 1) : 0
  }
}
