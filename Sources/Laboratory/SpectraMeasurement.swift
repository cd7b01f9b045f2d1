import Detectors
import ForensicCore
import SignalAnalysis

/// The average spectra of a manifest's training pictures, by family, for a bundle.
package struct SpectraMeasurement: Sendable {
  /// The families of the bundle; pictures of others are left out.
  package var families: [GeneratorFamily]
  /// The folder of the pictures.
  package var images: String
  /// Seeds the chain.
  package var seed: UInt64
  /// 0: one per core.
  package var threads: Int

  package init(families: [GeneratorFamily], images: String, seed: UInt64, threads: Int) {
    self.families = families
    self.images = images
    self.seed = seed
    self.threads = threads
  }

  /// Pictures whose maps are held at a time, 64 kB each.
  private static let batch = 128

  /// Every training picture once through the chain of the tier *as received*, weighted as heads weigh
  /// them (`SampleWeights`), so that no source dominates its family. What comes out does not depend
  /// on the number of threads.
  /// - Returns: `nil` where the split has fewer than `FamilySpectra.leastPictures` camera pictures.
  package func spectra(
    of manifest: Manifest, progress: ProgressHandler?
  ) throws(LaboratoryError) -> FamilySpectra? {
    let all = manifest.entries(of: .train)
    let counts = Dictionary(grouping: all, by: \.family).mapValues(\.count)
    let wanted = families.filter { counts[$0, default: 0] >= FamilySpectra.leastPictures }
    guard wanted.contains(.real) else { return nil }
    let entries = all.filter { wanted.contains($0.family) }
    let weights = SampleWeights.weights(of: entries, power: SampleWeights.power)
    let chain = DegradationChain(recipe: .asReceived, seed: seed)
    let counter = Counter(stage: "spectra", total: entries.count, progress)
    var sums = [GeneratorFamily: SpectrumSum]()
    for start in stride(from: 0, to: entries.count, by: Self.batch) {
      let part = start..<min(start + Self.batch, entries.count)
      let maps = try Parallel.map(part.count, threads: threads) {
        index throws(LaboratoryError) -> SpectrumMap? in
        let map = try map(of: entries[start + index], chain: chain)
        counter.step()
        return map
      }
      // In the manifest's order: sums of fractions depend on it.
      for (index, map) in zip(part, maps) {
        guard let map else { continue }
        sums[entries[index].family, default: SpectrumSum()].add(map, weight: weights[index])
      }
    }
    return FamilySpectra(
      averages: wanted.compactMap { family in
        sums[family].map {
          .init(family: family, pictures: $0.pictures, map: $0.mean)
        }
      },
      manifest: manifest.digest, split: Split.train.rawValue,
      chain: "\(chain.recipe.name), version \(chain.recipe.version), seed \(seed)")
  }

  /// As an examination sees the picture. `nil` never comes: every picture has a view.
  private func map(
    of entry: Manifest.Entry, chain: DegradationChain
  ) throws(LaboratoryError) -> SpectrumMap? {
    let pixels = try PictureSample.pixels(entry, images: images, chain: chain)
    return SpectrumAverage(DetectorInput(pixels: pixels, jpegQuality: nil).analyses).map
  }
}

/// A weighted sum of spectra.
struct SpectrumSum: Sendable {
  private var values = [Double](repeating: 0, count: SpectrumMap.side * SpectrumMap.side)
  private var profile = [Double](repeating: 0, count: SpectrumMap.bands)
  private var weight = 0.0
  private(set) var pictures = 0

  /// - Parameter weight: more than 0.
  mutating func add(_ map: SpectrumMap, weight: Double) {
    for index in values.indices { values[index] += weight * Double(map.values[index]) }
    for index in profile.indices { profile[index] += weight * Double(map.profile[index]) }
    self.weight += weight
    pictures += 1
  }

  /// - Precondition: something was added.
  var mean: SpectrumMap {
    SpectrumMap(
      values: values.map { Float($0 / weight) }, profile: profile.map { Float($0 / weight) })
  }
}
