import Classifiers
import Detectors
import ForensicCore
import FoundationEssentials
import ImageCodecs
import Safetensors
import SignalAnalysis

/// Computes the features of a data set after a chain, once: with a folder given, what was
/// computed is kept there under a key of everything it depends on.
public struct FeatureStore: Sendable {
  /// The folder of the pictures; the manifest's files are below it.
  public var images: String
  /// Where features are kept between runs; `nil` for nowhere.
  public var cache: String?
  /// 0: one per core.
  public var threads: Int

  public init(images: String, cache: String? = nil, threads: Int = 0) {
    self.images = images
    self.cache = cache
    self.threads = threads
  }

  /// The features of `entries`, `draws` times each through the chain, in the entries' order.
  public func features(
    of entries: [Manifest.Entry], chain: DegradationChain, draws: Int,
    progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> FeatureSet {
    let key = Self.key(entries, chain: chain, draws: draws)
    let path = cache.map { "\($0)/\(key.hex).safetensors" }
    if let path, let stored = Self.read(path) { return stored }
    let set = try compute(entries, chain: chain, draws: draws, progress: progress)
    if let path { try Self.write(set, to: path) }
    return set
  }

  /// Everything that the features depend on.
  static func key(
    _ entries: [Manifest.Entry], chain: DegradationChain, draws: Int
  ) -> SHA256Digest {
    var text = "store 1 chain \(DegradationChain.version) \(chain.recipe.name) \(chain.window) "
    text += "\(chain.seed) \(draws) views \(DetectorInput.maximumViews)\n"
    for kind in DetectorKind.all {
      text += "\(kind.name) \(kind.extractor.version) \(kind.extractor.dimension)\n"
    }
    for entry in entries { text += entry.identity + "\n" }
    return BundleDigest.of(Array(text.utf8))
  }

  private struct Piece: Sendable {
    var entry: Int
    var draw: Int
    var quality: Int
    var views: Int
    /// By detector, the views' features one after the other.
    var features: [[Float]]
  }

  private func compute(
    _ entries: [Manifest.Entry], chain: DegradationChain, draws: Int, progress: ProgressHandler?
  ) throws(LaboratoryError) -> FeatureSet {
    // Regions of one file are taken together, so that each file is decoded once.
    var placesOfFile = [String: [Int]]()
    for (place, entry) in entries.enumerated() {
      placesOfFile[entry.file, default: []].append(place)
    }
    let files = placesOfFile.sorted { $0.key < $1.key }
    let counter = Counter(stage: "features, \(chain.recipe.name)", total: files.count, progress)
    let pieces = try Parallel.map(files.count, threads: threads) {
      index throws(LaboratoryError) -> [Piece] in
      let (file, places) = files[index]
      let picture = try PictureSource.load("\(images)/\(file)", sha256: entries[places[0]].sha256)
      var pieces = [Piece]()
      for place in places {
        let region = try PictureSource.region(of: picture, entry: entries[place])
        for draw in 0..<draws {
          pieces.append(try Self.piece(region, entries[place], place, draw, chain))
        }
      }
      counter.step()
      return pieces
    }
    return Self.join(pieces.flatMap { $0 }.sorted { ($0.entry, $0.draw) < ($1.entry, $1.draw) })
  }

  private static func piece(
    _ region: PixelBuffer, _ entry: Manifest.Entry, _ place: Int, _ draw: Int,
    _ chain: DegradationChain
  ) throws(LaboratoryError) -> Piece {
    do {
      let outcome = try chain.apply(to: region, identity: entry.identity, draw: draw)
      let input = DetectorInput(pixels: outcome.pixels, jpegQuality: outcome.quality)
      return Piece(
        entry: place, draw: draw, quality: outcome.quality, views: input.views.count,
        features: DetectorKind.all.map { kind in
          input.analyses.flatMap { kind.extractor.features(of: $0) }
        })
    } catch {
      throw .unusablePicture(file: entry.file, detail: error.message)
    }
  }

  private static func join(_ pieces: [Piece]) -> FeatureSet {
    var samples = [FeatureSet.Sample]()
    var rows = 0
    for piece in pieces {
      samples.append(
        FeatureSet.Sample(
          entry: piece.entry, draw: piece.draw, quality: piece.quality,
          rows: rows..<(rows + piece.views)))
      rows += piece.views
    }
    var features = [String: FeatureMatrix]()
    for (index, kind) in DetectorKind.all.enumerated() {
      var values = [Float]()
      values.reserveCapacity(rows * kind.extractor.dimension)
      for piece in pieces { values.append(contentsOf: piece.features[index]) }
      features[kind.name] = FeatureMatrix(
        rows: rows, columns: kind.extractor.dimension, values: values)
    }
    return FeatureSet(samples: samples, features: features)
  }
}
