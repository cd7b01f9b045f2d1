import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Safetensors
import SignalAnalysis
import Testing

@Suite("Average spectra in a bundle") struct FamilySpectraTests {
  private static let real = GeneratorFamily.real
  private static let alpha = GeneratorFamily(rawValue: "alpha")
  private static let beta = GeneratorFamily(rawValue: "beta")

  private static func map(_ base: Float) -> SpectrumMap {
    let side = SpectrumMap.side
    return SpectrumMap(
      values: (0..<side * side).map { base + Float($0 % 200) / 50 },
      profile: (0..<SpectrumMap.bands).map { base + Float($0) / 64 })
  }

  private static func spectra(_ families: [GeneratorFamily]) -> FamilySpectra {
    FamilySpectra(
      averages: families.enumerated().map { index, family in
        .init(family: family, pictures: 1234 + index, map: map(Float(4 + index)))
      }, manifest: BundleDigest.of([1]), split: "train", chain: "as received")
  }

  /// A bundle with that file, as its digest and description have it.
  private func load(
    _ bytes: [UInt8], edit: @escaping (inout BundleDescription) -> Void = { _ in }
  ) throws -> ModelBundle {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(FamilySpectra.file)"))
    try SampleBundle(edit: {
      $0.spectra = .init(file: FamilySpectra.file, sha256: BundleDigest.of(bytes))
      edit(&$0)
    }).write(to: folder)
    return try ModelBundle.load(folder)
  }

  @Test func roundTrip() throws {
    let written = Self.spectra([Self.real, Self.beta])
    let bundle = try load(written.encoded())
    let read = try #require(bundle.spectra)
    #expect(read.manifest == written.manifest)
    #expect(read.split == "train" && read.chain == "as received")
    #expect(read.averages.map(\.family) == [Self.real, Self.beta])
    #expect(read.averages.map(\.pictures) == [1234, 1235])
    #expect(read.average(of: Self.alpha) == nil)
    for (old, new) in zip(written.averages, read.averages) {
      #expect(new.map.profile == old.map.profile)
      // Half of one step of 255 over the span of 4.
      let differences = zip(old.map.values, new.map.values).map { abs($0 - $1) }
      #expect(differences.allSatisfy { $0 <= 0.008 })
    }
    // A byte more in the file is another bundle.
    let other = try load(Self.spectra([Self.real]).encoded())
    #expect(other.digest != bundle.digest)
    #expect(written.encoded().count < 40_000)
  }

