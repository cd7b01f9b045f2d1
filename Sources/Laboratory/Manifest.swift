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
    /// Entries of one group are never split across partitions.
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
      self.group = group
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
  }

  public let entries: [Entry]
  /// The digest of the manifest's own bytes.
  public let digest: SHA256Digest

  /// Checks that labels and families agree and that no group or file straddles two splits.
  public init(entries: [Entry], digest: SHA256Digest) throws(LaboratoryError) {
    guard !entries.isEmpty else { throw .emptyDataSet("the manifest has no entries") }
    var splitOfGroup = [String: Split]()
    var splitOfFile = [SHA256Digest: Split]()
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
