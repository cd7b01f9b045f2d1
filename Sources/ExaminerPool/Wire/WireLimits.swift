/// How many elements the lists of an answer may have: what an examiner's own limits let it find at
/// most. An answer with more was not made by an examiner in its right mind, and to draw its report
/// could hold up a thread of the service's for hours. Where a limit of the examiner's grows, its
/// answers are refused until the one here follows.
package enum WireLimits {
  // MARK: Metadata

  /// `TIFFWalker.mostFields`.
  package static let exifEntries = 4096

  // MARK: JPEG structure

  /// `JPEGStructure.maxTables`.
  package static let tables = 32
  /// Coefficients of a block.
  package static let tableValues = 64
  /// One byte counts them in a frame header (T.81, B.2.2).
  package static let components = 255
  /// `JPEGStructure.maxMarkers`.
  package static let markers = 2000

  // MARK: Content Credentials

  /// `CredentialLimits.manifests`.
  package static let manifests = 512
  /// `Bounded.most`: assertions, actions, ingredients, redactions and statuses of one manifest.
  package static let manifestEntries = 512
  /// Ingredients of an action, failures recorded with an ingredient.
  package static let references = 64

  // MARK: Declarations

  /// `DeclarationCollector.mostGenerations`.
  package static let generations = 16
  /// `DeclarationCollector.mostStatements`.
  package static let statements = 256
  /// Names and values of at least two bytes each, out of the collector's 512 KiB of text.
  package static let settings = 1 << 17

  // MARK: Results

  /// Of a bundle (`ModelBundle.validate`).
  package static let detectors = 64
  package static let families = 1000
  /// `Stability.Change.allCases`, and room for more.
  package static let variants = 16
  /// `ReferencePictures.mostNeighbours`.
  package static let neighbours = 6
  /// Those about statements, generations, mentions and source types are the only ones that come
  /// in numbers, all together well under this.
  package static let findings = 1024
  /// Parameters of a method, or parts of a result.
  package static let findingEntries = 256
  package static let notExamined = 256

  // MARK: Figures

  /// The preview, one a detector, one a quantisation table, one a method.
  package static let figures = 256
  package static let series = 16
  /// Numbers of one list: the cells of a map are 64 × 64.
  package static let numbers = 1 << 14

  // MARK: Greeting and request

  package static let trials = 256
  package static let methods = 64
}
