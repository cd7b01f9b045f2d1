import ArgumentParser
import ForensicCore

/// `occlusion=60`: seconds that a method may take for one file.
struct MethodBudget: ExpressibleByArgument {
  var method: ExaminationMethod
  var seconds: Double

  /// `nil` for a method without a budget, and for times outside of 0.1…3600 seconds.
  init?(argument: String) {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let method = ExaminationMethod(rawValue: String(parts[0])),
      method.takesBudget, let seconds = Double(parts[1]),
      (0.1...3600).contains(seconds)
    else { return nil }
    self.method = method
    self.seconds = seconds
  }
}
