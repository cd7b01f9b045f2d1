import ArgumentParser
import ExaminerPool
import ForensicCore
import Service

/// The model bundle that examines. One that was named has to be there: an examination without it
/// would look like one that found nothing.
struct BundleOption: ParsableArguments {
  static let standard = "baseline"

  @Option(
    name: .customLong("bundle"),
    help: "The model bundle: a name below models/, or a path. Default: \(Self.standard).",
    completion: .directory)
  var named: String?

  /// The bundle's name or path.
  /// - Throws: where the command line names a folder that holds no bundle.
  func name(in resources: Resources) throws(ConfigurationError) -> String {
    guard let named else { return Self.standard }
    let folder = resources.bundle(named)
    guard !named.isEmpty, FileSystem.exists(folder + "/bundle.json") else {
      throw ConfigurationError(
        file: folder.madeVisible, problem: "there is no model bundle (bundle.json) in this folder",
        mend: "Give --bundle a name below \(resources.bundle("").madeVisible), or a path with a /.")
    }
    return named
  }

  /// - Throws: where the bundle that the command line names is there and cannot be used.
  func require(_ greeting: ExaminerGreeting, in resources: Resources) throws(ConfigurationError) {
    guard let named, let reason = greeting.bundleFailure else { return }
    throw ConfigurationError(
      file: resources.bundle(named).madeVisible,
      problem: "the model bundle cannot be used: \(reason.madeVisible)",
      mend: "Train it again, or name another with --bundle.")
  }
}
