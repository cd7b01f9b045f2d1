import Safetensors

/// Features in, one probability per class out. A value: the same features give the same
/// probabilities, whatever their neighbours in the matrix, up to the rounding of one product.
public protocol ProbabilisticClassifier: Sendable {
  /// The name under which a head of this form is stored.
  static var kind: String { get }
  var featureCount: Int { get }
  var classCount: Int { get }
  /// Rows × classes; each row sums to one.
  func probabilities(of features: FeatureMatrix) throws(ClassifierError) -> ScoreMatrix
  /// Everything needed to make it again, under names that begin with `prefix`.
  func tensors(prefix: String) -> [String: TensorValue]
  /// Reads what `tensors(prefix:)` wrote; throws where something is missing or misshapen.
  init(from source: some TensorSource, prefix: String) throws(SafetensorsError)
}

extension ProbabilisticClassifier {
  func checkWidth(_ features: FeatureMatrix) throws(ClassifierError) {
    guard features.columns == featureCount else {
      throw .wrongWidth(expected: featureCount, actual: features.columns)
    }
  }
}

/// Checks that stored parts of a head fit one another.
func requireStored(
  _ condition: Bool, _ subject: String, _ detail: @autoclosure () -> String
) throws(SafetensorsError) {
  guard condition else {
    throw SafetensorsError(.unexpectedTensor, subject: subject, detail: detail())
  }
}
