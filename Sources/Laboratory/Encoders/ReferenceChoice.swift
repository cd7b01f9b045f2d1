import Detectors
import ForensicCore

/// The training pictures that an encoder's detector keeps to compare others with.
package enum ReferenceChoice {
  /// What the encoder sees in them, as published photographs are received; `nil` where there are none.
  static func references(
    _ plan: EncoderPlan, _ manifest: Manifest, families: FamilyMap, images: String,
    options: TrainingOptions, progress: ProgressHandler?
  ) throws(LaboratoryError) -> ReferencePictures? {
    let entries = entries(
      manifest.entries(of: .train),
      most: most(families: families.entries.count, dimension: plan.dimension))
    guard !entries.isEmpty else { return nil }
    let encoded = try EncodedPictures(
      plan, entries, chain: DegradationChain(recipe: .asReceived, seed: options.seed), draws: 1,
      images: images, cache: options.cache, progress: progress)
    return ReferencePictures(
      pictures: entries.map(\.reference), dimension: plan.dimension,
      features: encoded.features.values)
  }

  /// Pictures of a family, so that all families fit into a file; 0 where not one of each does.
  package static func most(families: Int, dimension: Int) -> Int {
    let room = min(
      ReferencePictures.maximumPictures, ReferencePictures.maximumValues / max(1, dimension))
    return min(ReferencePictures.mostPerFamily, room / max(1, families))
  }

  /// At most so many of each family, each picture once. Sources take turns, so that a small one is
  /// there beside a large one; within a source the digests decide, which know nothing of content.
  package static func entries(_ entries: [Manifest.Entry], most: Int) -> [Manifest.Entry] {
    var seen = Set<String>()
    let once = entries.sorted { $0.identity < $1.identity }.filter {
      $0.reference.hasPlainNames && seen.insert($0.pixels).inserted
    }
    let byFamily = Dictionary(grouping: once, by: \.family).sorted { $0.key < $1.key }
    return byFamily.flatMap { _, pictures -> [Manifest.Entry] in
      let sources = Dictionary(grouping: pictures, by: \.source).sorted { $0.key < $1.key }
      let longest = sources.map(\.value.count).max() ?? 0
      let turns = (0..<min(longest, most)).lazy.flatMap { turn in
        sources.compactMap { turn < $0.value.count ? $0.value[turn] : nil }
      }
      return Array(turns.prefix(most))
    }
  }
}

extension Manifest.Entry {
  /// How a bundle names it.
  var reference: ReferencePictures.Picture {
    .init(family: family, source: source, file: file, sha256: sha256)
  }
}
