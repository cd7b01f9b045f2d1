import Classifiers
import ForensicCore
import Glibc

/// What the three experiments with Tip-Adapter share: a cache from known sources, and two test
/// sets, one of known and one of unseen sources.
private struct TipBench {
  let training: TrainingSet
  let known: TrainingSet
  let unseen: TrainingSet

  init(_ data: ExperimentData) throws(LaboratoryError) {
    let choice = data.choices[data.choices.count - 1]
    let tier = DegradationChain.Recipe.asReceived
    let roles = SourceRoles(data.entries)
    guard roles.isComplete else { throw SourceRoles.tooFew }
    func set(_ places: [Int]) throws(LaboratoryError) -> TrainingSet {
      try data.trainingSet(choice, at: [tier], places: places, task: .binary)
    }
    let isUnseen = { (entry: Manifest.Entry) in roles.role(entry) == .unseen }
    let raw = try set(data.places(.train) { !isUnseen($0) })
    let head = Head(
      standardizer: Standardizer(fitting: raw.features, weights: raw.weights),
      normalizesRows: true,
      classifier: ZeroShot(texts: Matrix(rows: 0, columns: 0, values: [])))
    let sets = try [
      raw, set(data.places(.test) { !isUnseen($0) }),
      set(data.places(.train, .validation, .test, where: isUnseen)),
    ].map { set throws(LaboratoryError) -> TrainingSet in
      do throws(ClassifierError) {
        return set.replacing(features: try head.prepare(set.features))
      } catch {
        throw .training(error.description)
      }
    }
    (training, known, unseen) = (sets[0], sets[1], sets[2])
  }

  /// A cache of `size` pictures; the class means of the cached pictures stand in for prompts.
  func adapter(size: Int, alpha: Double, seed: UInt64) throws(LaboratoryError) -> TipAdapter {
    let rows = HeadRecipe.cache(training, size: size, seed: seed)
    do throws(ClassifierError) {
      let cached = training.selecting(rows: rows)
      let prior = try HeadRecipe(kind: .tip).prior(cached, nil, nil)
      return try TipAdapter(
        keys: cached.features, labels: cached.labels, classCount: 2, alpha: alpha,
        prior: ZeroShot(texts: prior.texts, scale: 1))
    } catch {
      throw .training(error.description)
    }
  }

  /// How many pictures a cache of `wanted` holds: never more than there are.
  func cacheSize(_ wanted: Int) -> Int { min(wanted, training.rows) }

  /// Balanced accuracy on the known and on the unseen sources.
  func measure(_ adapter: TipAdapter) throws(LaboratoryError) -> (Double, Double) {
    let head = Head(classifier: adapter)
    return (
      try Judgement(head, known).balancedAccuracy, try Judgement(head, unseen).balancedAccuracy
    )
  }

  static let note = """
    Without a text encoder the class means of the cached pictures stand in for the prompts \
    "a real image" and "a generated image", so that α = 0 is a nearest-mean classifier and not \
    CLIP's zero-shot one. Known: the test split of sources the cache is drawn from. Unseen: \
    sources it never saw.
    """
}

/// The report's Table 6.
struct TipCacheSize: Experiment {
  let name = "tip-cache"
  let title = "Tip-Adapter by cache size"
  let reference = "Table 6"

  private static let reported: [(size: Int, taskA: Double, meta: Double)] = [
    (2, 0.68, 0.65), (4, 0.69, 0.71), (6, 0.70, 0.74), (8, 0.75, 0.74), (16, 0.72, 0.77),
    (32, 0.69, 0.75), (64, 0.60, 0.71), (128, 0.70, 0.76), (200, 0.68, 0.76), (1000, 0.69, 0.75),
    (2000, 0.68, 0.75),
  ]
  private static let draws = 5

  /// The report's sizes as far as there are pictures, and all of them where the report has more.
  private static func sizes(of pictures: Int) -> [Int] {
    let known = reported.map(\.size).filter { $0 <= pictures }
    return known.count < reported.count && known.last != pictures ? known + [pictures] : known
  }

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let bench = try TipBench(data)
    let sizes = Self.sizes(of: bench.training.rows)
    let results = try Parallel.map(sizes.count, threads: data.threads) {
      index throws(LaboratoryError) -> (size: Int, known: Double, unseen: Double) in
      var sums = (0.0, 0.0)
      for draw in 0..<Self.draws {
        let adapter = try bench.adapter(
          size: sizes[index], alpha: 5, seed: data.seed &+ UInt64(draw))
        let measured = try bench.measure(adapter)
        sums = (sums.0 + measured.0, sums.1 + measured.1)
      }
      let count = Double(Self.draws)
      return (sizes[index], sums.0 / count, sums.1 / count)
    }
    let rows = results.map { result in
      let reported = Self.reported.first { $0.size == result.size }
      return [
        ExperimentTable.Cell.count(result.size), .share(result.known), .share(result.unseen),
        .figure(reported?.taskA ?? .nan, decimals: 2),
        .figure(reported?.meta ?? .nan, decimals: 2),
      ]
    }
    let chart = LineChart(
      title: "Tip-Adapter by cache size, α = 5", xLabel: "pictures in the cache, doubling",
      yLabel: "balanced accuracy", xRange: 1...11, yRange: 0.4...1,
      xTicks: [2, 8, 32, 128, 1000].map { (log2($0), ExperimentTable.format($0, 0)) },
      series: [
        .init(name: "known sources", points: results.map { (log2(Double($0.size)), $0.known) }),
        .init(name: "unseen sources", points: results.map { (log2(Double($0.size)), $0.unseen) }),
        .init(
          name: "report, TaskA", points: Self.reported.map { (log2(Double($0.size)), $0.taskA) },
          dashed: true),
      ])
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "cache",
          caption: "Balanced accuracy with α = 5, mean of \(Self.draws) draws of the cache; the "
            + "report's accuracies beside it.",
          columns: ["cache", "known sources", "unseen sources", "report: TaskA", "test_meta"],
          rows: rows)
      ],
      figures: [.init(name: "cache", caption: "By cache size.", svg: chart.svg)],
      remarks: [TipBench.note])
  }
}

