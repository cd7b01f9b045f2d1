extension Manifest {
  /// Fails where a split lacks a class: nothing can be learnt from one class alone, and measured on it
  /// a figure of two classes is another figure.
  func requireBothClasses(in split: Split) throws(LaboratoryError) {
    let own = entries(of: split)
    for isGenerated in [false, true] where !own.contains(where: { $0.isGenerated == isGenerated }) {
      throw .emptyDataSet(
        "the split \(split.rawValue) has no \(isGenerated ? "generated" : "camera") pictures")
    }
  }
}
