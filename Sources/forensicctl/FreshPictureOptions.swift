import ArgumentParser
import ForensicCore
import Laboratory
import Service

/// From which pictures a measurement makes its own.
struct FreshPictureOptions: ParsableArguments {
  @Option(name: .long, help: "The manifest (CSV).", completion: .file(extensions: ["csv"]))
  var manifest: String

  @Option(
    name: .long,
    help: "The folder the manifest's files are below. Default: the manifest's own.",
    completion: .directory)
  var images: String?

  @Option(name: .long, help: "train, validation or test.")
  var split = "test"

  @Option(name: .long, help: "The first so many pictures; 0 for all.")
  var pictures = 0

  var folder: String { images ?? FileSystem.folder(of: manifest) }

  /// - Throws: `ValidationError` for a split that does not exist.
  func source() throws -> FreshPictures {
    var source = FreshPictures()
    source.split = try MeasureOutput.split(split)
    source.pictures = pictures
    return source
  }
}
