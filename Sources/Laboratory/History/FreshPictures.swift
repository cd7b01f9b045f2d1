import ForensicCore
import ImageCodecs

/// What pictures with a known history are made from: the real pictures of a split, made smaller by a
/// fifth, which erases the traces of their own saving.
public struct FreshPictures: Sendable {
  public var split = Split.test
  /// The first so many pictures of the split; 0 for all.
  public var pictures = 0
  public var threads = 0
  /// Pictures whose longer side is shorter are left out.
  public var shortestSide = 384

  public init() {}

  /// What `make` makes of each, in the order of the manifest. It is given the picture and its place.
  /// - Parameter images: the folder that the manifest's files are below.
  func trials<Trial: Sendable>(
    manifest: Manifest, images: String, stage: String, progress: ProgressHandler?,
    _ make: @Sendable (PixelBuffer, Int) throws(ExaminationFailure) -> [Trial]
  ) throws(LaboratoryError) -> [[Trial]] {
    var entries = manifest.entries(of: split).filter {
      !$0.isGenerated && $0.region == nil && max($0.width, $0.height) >= shortestSide
    }
    if pictures > 0 { entries = Array(entries.prefix(pictures)) }
    guard !entries.isEmpty else { throw .emptyDataSet("no real picture is large enough") }
    let chosen = entries
    let counter = Counter(stage: stage, total: chosen.count, progress)
    return try Parallel.map(chosen.count, threads: threads) {
      index throws(LaboratoryError) -> [Trial] in
      defer { counter.step() }
      let entry = chosen[index]
      let picture = try PictureSource.load("\(images)/\(entry.file)", sha256: entry.sha256)
      let side = max(picture.width, picture.height) * 4 / 5
      do throws(ExaminationFailure) {
        return try make(ImageScaler.areaAverage(picture, maxSide: side), index)
      } catch {
        throw .unusablePicture(file: entry.file, detail: error.message)
      }
    }
  }

  /// The remark on what the tables are of.
  var words: String {
    "Pictures: the \(split.rawValue) split's real ones, longer side at least \(shortestSide) "
      + "pixels, made smaller by a fifth before the first saving; 4:2:0, libjpeg-turbo, standard "
      + "tables."
  }
}
