import Classifiers

/// The report's Figure 7: which family is taken for which, by one SVM for each pair.
struct FamilyConfusion: Experiment {
  let name = "confusion-families"
  let title = "Confusion of families"
  let reference = "Figure 7"

  func run(_ data: ExperimentData) throws(LaboratoryError) -> ExperimentResult {
    let choice = data.choices[data.choices.count - 1]
    let tier = DegradationChain.Recipe.asReceived
    let head = try HeadRecipe(kind: .ovo, seed: data.seed).train(
      on: data.trainingSet(choice, at: [tier], places: data.places(.train), task: .families),
      validation: data.trainingSet(
        choice, at: [tier], places: data.places(.validation), task: .families))
    let judged = try Judgement(
      head, data.trainingSet(choice, at: [tier], places: data.places(.test), task: .families))
    let present = (0..<judged.classCount).filter { judged.labels.contains($0) }
    let names = data.families.families.map(\.rawValue)
    let shares = judged.confusion.rowShares
    let counts = judged.confusion
    let sources = Dictionary(grouping: data.entries, by: \.family)
      .mapValues { Set($0.map(\.source)).count }
    let single = present.count { sources[data.families.families[$0]] == 1 }
    let few = present.count { label in judged.labels.count { $0 == label } < 15 }
    let chart = MatrixChart(
      title: "One SVM a pair on \(choice.name), as received", rowTitle: "is",
      columnTitle: "called", rows: present.map { names[$0] }, columns: names,
      values: present.map { shares[$0] })
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "counts",
          caption: "Pictures of the test split by family (rows) and by what they are called "
            + "(columns); accuracy \(ExperimentTable.format(judged.accuracy, 3)), mean over "
            + "families \(ExperimentTable.format(judged.balancedAccuracy, 3)).",
          columns: ["is"] + names,
          rows: present.map { row in
            [.text(names[row])] + names.indices.map { .count(counts[row, $0]) }
          })
      ],
      figures: [.init(name: "shares", caption: "Shares of each true family.", svg: chart.svg)],
      remarks: [
        """
        The report trained and tested on Synthbuster, 1,000 pictures of each of nine generators, \
        and found only neighbouring versions of Stable Diffusion mixed up. Here \(single) of \
        \(present.count) families come from one source each, so that they can be told by its \
        pipeline, and \(few) have fewer than 15 pictures in the test split.
        """
      ])
  }
}
