import Classifiers
import Detectors
import ForensicCore
import FoundationEssentials
import ImageCodecs

/// Computes the features of pictures after a chain, each once: with a folder given, they are kept
/// there in shards, keyed by the picture's digest and everything else they depend on, so that a
/// run that was stopped goes on where it was and another data set shares what it has in common.
public struct FeatureStore: Sendable {
  /// The folder of the pictures; the manifest's files are below it.
  public var images: String
  /// Where features are kept between runs; `nil` for nowhere.
  public var cache: String?
  /// 0: one per core.
  public var threads: Int

  /// Files between two shards: what a run that is killed loses at most.
  static let filesPerShard = 128

  public init(images: String, cache: String? = nil, threads: Int = 0) {
    self.images = images
    self.cache = cache
    self.threads = threads
  }

  /// The features of `entries`, `draws` times each through the chain, in the entries' order.
  /// - Parameter pooling: what the heads are to look at: every view, or the mean of all.
  public func features(
    of entries: [Manifest.Entry], chain: DegradationChain, draws: Int,
    source: any FeatureSource = ViewFeatures(), pooling: ViewPooling = .softmaxes,
    progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> FeatureSet {
    let sets = try features(
      of: entries, chains: [chain], draws: draws, source: source, pooling: pooling,
      progress: progress)
    guard let set = sets.first else { throw .emptyDataSet("no chain was asked for") }
    return set
  }

  /// The same for several chains, one set each; every file is decoded once for all of them.
  public func features(
    of entries: [Manifest.Entry], chains: [DegradationChain], draws: Int = 1,
    source: any FeatureSource = ViewFeatures(), pooling: ViewPooling = .softmaxes,
    progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> [FeatureSet] {
    var wanted = [Wanted]()
    for place in entries.indices {
      for chain in chains.indices {
        for draw in 0..<draws {
          wanted.append(
            Wanted(
              key: Self.key(entries[place], chain: chains[chain], draw: draw), entry: place,
              chain: chain, draw: draw))
        }
      }
    }
    let folder = cache.map { "\($0)/\(BundleDigest.of(Array(source.key.utf8)).short)" }
    var pieces = [SHA256Digest: FeaturePiece]()
    if let folder {
      pieces = FeatureShard.read(
        from: folder, keys: Set(wanted.map(\.key)), parts: source.parts, pooling: pooling)
    }
    let missing = wanted.filter { pieces[$0.key] == nil }
    if !missing.isEmpty {
      let names = chains.map(\.recipe.name).joined(separator: ", ")
      try compute(
        missing, entries: entries, chains: chains, source: source,
        stage: "features, \(chains.count > 4 ? "\(chains.count) tiers" : names)",
        progress: progress
      ) { computed throws(LaboratoryError) in
        if let folder { try FeatureShard.write(computed, parts: source.parts, into: folder) }
        for piece in computed {
          pieces[piece.key] = piece.pooled(pooling, parts: source.parts)
        }
      }
    }
    return chains.indices.map { chain in
      Self.join(wanted.filter { $0.chain == chain }, pieces, parts: source.parts)
    }
  }

  /// One picture that is asked for, once through one chain.
  private struct Wanted: Sendable {
    var key: SHA256Digest
    var entry: Int
    var chain: Int
    var draw: Int
  }

  /// Everything that a picture's features depend on beside their source.
  static func key(
    _ entry: Manifest.Entry, chain: DegradationChain, draw: Int
  ) -> SHA256Digest {
    let text =
      "store 4 chain \(chain.recipe.version) \(chain.recipe.name) \(chain.window) "
      + "\(chain.seed) \(draw) \(entry.identity)"
    return BundleDigest.of(Array(text.utf8))
  }

  private func compute(
    _ missing: [Wanted], entries: [Manifest.Entry], chains: [DegradationChain],
    source: any FeatureSource, stage: String, progress: ProgressHandler?,
    keep: ([FeaturePiece]) throws(LaboratoryError) -> Void
  ) throws(LaboratoryError) {
    // Regions of one file are taken together, so that each file is decoded once.
    var wantedOfFile = [String: [Wanted]]()
    for wanted in missing { wantedOfFile[entries[wanted.entry].file, default: []].append(wanted) }
    let files = wantedOfFile.sorted { $0.key < $1.key }
    let counter = Counter(stage: stage, total: files.count, progress)
    for start in stride(from: 0, to: files.count, by: Self.filesPerShard) {
      let part = files[start..<min(start + Self.filesPerShard, files.count)]
      let pieces = try Parallel.map(part.count, threads: threads) {
        index throws(LaboratoryError) -> [FeaturePiece] in
        let (file, wanted) = part[start + index]
        let first = entries[wanted[0].entry]
        let path = "\(images)/\(file)"
        let image = try PictureSource.image(
          PictureSource.read(path, sha256: first.sha256), file: path)
        var pieces = [FeaturePiece]()
        for wanted in wanted {
          let entry = entries[wanted.entry]
          let region = try PictureSource.region(of: image.pixels, entry: entry)
          let damage = image.lostRows(bottom: entry.region.map { $0.y + $0.height })
          pieces.append(
            try Self.piece(
              region, damage, entry, wanted, chain: chains[wanted.chain], source: source))
        }
        counter.step()
        return pieces
      }
      try keep(pieces.flatMap { $0 })
    }
  }

  private static func piece(
    _ region: PixelBuffer, _ damage: PictureFacts.Damage?, _ entry: Manifest.Entry,
    _ wanted: Wanted, chain: DegradationChain, source: any FeatureSource
  ) throws(LaboratoryError) -> FeaturePiece {
    let outcome: DegradationChain.Outcome
    do {
      outcome = try chain.apply(to: region, identity: entry.identity, draw: wanted.draw)
    } catch {
      throw .unusablePicture(file: entry.file, detail: error.message)
    }
    let input = DetectorInput(pixels: outcome.pixels, jpegQuality: outcome.quality)
    let features: [[Float]]
    do throws(LaboratoryError) {
      features = try source.features(of: input, identity: entry.identity)
    } catch {
      guard case .training(let detail) = error else { throw error }
      throw .training("\(entry.file): \(detail)")
    }
    let width = source.parts.first?.dimension ?? 1
    return FeaturePiece(
      key: wanted.key, quality: outcome.quality,
      size: SizeClass(width: outcome.pixels.width, height: outcome.pixels.height),
      rows: (features.first?.count ?? 0) / width,
      facts: PictureFacts(of: input, damage: damage), features: features)
  }

  private static func join(
    _ wanted: [Wanted], _ pieces: [SHA256Digest: FeaturePiece], parts: [FeaturePart]
  ) -> FeatureSet {
    var samples = [FeatureSet.Sample]()
    var rows = 0
    let found = wanted.compactMap { wanted in pieces[wanted.key].map { (wanted, $0) } }
    for (wanted, piece) in found {
      let own = (piece.features.first?.count ?? 0) / (parts.first?.dimension ?? 1)
      samples.append(
        FeatureSet.Sample(
          entry: wanted.entry, draw: wanted.draw, quality: piece.quality, size: piece.size,
          views: piece.rows, facts: piece.facts, rows: rows..<(rows + own)))
      rows += own
    }
    var features = [String: FeatureMatrix]()
    for (index, part) in parts.enumerated() {
      var values = [Float]()
      values.reserveCapacity(rows * part.dimension)
      for (_, piece) in found { values.append(contentsOf: piece.features[index]) }
      features[part.name] = FeatureMatrix(rows: rows, columns: part.dimension, values: values)
    }
    return FeatureSet(samples: samples, features: features)
  }
}
