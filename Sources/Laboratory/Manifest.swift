import Detectors
import ForensicCore
import FoundationEssentials

/// Which pictures of a data set are used for what.
public enum Split: String, Hashable, Sendable, Codable, CaseIterable {
  case train, validation, test
}

/// A data set: one entry a region of a file, with its label and where it came from.
public struct Manifest: Hashable, Sendable {
  /// A rectangle inside a file.
  public struct Region: Hashable, Sendable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// One region of one file.
  public struct Entry: Hashable, Sendable {
    /// The path below the folder of the pictures.
    public var file: String
    /// The digest of the file's bytes.
    public var sha256: SHA256Digest
    public var isGenerated: Bool
    public var family: GeneratorFamily
    public var generator: String
    /// The public repository it came from.
    public var source: String
    /// Entries of one group are never split across partitions. Never empty: what has no group is a
    /// group by itself, as a file.
    public var group: String
    public var split: Split
    /// `nil` for the whole file.
    public var region: Region?
    public var width: Int
    public var height: Int

    public init(
      file: String, sha256: SHA256Digest, isGenerated: Bool, family: GeneratorFamily,
      generator: String, source: String, group: String, split: Split, region: Region?,
      width: Int, height: Int
    ) {
      self.file = file
      self.sha256 = sha256
      self.isGenerated = isGenerated
      self.family = family
      self.generator = generator
      self.source = source
      self.group = group.isEmpty ? sha256.hex : group
      self.split = split
      self.region = region
      self.width = width
      self.height = height
    }

    /// What tells this entry from all others of any data set: the file's digest and the region.
    public var identity: String {
      guard let region else { return sha256.hex }
      return "\(sha256.hex):\(region.x),\(region.y),\(region.width),\(region.height)"
    }

    /// What entries of the same pixels have in common: a region that is the whole file is none.
    var pixels: String {
      let isWhole = region.map { $0.width == width && $0.height == height } ?? true
      return isWhole ? sha256.hex : identity
    }
  }

  public let entries: [Entry]
  /// The digest of the manifest's own bytes.
  public let digest: SHA256Digest

  /// Checks that labels and families agree, that no group or file straddles two splits, and that no
  /// picture has two families or counts twice in the figures of a split. (A training picture may be
  /// listed twice, which is a weight; `DataSetCheck` tells of it.)
  public init(entries: [Entry], digest: SHA256Digest) throws(LaboratoryError) {
    guard !entries.isEmpty else { throw .emptyDataSet("the manifest has no entries") }
    var splitOfGroup = [String: Split]()
    var splitOfFile = [SHA256Digest: Split]()
    var familyOfPicture = [String: GeneratorFamily]()
    for entry in entries {
      guard entry.isGenerated == (entry.family != .real) else {
        throw .inconsistentManifest(
          "\(entry.file): label and family disagree; real pictures have the family real, and "
            + "generated ones any other")
      }
      let group = splitOfGroup.updateValue(entry.split, forKey: entry.group) ?? entry.split
      guard group == entry.split else {
        throw .inconsistentManifest("the group \(entry.group) lies in more than one split")
      }
      let file = splitOfFile.updateValue(entry.split, forKey: entry.sha256) ?? entry.split
      guard file == entry.split else {
        throw .inconsistentManifest("\(entry.file) lies in more than one split")
      }
      guard let family = familyOfPicture.updateValue(entry.family, forKey: entry.pixels) else {
        continue
      }
      guard family == entry.family else {
        throw .inconsistentManifest(
          "\(entry.file): one row says \(family) and another \(entry.family) of the same "
            + "picture; keep the one that is right")
      }
      guard entry.split == .train else {
        throw .inconsistentManifest(
          "\(entry.file) is listed twice in \(entry.split.rawValue) and would count twice in its "
            + "figures; keep one row")
      }
    }
    self.entries = entries
    self.digest = digest
  }

  /// The entries of one split, in the manifest's order.
  public func entries(of split: Split) -> [Entry] { entries.filter { $0.split == split } }

  /// The same pictures with one family for all that is generated, and the map for it: the
  /// integers are 0 for `real` and 1 for `generated`.
  public func twoClasses(
    _ families: FamilyMap
  ) throws(LaboratoryError) -> (manifest: Manifest, families: FamilyMap) {
    let generated = GeneratorFamily(rawValue: "generated")
    let merged = entries.map { entry in
      var entry = entry
      if entry.isGenerated { entry.family = generated }
      return entry
    }
    do {
      let real = families.entries.filter { $0.family == .real }
      let others = families.entries.filter { $0.family != .real }
      let map = try FamilyMap(
        entries: real + [
          FamilyMap.Entry(
            family: generated, title: "Generated", generators: others.flatMap(\.generators))
        ])
      return (try Manifest(entries: merged, digest: digest), map)
    } catch let error as LaboratoryError {
      throw error
    } catch {
      throw .inconsistentManifest("\(error)")
    }
  }
}
