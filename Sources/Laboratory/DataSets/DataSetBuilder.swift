import Detectors
import ForensicCore
import FoundationEssentials
import ImageCodecs

/// Makes a manifest from a folder with a folder for each class.
///
/// `FOLDER/real/…` holds photographs; every other folder is named after a generator that the map
/// of families knows. The first folder below a class folder is the source, `real/phone`; without
/// one, the class folder is. Of files with the same bytes one is kept, or none where their folders
/// say different families. Damaged pictures are left out. Pictures that look alike share a group,
/// so that they cannot be split.
public struct DataSetBuilder: Sendable {
  public var families: FamilyMap
  /// 0: one per core.
  public var threads: Int
  public var seed: UInt64
  /// What does not go to `train`, as shares of the groups.
  public var validationShare: Double
  public var testShare: Double

  /// The columns of a manifest that is built here.
  static let columns = [
    "file", "sha256", "label", "family", "generator", "source", "group", "split", "region",
    "width", "height", "format",
  ]

  public init(
    families: FamilyMap, threads: Int = 0, seed: UInt64 = 1, validationShare: Double = 0.15,
    testShare: Double = 0.2
  ) {
    self.families = families
    self.threads = threads
    self.seed = seed
    self.validationShare = validationShare
    self.testShare = testShare
  }

  /// A file that is no usable picture.
  public struct Refusal: Hashable, Sendable, Codable {
    public var file: String
    public var reason: String
  }

  /// What was built, and what was left out.
  public struct Outcome: Hashable, Sendable {
    public var table: DataTable
    public var refused: [Refusal]
    /// Files whose bytes another file of the same family has too.
    public var copies: [String]
    /// Files that are left out because others of the same bytes lie under another family.
    public var contradictions: [Contradiction]
  }

  /// Files of the same bytes whose folders say different families: which one is true nobody can
  /// tell from here.
  public struct Contradiction: Hashable, Sendable, Codable, CustomStringConvertible {
    public var files: [String]
    /// The generator that each file's folder names.
    public var generators: [String]

    public var description: String {
      zip(files, generators).map { "\($0) (as \($1))" }.joined(separator: " and ")
        + ": the same bytes under different families; keep the file whose folder is right"
    }
  }

  /// A file before it was looked at.
  struct Candidate: Sendable {
    /// Below the folder.
    var file: String
    var generator: String
    var source: String
  }

  /// Builds the manifest of a folder.
  /// - Throws: `emptyDataSet` without class folders, `inconsistentManifest` for a class folder
  ///   that is no known generator.
  public func build(
    _ folder: String, progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> Outcome {
    let files = try ClassFolders(folder)
    guard !files.candidates.isEmpty else {
      throw .emptyDataSet(
        "\(folder) holds no folder with pictures; make one a class, such as real and sdxl")
    }
    var outcome = try build(files.candidates, in: folder, progress: progress)
    outcome.refused = files.refused + outcome.refused
    return outcome
  }

  /// Builds the manifest of these files.
  func build(
    _ candidates: [Candidate], in folder: String, progress: ProgressHandler?
  ) throws(LaboratoryError) -> Outcome {
    var familyOf = [String: GeneratorFamily]()
    for generator in Set(candidates.map(\.generator)).sorted() {
      familyOf[generator] = try family(of: generator)
    }
    let counter = Counter(stage: "reading pictures", total: candidates.count, progress)
    let looks = try Parallel.map(candidates.count, threads: threads) {
      index throws(LaboratoryError) -> Look in
      defer { counter.step() }
      return Look(file: "\(folder)/\(candidates[index].file)")
    }
    var refused = [Refusal]()
    var copies = [String]()
    let contradictions = Self.contradictions(candidates, looks, familyOf)
    let contradicted = Set(contradictions.flatMap(\.files))
    var seen = [SHA256Digest: String]()
    var rows = [[String]]()
    var hashes = [UInt64?]()
    for (candidate, look) in zip(candidates, looks) {
      guard case .picture(let picture) = look else {
        if case .refused(let reason) = look {
          refused.append(Refusal(file: candidate.file, reason: reason))
        }
        continue
      }
      guard !contradicted.contains(candidate.file) else { continue }
      if let first = seen[picture.sha256] {
        // Of several addresses that gave one file nothing is left out.
        if first != candidate.file { copies.append(candidate.file) }
        continue
      }
      seen[picture.sha256] = candidate.file
      let family = familyOf[candidate.generator] ?? .real
      rows.append([
        candidate.file, picture.sha256.hex, family == .real ? "real" : "generated",
        family.rawValue, candidate.generator, candidate.source, picture.sha256.short, "train", "",
        String(picture.width), String(picture.height), picture.format,
      ])
      hashes.append(picture.hash)
    }
    guard !rows.isEmpty else {
      throw .emptyDataSet(
        contradictions.first.map(\.description) ?? "none of the files is a usable picture")
    }
    var table = DataTable(columns: Self.columns, rows: rows)
    table.set(
      "group",
      to: PictureGroups.names(hashes, digests: rows.map { $0[1] }))
    try Splitter(seed: seed, validationShare: validationShare, testShare: testShare).split(&table)
    return Outcome(
      table: table, refused: refused, copies: copies, contradictions: contradictions)
  }

  /// The files of the same bytes under different families, by their first file.
  private static func contradictions(
    _ candidates: [Candidate], _ looks: [Look], _ familyOf: [String: GeneratorFamily]
  ) -> [Contradiction] {
    var places = [SHA256Digest: [Int]]()
    for (place, look) in looks.enumerated() {
      if case .picture(let picture) = look { places[picture.sha256, default: []].append(place) }
    }
    return places.values
      .filter { Set($0.map { familyOf[candidates[$0].generator] }).count > 1 }
      .sorted { $0[0] < $1[0] }
      .map { same in
        Contradiction(
          files: same.map { candidates[$0].file }, generators: same.map { candidates[$0].generator }
        )
      }
  }

  private func family(of generator: String) throws(LaboratoryError) -> GeneratorFamily {
    // A folder may also be named after a family.
    let family = GeneratorFamily(rawValue: generator)
    if families.index(of: family) != nil { return family }
    do {
      return families.entries[try families.index(ofGenerator: generator)].family
    } catch {
      throw .inconsistentManifest(
        error.description + " \"forensicctl family add\" does it; or rename the folder.")
    }
  }
}
