import ForensicCore

extension StabilityExperiment {
  package static func result(_ trials: [Trial], split: Split) -> ExperimentResult {
    let classes = [(name: "camera", isGenerated: false), (name: "generated", isGenerated: true)]
    let changes = classes.flatMap { kind in
      Stability.Change.allCases.map { change in
        row(of: change, kind.name, trials.filter { $0.isGenerated == kind.isGenerated })
      }
    }
    let whole = classes.map { kind in
      row(kind.name, trials.filter { $0.isGenerated == kind.isGenerated })
    }
    return ExperimentResult(
      tables: [
        ExperimentTable(
          name: "stability-changes",
          caption: "Statements that one change turns round.",
          columns: [
            "pictures", "change", "statements looked at", "turned round", "share",
            "of those, wrong before", "left open",
          ], rows: changes),
        ExperimentTable(
          name: "stability",
          caption: "Statements before and after those that a change turns round are left open.",
          columns: [
            "pictures", "examined", "statements", "wrong", "turned round", "of those, wrong",
            "statements after", "wrong after",
          ], rows: whole),
      ],
      remarks: [
        "Pictures of the \(split.rawValue) split of which a likelihood ratio is formed, as they are. A "
          + "statement is looked at where the change could be made and the middle of the picture alone "
          + "leans as the whole does. Left open: after the change the middle leans to neither."
      ])
  }

  private static func row(
    of change: Stability.Change, _ name: String, _ trials: [Trial]
  ) -> [ExperimentTable.Cell] {
    let looked = trials.filter { trial in
      trial.isStated && trial.stability.base.leaning == trial.leaning
        && trial.stability.variants.contains { $0.change == change && $0.leaning != nil }
    }
    let turned = looked.filter { $0.turns(change) }
    let open = looked.count { trial in
      trial.stability.variants.contains { $0.change == change && $0.leaning == .inconclusive }
    }
    return [
      .text(name), .text(change.rawValue), .count(looked.count), .count(turned.count),
      .share(looked.isEmpty ? .nan : Double(turned.count) / Double(looked.count)),
      .count(turned.count(where: \.isWrong)), .count(open),
    ]
  }

  private static func row(_ name: String, _ trials: [Trial]) -> [ExperimentTable.Cell] {
    let stated = trials.filter(\.isStated)
    let turned = stated.filter(\.stability.flips)
    let (wrong, lost) = (stated.count(where: \.isWrong), turned.count(where: \.isWrong))
    return [
      .text(name), .count(trials.count), .count(stated.count), .count(wrong),
      .count(turned.count), .count(lost), .count(stated.count - turned.count),
      .count(wrong - lost),
    ]
  }
}