  @Test func anotherFileThanTheDescriptionsIsRefused() {
    #expect(throws: BundleError.digestMismatch(file: FamilySpectra.file)) {
      try load(Self.spectra([Self.real]).encoded()) {
        $0.spectra?.sha256 = BundleDigest.of([7])
      }
    }
    #expect(throws: BundleError.self) {
      try load(Self.spectra([Self.real]).encoded()) { $0.spectra?.file = "../spectra" }
    }
  }

  /// Averages of another version are not comparable: the bundle is used without them.
  @Test func anotherVersionIsPassedOver() throws {
    let spectra = Self.spectra([Self.real])
    var metadata = spectra.metadata()
    metadata["version"] = "spectrum 0"
    let bytes = SafetensorsWriter.encode(spectra.tensors(), metadata: metadata)
    #expect(try load(bytes).spectra == nil)
  }

  static let spoilers: [@Sendable (inout [String: TensorValue]) -> Void] = [
    { $0["real.power"] = TensorValue([UInt8](repeating: 1, count: 4), shape: [2, 2]) },
    { $0["real.power"] = TensorValue([UInt8](), shape: [1 << 20, 1 << 20, 0]) },
    { $0["real.power"] = TensorValue([UInt8](repeating: 1, count: 1 << 16), shape: [256, 256]) },
    { $0["real.power"] = TensorValue([Float](repeating: 1, count: 16384), shape: [128, 128]) },
    { $0["real.profile"] = nil },
    { $0["real.profile"] = TensorValue([Float](repeating: 1, count: 1_000_000)) },
    { $0["real.profile"] = TensorValue([Float](repeating: .nan, count: 64)) },
    { $0["real.span"] = TensorValue([5, 4] as [Float]) },
    { $0["real.span"] = TensorValue([0, .infinity] as [Float]) },
    { $0["real.span"] = TensorValue([-1, 4] as [Float]) },
    { $0["real.span"] = TensorValue([0, 1e30] as [Float]) },
    { $0["gamma.power"] = $0["real.power"] },
    { for name in ["power", "span", "profile"] { $0["real.\(name)"] = nil } },
  ]

  @Test(arguments: spoilers.indices)
  func hostileFilesAreRefused(index: Int) {
    let spectra = Self.spectra([Self.real, Self.alpha])
    var tensors = spectra.tensors()
    Self.spoilers[index](&tensors)
    let bytes = SafetensorsWriter.encode(tensors, metadata: spectra.metadata())
    let error = #expect(throws: BundleError.self) { try load(bytes) }
    #expect(error?.description.contains(FamilySpectra.file) == true, "\(error.debugDescription)")
  }

  @Test(arguments: [
    ("pictures.real", "0"), ("pictures.real", "-4"), ("pictures.alpha", "many"),
    ("pictures.alpha", nil), ("manifest", "00"), ("split", nil), ("chain", nil),
  ])
  func hostileHeadersAreRefused(name: String, value: String?) {
    let spectra = Self.spectra([Self.real, Self.alpha])
    var metadata = spectra.metadata()
    metadata[name] = value
    let bytes = SafetensorsWriter.encode(spectra.tensors(), metadata: metadata)
    let error = #expect(throws: BundleError.self) { try load(bytes) }
    #expect(error?.description.contains(FamilySpectra.file) == true, "\(error.debugDescription)")
  }

  @Test func aFileThatIsTooLargeIsNotRead() {
    let bytes = [UInt8](repeating: 0, count: FamilySpectra.maximumFileSize + 1)
    #expect(throws: BundleError.unreadable(file: FamilySpectra.file)) { try load(bytes) }
  }

  private func figures(
    _ spectra: FamilySpectra?, width: Int = 400
  ) throws -> (figures: [Figure], conclusion: Conclusion) {
    let bundle =
      try spectra.map { try load($0.encoded()) } ?? load([]) { $0.spectra = nil }
    let result = try Ensemble(bundle: bundle)
      .examine(picture(width: width, height: 300), jpegQuality: 90)
    #expect(result.detectors.first?.figure == "spectrum")
    return (result.figures, result.conclusion)
  }

  @Test func theFamilyThatFitsBestStandsBesideThePicture() throws {
    let (figures, conclusion) = try figures(Self.spectra([Self.real, Self.alpha, Self.beta]))
    let family = try #require(conclusion.likeliestGenerator)
    let count = family == "alpha" ? "1,235" : "1,236"
    #expect(
      figures.map(\.id) == [
        "spectrum", "spectrum-camera", "spectrum-family", "spectrum-profile", "colour-histogram",
      ])
    #expect(figures[1].title == "Camera average, 1,234 pictures")
    #expect(figures[2].title.lowercased() == "\(family) average, \(count) pictures")
    #expect(figures[2].caption.contains("\(count) pictures of the family \(family)"))
    #expect(figures[2].caption.contains("manifest \(BundleDigest.of([1]).short), train"))
    for figure in figures.prefix(3) {
      guard case .raster("image/png", _, SpectrumMap.side, SpectrumMap.side) = figure.content else {
        Issue.record("\(figure.id)")
        continue
      }
    }
    guard case .lines(let x, let series, _, _) = figures[3].content else {
      Issue.record("no profile")
      return
    }
    #expect(series.map(\.name) == ["this picture", "\(family) average", "camera average"])
    #expect(series.allSatisfy { $0.values.count == x.count })
    #expect(figures[3].caption.contains("no evidence by itself"))
  }

  @Test func withoutAnAverageOfItTheCameraStandsAlone() throws {
    let (whole, conclusion) = try figures(Self.spectra([Self.real, Self.alpha, Self.beta]))
    let missing = try #require(conclusion.likeliestGenerator)
    let others = [Self.real, Self.alpha, Self.beta].filter { $0.rawValue != missing }
    let alone = ["spectrum", "spectrum-camera", "spectrum-profile", "colour-histogram"]
    #expect(try figures(Self.spectra(others)).figures.map(\.id) == alone)
    #expect(whole.count == alone.count + 1)
    // Too small for a conclusion: no family fits.
    let small = try figures(Self.spectra([Self.real, Self.alpha, Self.beta]), width: 200)
    #expect(!small.conclusion.hasRatio)
    #expect(small.figures.map(\.id) == alone)
  }

  @Test func aBundleWithoutThemGivesTheOldFigures() throws {
    let (figures, _) = try figures(nil)
    #expect(figures.map(\.id) == ["spectrum", "colour-histogram"])
    #expect(!figures[0].caption.contains("same scale"))
    guard case .raster(_, let base64, _, _) = figures[0].content else {
      Issue.record("no picture")
      return
    }
    let input = DetectorInput(pixels: picture(width: 400, height: 300), jpegQuality: 90)
    let drawn = try #require(ResidualSpectrum.averaged(input.analyses))
    #expect(base64 == Data(try ImageEncoder.png(drawn, level: 1)).base64EncodedString())
  }
}
