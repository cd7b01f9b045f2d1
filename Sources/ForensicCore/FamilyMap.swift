/// Generator → family → integer, both ways: the seed report's `GEN_TO_GEN`, `GEN_TO_INT` and
/// `INT_TO_GEN` (section 2.4) in one value.
///
/// Invariants: index 0 is `real`; family names are unique; a generator belongs to one family.
public struct FamilyMap: Hashable, Sendable {
  /// What is known of one family.
  public struct Entry: Hashable, Sendable {
    public var family: GeneratorFamily
    /// The name that people read, such as `Stable Diffusion 1.x`.
    public var title: String
    /// The generators in it, as data sets name them, lower case.
    public var generators: [String]

    public init(family: GeneratorFamily, title: String, generators: [String]) {
      self.family = family
      self.title = title
      self.generators = generators
    }
  }

  /// Why a map was refused.
  public enum Failure: Error, Hashable, Sendable {
    case firstFamilyIsNotReal(GeneratorFamily?)
    case familyTwice(GeneratorFamily)
    case generatorInTwoFamilies(String)
  }

  /// The families in the order of their integers.
  public let entries: [Entry]
  private let indexOfFamily: [GeneratorFamily: Int]
  private let indexOfGenerator: [String: Int]

  public init(entries: [Entry]) throws(Failure) {
    guard entries.first?.family == .real else {
      throw .firstFamilyIsNotReal(entries.first?.family)
    }
    var families = [GeneratorFamily: Int]()
    var generators = [String: Int]()
    for (index, entry) in entries.enumerated() {
      guard families.updateValue(index, forKey: entry.family) == nil else {
        throw .familyTwice(entry.family)
      }
      for generator in entry.generators {
        guard generators.updateValue(index, forKey: generator.lowercased()) == nil else {
          throw .generatorInTwoFamilies(generator)
        }
      }
    }
    self.entries = entries
    indexOfFamily = families
    indexOfGenerator = generators
  }

  public var families: [GeneratorFamily] { entries.map(\.family) }

  /// The family of a generator, by the name a data set gives it; `nil` when it is not known.
  public func family(ofGenerator generator: String) -> GeneratorFamily? {
    indexOfGenerator[generator.lowercased()].map { entries[$0].family }
  }

  /// The integer a classifier uses for a family.
  public func index(of family: GeneratorFamily) -> Int? { indexOfFamily[family] }

  /// The name people read; the family's own name where the map does not know it.
  public func title(of family: GeneratorFamily) -> String {
    index(of: family).map { entries[$0].title } ?? family.rawValue
  }
}