/// The report's Table 7.
struct TipAlpha: Experiment {
  let name = "tip-alpha"
  let title = "Tip-Adapter by α"
  let reference = "Table 7"

  private static let reported: [(alpha: Double, taskA: Double, meta: Double)] = [
    (0, 0.65, 0.47), (1, 0.74, 0.65), (2, 0.75, 0.71), (3, 0.76, 0.73), (4, 0.75, 0.74),
    (5, 0.75, 0.74),
  ]

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let bench = try TipBench(data)
    var rows = [[ExperimentTable.Cell]]()
    let size = bench.cacheSize(100)
    var lines = [(Double, Double, Double)]()
    for reported in Self.reported {
      let measured = try bench.measure(
        bench.adapter(size: size, alpha: reported.alpha, seed: data.seed))
      lines.append((reported.alpha, measured.0, measured.1))
      rows.append([
        .figure(reported.alpha, decimals: 0), .share(measured.0), .share(measured.1),
        .figure(reported.taskA, decimals: 2), .figure(reported.meta, decimals: 2),
      ])
    }
    let chart = LineChart(
      title: "Tip-Adapter by α, cache of \(size)", xLabel: "α", yLabel: "balanced accuracy",
      xRange: 0...5, yRange: 0.4...1,
      xTicks: Self.reported.map { ($0.alpha, ExperimentTable.format($0.alpha, 0)) },
      series: [
        .init(name: "known sources", points: lines.map { ($0.0, $0.1) }),
        .init(name: "unseen sources", points: lines.map { ($0.0, $0.2) }),
        .init(
          name: "report, TaskA", points: Self.reported.map { ($0.alpha, $0.taskA) }, dashed: true),
      ])
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "alpha",
          caption: "Balanced accuracy with a cache of \(size); the report's accuracies beside it.",
          columns: ["α", "known sources", "unseen sources", "report: TaskA", "test_meta"],
          rows: rows)
      ],
      figures: [.init(name: "alpha", caption: "By α.", svg: chart.svg)], remarks: [TipBench.note])
  }
}

/// The report's Table 8.
struct TipEpochs: Experiment {
  let name = "tip-epochs"
  let title = "Tip-Adapter-F by epochs"
  let reference = "Table 8"

  private static let reported: [(epochs: Int, taskA: Double)] = [
    (5, 0.85), (10, 0.86), (20, 0.88), (50, 0.89), (100, 0.90),
  ]

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let bench = try TipBench(data)
    let size = bench.cacheSize(100)
    let start = try bench.adapter(size: size, alpha: 5, seed: data.seed)
    let reported = Self.reported
    let tuned = try Parallel.map(reported.count, threads: data.threads) {
      index throws(LaboratoryError) -> (Double, Double) in
      do {
        let adapter = try start.fineTuned(
          on: bench.training, options: .init(epochs: reported[index].epochs, seed: data.seed))
        return try bench.measure(adapter)
      } catch let error as ClassifierError {
        throw .training(error.description)
      } catch let error as LaboratoryError {
        throw error
      } catch {
        throw .training("\(error)")
      }
    }
    let first = try bench.measure(start)
    let rows =
      [[ExperimentTable.Cell.count(0), .share(first.0), .share(first.1), "–"]]
      + zip(reported, tuned).map { reported, tuned in
        [
          .count(reported.epochs), .share(tuned.0), .share(tuned.1),
          .figure(reported.taskA, decimals: 2),
        ]
      }
    let points = [(0.0, first)] + zip(reported, tuned).map { (Double($0.epochs), $1) }
    let chart = LineChart(
      title: "Tip-Adapter-F by epochs", xLabel: "epochs", yLabel: "balanced accuracy",
      xRange: 0...100, yRange: 0.4...1,
      series: [
        .init(name: "known sources", points: points.map { ($0.0, $0.1.0) }),
        .init(name: "unseen sources", points: points.map { ($0.0, $0.1.1) }),
        .init(
          name: "report, TaskA", points: reported.map { (Double($0.epochs), $0.taskA) },
          dashed: true),
      ])
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "epochs",
          caption: "Balanced accuracy with a cache of \(size) and α = 5, its keys learned on the "
            + "training split of the known sources; 0 epochs is Tip-Adapter.",
          columns: ["epochs", "known sources", "unseen sources", "report: TaskA"], rows: rows)
      ],
      figures: [.init(name: "epochs", caption: "By epochs.", svg: chart.svg)],
      remarks: [TipBench.note])
  }
}
