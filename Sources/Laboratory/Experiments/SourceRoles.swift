import ForensicCore

/// Sources dealt into three parts, so that a data set of many sources can play the report's
/// several data sets: one to train on, one to fine-tune on, one never seen.
struct SourceRoles: Sendable {
  enum Role: Hashable, Sendable { case base, tuning, unseen }

  /// `real:` or `generated:` and the source: a source of both classes may play two parts.
  private var roles = [String: Role]()

  /// By class, the largest sources until they hold half of the training pictures are the base;
  /// the others are for tuning and unseen in turn.
  init(_ entries: [Manifest.Entry]) {
    for isGenerated in [false, true] {
      var sizes = [String: Int]()
      for entry in entries where entry.isGenerated == isGenerated {
        sizes[entry.source, default: 0] += 1
      }
      let total = sizes.values.reduce(0, +)
      var taken = 0
      var isTuning = true
      for (source, size) in sizes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        let key = Self.key(isGenerated, source)
        if 2 * taken < total {
          roles[key] = .base
        } else {
          roles[key] = isTuning ? .tuning : .unseen
          isTuning.toggle()
        }
        taken += size
      }
    }
  }

  func role(_ entry: Manifest.Entry) -> Role {
    roles[Self.key(entry.isGenerated, entry.source)] ?? .unseen
  }

  /// The sources of a part, sorted.
  func sources(_ role: Role) -> [String] {
    roles.filter { $0.value == role }.keys.sorted()
  }

  /// Whether every part has pictures of both classes.
  var isComplete: Bool {
    [Role.base, .tuning, .unseen].allSatisfy { role in
      ["real:", "generated:"].allSatisfy { prefix in
        roles.contains { $0.value == role && $0.key.hasPrefix(prefix) }
      }
    }
  }

  private static func key(_ isGenerated: Bool, _ source: String) -> String {
    (isGenerated ? "generated:" : "real:") + source
  }

  /// What an experiment says that needs more sources than a data set has.
  static let tooFew = LaboratoryError.emptyDataSet(
    "this experiment needs at least four sources of each class, one of them large")
}
