import ForensicCore
import Foundation
import Laboratory
import ModelStore
import Testing

@Suite("Features of encoders", .enabled(if: Places.hasEncoder, "no goldens"))
struct EncodedPicturesTests {
  /// Another list of the same pictures encodes nothing: the files are not even there any more.
  @Test func theyAreKeptPictureByPicture() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 2)
    let models = ModelStore(path: folder + "/models")
    let record = try models.install(
      Places.encoder, catalogue: nil, time: Timestamp(milliseconds: 1_790_000_000_000))
    let plan = try EncoderPlan(
      "\(record.name),class", head: .logistic, arithmetic: .fp32, models: models, threads: 1)
    func encoded(_ entries: [Manifest.Entry]) throws -> EncodedPictures {
      try EncodedPictures(
        plan, entries, chain: DegradationChain(recipe: .quality(90)), draws: 2, images: folder,
        cache: folder + "/cache", progress: nil)
    }
    let entries = data.manifest.entries(of: .train)
    let all = try encoded(entries).features
    #expect(all.rows == 2 * entries.count && all.values.allSatisfy(\.isFinite))
    for entry in entries {
      try FileManager.default.removeItem(atPath: "\(folder)/\(entry.file)")
    }
    let fewer = try encoded(Array(entries.dropFirst())).features
    #expect(fewer.rows == 2 * (entries.count - 1))
    #expect(fewer.values == Array(all.values.dropFirst(2 * all.columns)))
  }
}
