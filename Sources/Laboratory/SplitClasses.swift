extension Sequence<Manifest.Entry> {
  /// Whether there are pictures of both classes: nothing can be learnt from one class alone, and measured
  /// on it a figure of two classes is another figure.
  var haveBothClasses: Bool { contains { $0.isGenerated } && contains { !$0.isGenerated } }

  /// A sentence for each class that a split has no pictures of.
  func classesMissing(in split: Split) -> [String] {
    [false, true].compactMap { isGenerated in
      contains { $0.split == split && $0.isGenerated == isGenerated }
        ? nil
        : "the split \(split.rawValue) has no \(isGenerated ? "generated" : "camera") pictures"
    }
  }
}

extension Manifest {
  /// Fails where a split lacks a class.
  func requireBothClasses(in split: Split) throws(LaboratoryError) {
    if let missing = entries.classesMissing(in: split).first { throw .emptyDataSet(missing) }
  }
}
