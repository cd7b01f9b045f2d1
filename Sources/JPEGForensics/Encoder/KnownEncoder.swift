import ForensicCore

/// An encoder with a file that it is known to have written.
public struct KnownEncoder: Hashable, Sendable {
  /// Who wrote the file: the camera itself, or a program afterwards.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case camera, program
  }

  public var kind: Kind
  /// Make and model, or program and version.
  public var name: String
  /// Which files it was seen in.
  public var source: String

  public init(_ kind: Kind, _ name: String, _ source: String) {
    self.kind = kind
    self.name = name
    self.source = source
  }

  /// The name that a file's build can bear out. The table's names have the version and the settings
  /// that the files at hand were made with, but other versions and settings build alike: of a program
  /// only the words before those are kept.
  public var family: String {
    guard kind == .program else { return name }
    let words: [Substring] = name.split(separator: " ")
    let own = words.prefix { word in word.count > 2 && word.allSatisfy(\.isLetter) }
    return own.isEmpty ? name : own.joined(separator: " ")
  }

  /// Whether it is the camera that EXIF names so (`NIKON D3200` is `NIKON CORPORATION NIKON D3200`).
  func isCamera(_ name: String) -> Bool {
    kind == .camera && (self.name == name || self.name.hasSuffix(" \(name)"))
  }
}

extension Sequence<KnownEncoder> {
  /// Each family once.
  var families: [String] {
    reduce(into: []) { names, encoder in
      if !names.contains(encoder.family) { names.append(encoder.family) }
    }
  }
}
