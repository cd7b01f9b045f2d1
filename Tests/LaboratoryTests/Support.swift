import Classifiers
import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Laboratory

enum Places {
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static let dataSet =
    ProcessInfo.processInfo.environment["DATASET_DIR"] ?? package + "/../shared/dataset"

  static let encoder =
    (ProcessInfo.processInfo.environment["GOLDENS_DIR"] ?? package + "/../shared/goldens")
    + "/vit_commfor"

  static var hasEncoder: Bool { FileManager.default.fileExists(atPath: encoder) }

  static var hasDataSet: Bool { FileManager.default.fileExists(atPath: dataSet + "/manifest.csv") }

  /// A new folder, removed by the test that asked for it.
  static func temporary() throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("laboratory-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}

/// A data set made here: smooth pictures with grain for `real`, pictures blown up by repeating
/// each sample for `generated`.
struct SyntheticDataSet {
  let folder: String
  let manifest: Manifest
  let families: FamilyMap

  /// What examinations form no likelihood ratio for.
  enum Oddity {
    case gray, flat, damaged
  }

  /// - Parameter odd: what the first validation and test pictures of both classes are.
  /// - Parameter strange: how many of a class's validation pictures come from sources that no other
  ///   split has.
  init(
    folder: String, pictures: Int = 8, sources: Int = 2, strange: Int = 0, odd: [Oddity] = []
  ) throws {
    self.folder = folder
    families = try FamilyMap(entries: [
      FamilyMap.Entry(family: .real, title: "Camera", generators: ["camera"]),
      FamilyMap.Entry(
        family: GeneratorFamily(rawValue: "blocks"), title: "Blocks", generators: ["blocks"]),
    ])
    var lines = ["file,sha256,label,family,generator,source,group,split,region,width,height"]
    for split in Split.allCases {
      for number in 0..<pictures {
        for isGenerated in [false, true] {
          let name = "\(split.rawValue)-\(number)-\(isGenerated).png"
          let seed = UInt64(lines.count)
          let bytes = try Self.file(
            Self.picture(isGenerated: isGenerated, seed: seed), seed: seed,
            oddity: split != .train && number < odd.count ? odd[number] : nil)
          try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
          let label = isGenerated ? "generated,blocks,blocks" : "real,real,camera"
          let source =
            split == .validation && number < strange ? "strange" : "s\(number % sources)"
          let region = number.isMultiple(of: 2) ? "\"10,5,280,285\"" : ""
          lines.append(
            "\(name),\(BundleDigest.of(bytes).hex),\(label),\(source),g\(seed),"
              + "\(split.rawValue),\(region),300,300")
        }
      }
    }
    let text = lines.joined(separator: "\n") + "\n"
    manifest = try Manifest.parse(text, digest: BundleDigest.of(Array(text.utf8)))
  }

  private static func file(
    _ picture: PixelBuffer, seed: UInt64, oddity: Oddity?
  ) throws -> [UInt8] {
    var picture = picture
    switch oddity {
    case .gray:
      for pixel in 0..<picture.samples.count / 3 {
        picture.samples[3 * pixel] = picture.samples[3 * pixel + 1]
        picture.samples[3 * pixel + 2] = picture.samples[3 * pixel + 1]
      }
    case .flat:
      // Of another shade each, since no picture may be listed twice.
      let shade = UInt8(64 + seed % 128)
      picture.samples = picture.samples.map { _ in shade }
    case .damaged, nil: break
    }
    let bytes = try ImageEncoder.png(picture, level: 1)
    return oddity == .damaged ? Array(bytes.prefix(bytes.count / 2)) : bytes
  }

  static func picture(isGenerated: Bool, seed: UInt64, side: Int = 300) -> PixelBuffer {
    var random = SplitMix64(seed: seed)
    let step = isGenerated ? 4 : 1
    let coarse = (side + step - 1) / step
    let (slope, grain) = (random.uniform(), 10 + 10 * random.uniform())
    let values = (0..<coarse * coarse * 3).map { index in
      let pixel = index / 3
      let ramp = 60 + 120 * slope * Double(pixel % coarse) / Double(coarse)
      // From bluish to reddish, whatever the class: nothing is concluded from one shade.
      let tint = Double(1 - index % 3) * 40 * (Double(pixel / coarse) / Double(coarse) - 0.5)
      return UInt8(min(max(ramp + tint + grain * random.normal(), 0), 255))
    }
    var samples = [UInt8]()
    samples.reserveCapacity(side * side * 3)
    for y in 0..<side {
      for x in 0..<side {
        for channel in 0..<3 {
          samples.append(values[(y / step * coarse + x / step) * 3 + channel])
        }
      }
    }
    return PixelBuffer(width: side, height: side, channels: 3, samples: samples)
  }
}
