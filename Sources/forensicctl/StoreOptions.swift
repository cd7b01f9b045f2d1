import ArgumentParser
import ModelStore
import Service

/// Where a command finds the installed encoders.
struct StoreOptions: ParsableArguments {
  @Option(
    name: .customLong("models"),
    help:
      "The model store. Default: $FORENSICD_MODELS, the configuration's, or \(Configuration.standardModels).",
    completion: .directory)
  var path: String?

  func store() throws(ConfigurationError) -> ModelStore {
    ModelStore(path: try Resources.models(explicit: path))
  }
}
