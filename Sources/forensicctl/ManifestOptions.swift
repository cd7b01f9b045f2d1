import ArgumentParser
import Laboratory
import Service

/// A data set: the manifest, and where its pictures lie.
struct ManifestOptions: ParsableArguments {
  @Option(name: .long, help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
  var manifest: String

  @Option(
    name: .long, help: "The folder the manifest's files are below. Default: the manifest's own.",
    completion: .directory)
  var images: String?

  var folder: String { images ?? FileSystem.folder(of: manifest) }

  /// Reads the manifest.
  func load() throws(LaboratoryError) -> Manifest { try Manifest.load(path: manifest) }
}
