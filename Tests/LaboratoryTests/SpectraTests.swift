import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Laboratory
import SignalAnalysis
import Testing

@Suite("Average spectra of a data set") struct SpectraTests {
  private static let blocks = GeneratorFamily(rawValue: "blocks")

  private func measure(
    _ data: SyntheticDataSet, _ manifest: Manifest? = nil, threads: Int = 1
  ) throws -> FamilySpectra? {
    try SpectraMeasurement(
      families: data.families.families, images: data.folder, seed: 1, threads: threads
    ).spectra(of: manifest ?? data.manifest, progress: nil)
  }

  /// The map of one entry, the long way: chain, views, average.
  private func map(_ entry: Manifest.Entry, _ folder: String) throws -> SpectrumMap {
    let pixels = try PictureSample.pixels(
      entry, images: folder, chain: DegradationChain(recipe: .asReceived, seed: 1))
    var average = SpectrumAverage()
    for view in DetectorInput(pixels: pixels, jpegQuality: nil).analyses { average.add(view) }
    return try #require(average.map)
  }

  /// Three sources of 7, 3 and 2 pictures: each counts by the power 0.4 of its size.
  @Test func averagesAreTheWeightedMeans() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 12)
    let names = [String](repeating: "a", count: 7) + ["b", "b", "b", "c", "c"]
    var places = [false: 0, true: 0]
    let entries = data.manifest.entries.filter { $0.split == .train }.map { entry in
      var entry = entry
      entry.source = names[places[entry.isGenerated, default: 0]]
      places[entry.isGenerated, default: 0] += 1
      return entry
    }
    let manifest = try Manifest(entries: entries, digest: data.manifest.digest)
    let spectra = try #require(try measure(data, manifest))
    #expect(spectra == (try measure(data, manifest, threads: 3)))
    #expect(spectra.averages.map(\.family) == [.real, Self.blocks])
    #expect(spectra.averages.map(\.pictures) == [12, 12])
    #expect(spectra.manifest == manifest.digest && spectra.split == "train")
    #expect(spectra.chain.hasPrefix("as received"))
    for average in spectra.averages {
      let own = entries.filter { $0.family == average.family }
      let weights = own.map { entry in
        pow(Double(own.count { $0.source == entry.source }), 0.4 - 1)
      }
      let maps = try own.map { try map($0, folder) }
      for index in [0, 5000, 8256, 16383] {
        let sum = zip(maps, weights).reduce(0) { $0 + Double($1.0.values[index]) * $1.1 }
        let mean = sum / weights.reduce(0, +)
        #expect(abs(Double(average.map.values[index]) - mean) < 1e-4)
      }
    }
    // Pictures blown up by 4 have the lower power beyond a quarter of the sampling rate.
    let high = spectra.averages.map { $0.map.profile.suffix(16).reduce(0, +) }
    #expect(high[0] > high[1])
  }

  @Test func nineCameraPicturesMakeNoAverage() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 10)
    let train = data.manifest.entries(of: .train)
    let cameras = train.filter { !$0.isGenerated }
    func manifest(_ entries: [Manifest.Entry]) throws -> Manifest {
      try Manifest(entries: entries, digest: data.manifest.digest)
    }
    #expect(try measure(data, manifest(train.filter { $0 != cameras[0] })) == nil)
    let alone = try measure(data, manifest(cameras + train.filter(\.isGenerated).prefix(9)))
    #expect(alone?.averages.map(\.family) == [.real])
  }

  /// The command's way: added to a bundle that has none they are those that training writes, and the
  /// bundle is the same to the bit.
  @Test func addedAfterwardsTheyAreThoseOfTraining() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 10)
    var options = TrainingTests.quick
    options.detectors = ["spectrum"]
    options.cache = folder + "/cache"
    let out = folder + "/out"
    let trained = try Laboratory.train(
      manifest: data.manifest, images: folder, families: data.families, output: out,
      options: options)
    #expect(trained.spectra?.file == FamilySpectra.file)
    let whole = try ModelBundle.load(out)
    #expect(whole.spectra?.averages.map(\.pictures) == [10, 10])

    // As an older version left it.
    var description = trained
    description.spectra = nil
    try JSONEncoder().encode(description).write(to: URL(fileURLWithPath: out + "/bundle.json"))
    try FileManager.default.removeItem(atPath: "\(out)/\(FamilySpectra.file)")
    let bare = try ModelBundle.load(out)
    #expect(bare.spectra == nil && bare.digest != whole.digest)
    try Laboratory.addSpectra(to: out, manifest: data.manifest, images: folder, threads: 2)
    #expect(try ModelBundle.load(out).digest == whole.digest)

    // Others in their place, and nothing left lying about.
    let entries = data.manifest.entries.filter { !$0.isGenerated }
    try Laboratory.addSpectra(
      to: out, manifest: Manifest(entries: entries, digest: BundleDigest.of([3])), images: folder)
    let renewed = try ModelBundle.load(out)
    #expect(renewed.spectra?.manifest == BundleDigest.of([3]))
    #expect(renewed.spectra?.averages.count == 1)
    #expect(renewed.description.detectors == whole.description.detectors)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out).sorted()
        == ["bundle.json", "meta.safetensors", "spectra.safetensors", "spectrum.safetensors"])

    // Without training pictures the bundle stays as it is.
    let validation = try Manifest(
      entries: data.manifest.entries(of: .validation), digest: data.manifest.digest)
    let error = #expect(throws: LaboratoryError.self) {
      try Laboratory.addSpectra(to: out, manifest: validation, images: folder)
    }
    #expect(error?.description.contains("the split train") == true)
    #expect(try ModelBundle.load(out).digest == renewed.digest)
  }

  /// A bundle of two classes has one average of all that is generated.
  @Test func twoClasses() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = try SyntheticDataSet(folder: folder, pictures: 10)
    let (manifest, families) = try data.manifest.twoClasses(data.families)
    var options = TrainingTests.quick
    options.detectors = ["spectrum"]
    let out = folder + "/out"
    try Laboratory.train(
      manifest: manifest, images: folder, families: families, output: out, options: options)
    let trained = try ModelBundle.load(out)
    #expect(trained.spectra?.averages.map(\.family.rawValue) == ["real", "generated"])
    try Laboratory.addSpectra(to: out, manifest: data.manifest, images: folder)
    #expect(try ModelBundle.load(out).digest == trained.digest)
  }
}
