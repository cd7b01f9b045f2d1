import Classifiers
import ForensicCore

/// What experiments work on: one row of features a picture and tier, computed once for all of
/// them.
public struct ExperimentData: Sendable {
  public let manifest: Manifest
  public let families: FamilyMap
  public let store: FeatureStore
  /// The features that are compared with each other; the first serve the experiments that need
  /// one set only.
  public let choices: [FeatureChoice]
  public let seed: UInt64
  public let progress: ProgressHandler?
  let sources: [any FeatureSource]
  /// Where twins come from, and how many pictures may be used; `nil`: nobody generates them.
  public var twins: (store: TwinStore, pictures: Int)?
  /// Tier name → part → one row an entry: the mean over the picture's views.
  private var means = [String: [String: FeatureMatrix]]()
  /// Tier name → the quality of each picture's last JPEG.
  private var measuredQualities = [String: [Int]]()
  /// Tier name → the number of each picture's views.
  private var viewCounts = [String: [Int]]()
  /// By entry, 0 for `real`.
  let labels: [Int]

  public var entries: [Manifest.Entry] { manifest.entries }
  public var threads: Int { store.threads }

  /// Computes, or reads from the store, the features of every picture at every tier. Every split has to
  /// have pictures of both classes.
  public static func load(
    manifest: Manifest, families: FamilyMap, store: FeatureStore,
    choices: [FeatureChoice] = FeatureChoice.handMade,
    sources: [any FeatureSource] = [ViewFeatures()], seed: UInt64 = 1,
    progress: ProgressHandler? = nil
  ) throws(LaboratoryError) -> ExperimentData {
    var labels = [Int]()
    for entry in manifest.entries {
      guard let label = families.index(of: entry.family) else {
        throw .inconsistentManifest("the list of families lacks \(entry.family)")
      }
      labels.append(label)
    }
    var data = ExperimentData(
      manifest: manifest, families: families, store: store, choices: choices, seed: seed,
      progress: progress, sources: sources, labels: labels)
    for split in Split.allCases { try manifest.requireBothClasses(in: split) }
    for recipe in Tiers.experiments { data.means[recipe.name] = [:] }
    for source in sources {
      let sets = try store.features(
        of: manifest.entries,
        chains: Tiers.experiments.map { DegradationChain(recipe: $0, seed: seed) },
        source: source, pooling: .features, progress: progress)
      for (recipe, set) in zip(Tiers.experiments, sets) {
        for part in source.parts {
          data.means[recipe.name]?[part.name] = set.features[part.name]
        }
        data.measuredQualities[recipe.name] = set.samples.map(\.quality)
        if source is ViewFeatures || data.viewCounts[recipe.name] == nil {
          data.viewCounts[recipe.name] = set.samples.map(\.views)
        }
      }
    }
    return data
  }

  private init(
    manifest: Manifest, families: FamilyMap, store: FeatureStore, choices: [FeatureChoice],
    seed: UInt64, progress: ProgressHandler?, sources: [any FeatureSource], labels: [Int]
  ) {
    self.manifest = manifest
    self.families = families
    self.store = store
    self.choices = choices
    self.seed = seed
    self.progress = progress
    self.sources = sources
    self.labels = labels
  }

  /// The features of all entries at a tier.
  func features(
    _ choice: FeatureChoice, at tier: DegradationChain.Recipe
  ) throws(LaboratoryError) -> FeatureMatrix {
    var joined: FeatureMatrix?
    for part in choice.parts {
      guard let matrix = means[tier.name]?[part] else {
        throw .training("the features \(part) were not computed")
      }
      joined = joined?.joined(with: matrix) ?? matrix
    }
    guard let joined else { throw .training("\(choice.name) names no features") }
    return joined
  }

  func views(of place: Int, at tier: DegradationChain.Recipe) -> Int {
    viewCounts[tier.name]?[place] ?? 1
  }

  func qualities(at tier: DegradationChain.Recipe) -> [Int] {
    measuredQualities[tier.name] ?? []
  }

  /// The places of the entries of a split that `isIncluded` keeps.
  func places(
    _ splits: Split..., where isIncluded: (Manifest.Entry) -> Bool = { _ in true }
  ) -> [Int] {
    entries.indices.filter { splits.contains(entries[$0].split) && isIncluded(entries[$0]) }
  }

  /// What the labels of a task are.
  enum Task: Sendable {
    /// 0 for real, 1 for generated.
    case binary
    /// The families' integers.
    case families
  }

  func classCount(_ task: Task) -> Int { task == .binary ? 2 : families.entries.count }

  func label(_ place: Int, _ task: Task) -> Int {
    task == .binary ? (labels[place] == 0 ? 0 : 1) : labels[place]
  }

  /// Rows of one or several tiers. Real and generated count the same in sum; within the
  /// generated ones a family counts by the square root of its size.
  func trainingSet(
    _ choice: FeatureChoice, at tiers: [DegradationChain.Recipe], places: [Int], task: Task
  ) throws(LaboratoryError) -> TrainingSet {
    var values = [Float]()
    var columns = 0
    for tier in tiers {
      let features = try features(choice, at: tier).selecting(rows: places)
      values.append(contentsOf: features.values)
      columns = features.columns
    }
    let labels = tiers.flatMap { _ in places.map { label($0, task) } }
    do {
      return try TrainingSet(
        features: FeatureMatrix(rows: labels.count, columns: columns, values: values),
        labels: labels, classCount: classCount(task),
        weights: Self.weights(labels))
    } catch {
      throw .training(error.description)
    }
  }

  private static func weights(_ labels: [Int]) -> [Double] {
    var sizes = [Int: Double]()
    for label in labels { sizes[label, default: 0] += 1 }
    let raw = labels.map { $0 == 0 ? 1 : 1 / (sizes[$0] ?? 1).squareRoot() }
    let real = sizes[0] ?? 0
    let generated = zip(labels, raw).reduce(0) { $0 + ($1.0 == 0 ? 0 : $1.1) }
    guard real > 0, generated > 0 else { return labels.map { _ in 1 } }
    let half = Double(labels.count) / 2
    return zip(labels, raw).map { label, weight in
      weight * half / (label == 0 ? real : generated)
    }
  }
}
