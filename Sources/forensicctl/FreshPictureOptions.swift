import ArgumentParser
import ForensicCore
import Laboratory

/// From which pictures a measurement makes its own.
struct FreshPictureOptions: ParsableArguments {
  @OptionGroup var dataSet: ManifestOptions

  @Option(name: .long, help: "train, validation or test.")
  var split = "test"

  @Option(name: .long, help: "The first so many pictures; 0 for all.")
  var pictures = 0

  /// - Throws: `ValidationError` for a split that does not exist.
  func source() throws -> FreshPictures {
    var source = FreshPictures()
    source.split = try MeasureOutput.split(split)
    source.pictures = pictures
    return source
  }
}
