/// The heads that can be trained on features.
public enum HeadKind: String, Hashable, Sendable, CaseIterable, Codable {
  /// Linear support vector machine; for many classes one against the rest.
  case svm
  /// Linear support vector machines, one for each pair of classes.
  case ovo
  /// Linear support vector machines, one for each class against the rest.
  case ovr
  case logistic
  /// The network of two layers.
  case mlp
  /// Gradient-boosted trees.
  case trees
  /// Tip-Adapter: a cache of labelled features beside a prior.
  case tip
  /// Tip-Adapter-F: the same with its keys learned.
  case tipF = "tip-f"
  case clipAdapter = "clip-adapter"

  /// What people read.
  public var title: String {
    switch self {
    case .svm: "linear SVM"
    case .ovo: "linear SVM, one against one"
    case .ovr: "linear SVM, one against the rest"
    case .logistic: "logistic regression"
    case .mlp: "network of two layers"
    case .trees: "boosted trees"
    case .tip: "Tip-Adapter"
    case .tipF: "Tip-Adapter-F"
    case .clipAdapter: "CLIP-Adapter"
    }
  }

  /// Whether it compares directions and so wants rows of unit length.
  var comparesDirections: Bool { [.tip, .tipF, .clipAdapter].contains(self) }
}
