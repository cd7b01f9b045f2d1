import Detectors
import ForensicCore

/// What is wrong with a data set, and what to beware of.
public struct DataSetCheck: Hashable, Sendable, Codable {
  /// One split and class.
  public struct Count: Hashable, Sendable, Codable {
    public var split: Split
    public var family: String
    public var rows: Int
    public var sources: Int
  }

  /// Copies of one picture in more than one split.
  public struct Straddle: Hashable, Sendable, Codable {
    public var files: [String]
    public var splits: [Split]
  }

  public var counts: [Count]
  /// Files that cannot be used as the manifest says, each with its reason.
  public var problems: [String]
  public var straddling: [Straddle]
  /// Groups of copies within one split.
  public var copies: [[String]]
  /// Shortcuts that a classifier could take, in words.
  public var warnings: [String]

  public var isSound: Bool { problems.isEmpty && straddling.isEmpty }

  /// Reads every file: digest, size and region as the manifest says, copies by perceptual hash.
  public static func run(
    _ manifest: Manifest, images: String, families: FamilyMap, threads: Int = 0,
    progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> DataSetCheck {
    let entries = manifest.entries
    var problems = Set(entries.map(\.family)).subtracting(families.families).sorted()
      .map { "the map of families does not know \($0)" }
    for (generator, family) in Set(entries.map { [$0.generator, $0.family.rawValue] }).sorted(
      by: { $0.lexicographicallyPrecedes($1) }
    ).map({ ($0[0], $0[1]) }) {
      if let known = families.family(ofGenerator: generator), known.rawValue != family {
        problems.append("\(generator) is \(family) here and \(known) in the map of families")
      }
    }
    var places = [String: [Int]]()
    for (place, entry) in entries.enumerated() { places[entry.file, default: []].append(place) }
    let files = places.sorted { $0.key < $1.key }
    let counter = Counter(stage: "checking pictures", total: files.count, progress)
    let looks = try Parallel.map(files.count, threads: threads) {
      index throws(LaboratoryError) -> FileLook in
      defer { counter.step() }
      return FileLook(files[index].value.map { entries[$0] }, images: images)
    }
    problems += looks.compactMap(\.problem)
    var hashes = [UInt64?](repeating: nil, count: entries.count)
    var formats = [String](repeating: "?", count: entries.count)
    for (file, look) in zip(files, looks) {
      for (place, hash) in zip(file.value, look.hashes) {
        hashes[place] = hash
        formats[place] = look.format
      }
    }
    let groups = PictureGroups.copies(hashes)
    let straddling = groups.compactMap { group -> Straddle? in
      let splits = Set(group.map { entries[$0].split })
      guard splits.count > 1 else { return nil }
      return Straddle(
        files: group.map { entries[$0].file },
        splits: Split.allCases.filter { splits.contains($0) })
    }
    return DataSetCheck(
      counts: counts(entries), problems: problems, straddling: straddling,
      copies: groups.filter { group in Set(group.map { entries[$0].split }).count == 1 }
        .map { $0.map { entries[$0].file } },
      warnings: doubled(entries) + looks.compactMap(\.damage)
        + warnings(entries, formats: formats))
  }

  private static func counts(_ entries: [Manifest.Entry]) -> [Count] {
    Split.allCases.flatMap { split in
      let own = entries.filter { $0.split == split }
      return Set(own.map(\.family)).sorted().map { family in
        let rows = own.filter { $0.family == family }
        return Count(
          split: split, family: family.rawValue, rows: rows.count,
          sources: Set(rows.map(\.source)).count)
      }
    }
  }

  /// Rows of the same picture (of the same family, as every manifest's are).
  private static func doubled(_ entries: [Manifest.Entry]) -> [String] {
    var seen = Set<String>()
    let again = entries.filter { !seen.insert($0.pixels).inserted }
    guard let first = again.first else { return [] }
    return [
      "\(first.file) is listed more than once"
        + (again.count > 1 ? ", and \(again.count - 1) more rows are there again" : "")
        + ": training counts a picture as often as it is listed"
    ]
  }

  private static func warnings(_ entries: [Manifest.Entry], formats: [String]) -> [String] {
    var warnings = [String]()
    func share(_ isGenerated: Bool, _ isCounted: (Int) -> Bool) -> Double {
      let own = entries.indices.filter { entries[$0].isGenerated == isGenerated }
      return own.isEmpty ? 0 : Double(own.count(where: isCounted)) / Double(own.count)
    }
    func percent(_ value: Double) -> String { "\(Int((100 * value).rounded())) %" }
    for format in Set(formats).sorted() {
      let (real, generated) = (
        share(false) { formats[$0] == format }, share(true) { formats[$0] == format }
      )
      if abs(real - generated) > 0.2 {
        warnings.append(
          "\(percent(real)) of the real and \(percent(generated)) of the generated pictures are "
            + "\(format): only a common chain of re-encoding takes that away")
      }
    }
    let multiple = { (place: Int) in
      entries[place].width % 64 == 0 && entries[place].height % 64 == 0
    }
    let (real, generated) = (share(false, multiple), share(true, multiple))
    if abs(real - generated) > 0.2 {
      warnings.append(
        "both sides are multiples of 64 in \(percent(real)) of the real and \(percent(generated)) "
          + "of the generated pictures: size gives the class away")
    }
    for split in Split.allCases {
      warnings += entries.classesMissing(in: split).map {
        "\($0): nothing can be trained or measured with it"
      }
    }
    let least = BundleDescription.Limits.trained(outliers: nil).minimumSide
    let small = entries.count { entry in
      min(entry.region?.width ?? entry.width, entry.region?.height ?? entry.height) < least
    }
    if small > 0 {
      warnings.append(
        "\(small) of \(entries.count) pictures have a side below \(least) pixels: an examination "
          + "concludes nothing from such")
    }
    for family in Set(entries.map(\.family)).sorted() where family != .real {
      let sources = Set(entries.filter { $0.family == family }.map(\.source))
      if sources.count == 1, let source = sources.first {
        warnings.append("\(family) has one source, \(source): the source can be learnt instead")
      }
    }
    return warnings
  }
}

/// A file of a manifest, looked at once for all its regions.
private struct FileLook: Sendable {
  var problem: String?
  /// What is lost of the regions.
  var damage: String?
  /// By region.
  var hashes: [UInt64?]
  var format = "?"

  init(_ entries: [Manifest.Entry], images: String) {
    hashes = entries.map { _ in nil }
    guard let first = entries.first else { return }
    do throws(LaboratoryError) {
      let path = "\(images)/\(first.file)"
      let bytes = try PictureSource.read(path, sha256: first.sha256)
      format = Look.format(bytes) ?? "?"
      let image = try PictureSource.image(bytes, file: path)
      let bottom = entries.map { $0.region.map { $0.y + $0.height } ?? image.pixels.height }.max()
      damage = image.damage(bottom: bottom).map { "\(first.file): \($0)" }
      let picture = image.pixels
      for (place, entry) in entries.enumerated() {
        let region = try PictureSource.region(of: picture, entry: entry)
        hashes[place] = region.perceptualHash
      }
    } catch {
      problem = error.description
    }
  }
}
