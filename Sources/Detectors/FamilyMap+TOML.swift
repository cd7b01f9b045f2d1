import ForensicCore
import TOMLKit

/// Why a list of families was refused.
public enum FamilyMapError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file could not be read: its path.
  case unreadable(String)
  /// The text is not TOML, or has other keys than a list of families: what the parser said.
  case malformed(String)
  /// The families contradict each other.
  case inconsistent(FamilyMap.Failure)
  /// A generator that no family names, with the known names most like it.
  case unknownGenerator(String, suggestions: [String])

  public var description: String {
    switch self {
    case .unreadable(let path):
      "cannot read the list of families \(path)"
    case .malformed(let detail):
      "the list of families is malformed: \(detail)"
    case .inconsistent(.firstFamilyIsNotReal(let family)):
      "the first family has to be \"real\", and is \(family.map { "\"\($0)\"" } ?? "missing")"
    case .inconsistent(.familyTwice(let family)):
      "the family \"\(family)\" is listed twice"
    case .inconsistent(.generatorInTwoFamilies(let generator)):
      "the generator \"\(generator)\" is listed twice"
    case .unknownGenerator(let generator, let suggestions):
      "no family names the generator \"\(generator)\""
        + (suggestions.isEmpty
          ? "." : "; did you mean \(suggestions.map { "\"\($0)\"" }.joined(separator: " or "))?")
        + " Add it to a family in etc/families.toml."
    }
  }
}

extension FamilyMap {
  private struct File: Decodable {
    struct Family: Decodable {
      var name: String
      var title: String
      var generators: [String]
    }
    var family: [Family]
  }

  /// Reads the text of `etc/families.toml`: an array of tables `[[family]]`, each with `name`,
  /// `title` and `generators`, in the order of their integers.
  public static func load(toml text: String) throws(FamilyMapError) -> FamilyMap {
    let file: File
    do {
      file = try TOMLDecoder().decode(File.self, from: text)
    } catch {
      throw .malformed(String(describing: error))
    }
    let entries = file.family.map {
      Entry(
        family: GeneratorFamily(rawValue: $0.name), title: $0.title, generators: $0.generators)
    }
    do {
      return try FamilyMap(entries: entries)
    } catch {
      throw .inconsistent(error)
    }
  }

  /// Reads the file at `path`.
  public static func load(path: String) throws(FamilyMapError) -> FamilyMap {
    guard let bytes = try? readFile(path, limit: 1 << 20) else { throw .unreadable(path) }
    return try load(toml: String(decoding: bytes, as: UTF8.self))
  }

  /// The integer of a generator's family; the error names the known generators most like it.
  public func index(ofGenerator generator: String) throws(FamilyMapError) -> Int {
    if let family = family(ofGenerator: generator), let index = index(of: family) { return index }
    throw .unknownGenerator(generator, suggestions: suggestions(for: generator))
  }

  /// Up to two known generators that share the most pairs of letters with `generator`
  /// (Dice's coefficient, at least one half).
  private func suggestions(for generator: String) -> [String] {
    func pairs(_ text: String) -> Set<[UInt8]> {
      let letters = Array(text.lowercased().utf8)
      return Set(letters.indices.dropLast().map { [letters[$0], letters[$0 + 1]] })
    }
    let wanted = pairs(generator)
    guard !wanted.isEmpty else { return [] }
    let ranked = entries.flatMap(\.generators).map { name in
      let own = pairs(name)
      let shared = Double(2 * own.intersection(wanted).count)
      return (name: name, likeness: shared / Double(own.count + wanted.count))
    }
    return ranked.filter { $0.likeness >= 0.5 }
      .sorted { ($0.likeness, $1.name) > ($1.likeness, $0.name) }
      .prefix(2).map(\.name)
  }
}
