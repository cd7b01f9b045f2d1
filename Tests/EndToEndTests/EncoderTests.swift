import Foundation
import ImageCodecs
import Testing

/// An encoder with random weights, installed, a head trained on it, a picture examined in the
/// real confined child.
@Suite(
  "Encoders in bundles", .serialized,
  .enabled(if: Programs.areBuilt && EncoderFolders.exist, "the programs or goldens are missing"))
struct EncoderDetectorTests {
  @Test func anInstalledEncoderSwitchesOnItsDetector() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "encoder-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try WalkthroughTests.makePictures(in: folder)
    func run(_ line: String) throws -> Programs.Output {
      let output = try Programs.control(
        line.split(separator: " ").map(String.init), in: folder)
      #expect(output.status == 0, "\(line): \(output.error) \(output.text)")
      return output
    }
    _ = try run("model install \(EncoderFolders.goldens)/vit_commfor --name tiny --models store")
    _ = try run("dataset build pictures --output pictures/manifest.csv")
    _ = try run(
      "dataset split pictures/manifest.csv --validation 0.2 --test 0.2 --output pictures/set.csv")
    _ = try run(
      "train --manifest pictures/set.csv --name tiny --output bundle --draws 1 --encoder tiny,class "
        + "--encoder-head logistic --precision fp32 --models store --no-leave-one-source-out")
    let picture = "pictures/real/phone/0.jpg"
    let report = try run(
      "examine --json --bundle ./bundle --models store --output out \(picture)")
    let detector = try #require(Self.detector("tiny:class", in: report))
    #expect(detector["ran"] as? Bool == true, "\(detector)")
    let scores = try #require(detector["scores"] as? [String: Double])
    #expect(abs(scores.values.reduce(0, +) - 1) < 1e-6)
    #expect((detector["summary"] as? String)?.contains("tiny") == true)
    let confinement = (report.lines.first?["provenance"] as? [String: Any])?["confinement"]
    #expect((confinement as? [String: Any])?["seccomp"] as? Bool == true)
    // The page shows it as well, and another run says the same.
    let place = try #require(
      FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "out").path).first)
    let page = try String(
      contentsOf: folder.appending(path: "out/\(place)/report.html"), encoding: .utf8)
    #expect(page.lowercased().contains("tiny:class"))
    // It names training pictures that look alike to the encoder, camera pictures among them.
    let neighbours = try #require(detector["neighbours"] as? [[String: Any]])
    #expect((2...6).contains(neighbours.count), "\(neighbours)")
    #expect(neighbours.contains { $0["family"] as? String == "real" })
    let similarities = neighbours.compactMap { $0["similarity"] as? Double }
    #expect(similarities.count == neighbours.count && similarities == similarities.sorted(by: >))
    let manifest = try String(
      contentsOf: folder.appending(path: "pictures/set.csv"), encoding: .utf8)
    for neighbour in neighbours {
      let row = "\(neighbour["file"] ?? ""),\(neighbour["sha256"] ?? "")"
      #expect(manifest.contains(row), "\(row)")
    }
    #expect(page.contains("Nearest known pictures"))
    // It shows what the score rests on, unless nothing may be concluded, or that is switched off.
    let conclusion = report.lines.first?["conclusion"] as? [String: Any]
    if conclusion?["noRatio"] == nil {
      #expect((detector["figure"] as? String)?.hasPrefix("map-occlusion-") == true, "\(detector)")
      #expect(page.contains("What the score of tiny:class rests on"))
    }
    let plain = try run(
      "examine --json --bundle ./bundle --models store --without occlusion \(picture)")
    #expect(Self.detector("tiny:class", in: plain)?["figure"] == nil)
    #expect(Self.detector("tiny:class", in: plain)?["scores"] as? [String: Double] == scores)
    let again = try run("examine --json --bundle ./bundle --models store \(picture)")
    #expect(Self.detector("tiny:class", in: again)?["scores"] as? [String: Double] == scores)

    // It is shown the middle 512 × 512 pixels, as in training: what lies outside changes nothing.
    let scored = try [false, true].map { isFramed in
      let name = "framed-\(isFramed).png"
      try Data(ImageEncoder.png(Self.framed(isFramed), level: 1)).write(
        to: folder.appending(path: name))
      let output = try run("examine --json --bundle ./bundle --models store \(name)")
      return try #require(Self.detector("tiny:class", in: output)?["scores"] as? [String: Double])
    }
    #expect(scored[0] == scored[1])

    _ = try run("model remove tiny --models store")
    let without = try run("examine --json --bundle ./bundle --models store \(picture)")
    let missing = try #require(Self.detector("tiny:class", in: without))
    #expect(missing["ran"] as? Bool == false)
    #expect((missing["reason"] as? String)?.contains("model install") == true, "\(missing)")
  }

  @Test func embedWritesRowsInTheOrderOfItsArguments() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "embed-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for seed in 0..<3 {
      try Data(try TestPicture.jpeg(seed: seed)).write(to: folder.appending(path: "\(seed).jpg"))
    }
    func embed(_ files: [String], _ name: String) throws -> [Float] {
      let output = try Programs.control(
        ["embed", "--model", EncoderFolders.goldens + "/clip_quickgelu_hf", "-o", name] + files,
        in: folder)
      #expect(output.status == 0, "\(output.error)")
      let bytes = try Data(contentsOf: folder.appending(path: name))
      let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      let text = String(decoding: bytes[8..<8 + header], as: UTF8.self)
      #expect(text.contains("\"features\"") && text.contains("sha256:\(files.count - 1)"))
      return bytes[(8 + header)...].withUnsafeBytes { raw in
        (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
      }
    }
    let forwards = try embed(["0.jpg", "1.jpg", "2.jpg"], "a.safetensors")
    let backwards = try embed(["2.jpg", "1.jpg", "0.jpg"], "b.safetensors")
    let width = forwards.count / 3
    #expect(width > 0 && forwards.allSatisfy(\.isFinite))
    for row in 0..<3 {
      #expect(
        forwards[row * width..<(row + 1) * width]
          .elementsEqual(backwards[(2 - row) * width..<(3 - row) * width]))
    }
    let missing = try Programs.control(
      ["embed", "--model", EncoderFolders.goldens + "/clip_quickgelu_hf", "-o", "c", "none.jpg"],
      in: folder)
    #expect(missing.status == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "c").path))
  }

  /// Said before the work, not after it.
  @Test func embedRefusesMoreThanAFileHolds() throws {
    let folder = FileManager.default.temporaryDirectory
    let names = (0..<2041).map { "\($0).jpg" }
    let most = try Programs.control(
      ["embed", "--model", "none", "-o", "f"] + names.dropLast(), in: folder)
    #expect(most.status == 1, "\(most.error)")
    let more = try Programs.control(["embed", "--model", "none", "-o", "f"] + names, in: folder)
    #expect(more.status == 64)
    #expect(more.error.contains("2040 at most"), "\(more.error)")
  }

  /// Half a picture has features, of which half says nothing of the picture.
  @Test func embedSaysThatAPictureIsDamaged() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "embed-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let whole = try TestPicture.jpeg(seed: 0)
    for (name, bytes) in [("whole", whole), ("half", Array(whole.prefix(whole.count / 2)))] {
      try Data(bytes).write(to: folder.appending(path: name + ".jpg"))
      let output = try Programs.control(
        [
          "embed", "--model", EncoderFolders.goldens + "/clip_quickgelu_hf", "-o", "f",
          name + ".jpg",
        ],
        in: folder)
      #expect(output.status == 0)
      #expect(output.error.contains("damaged from row") == (name == "half"), "\(output.error)")
    }
  }

  @Test func embedWritesNothingThatIsNotANumber() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "embed-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(try TestPicture.jpeg(seed: 0)).write(to: folder.appending(path: "0.jpg"))
    let model = folder.appending(path: "model")
    try FileManager.default.copyItem(
      atPath: EncoderFolders.goldens + "/vit_timm", toPath: model.path)
    let weights = model.appending(path: "model.safetensors")
    var bytes = try Data(contentsOf: weights)
    let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let json = try #require(
      try JSONSerialization.jsonObject(with: bytes[8..<8 + header]) as? [String: Any])
    let entry = try #require(json["norm.bias"] as? [String: Any])
    let offsets = try #require(entry["data_offsets"] as? [Int])
    bytes.replaceSubrange(
      8 + header + offsets[0]..<12 + header + offsets[0], with: [0, 0, 0xC0, 0x7F])
    try FileManager.default.removeItem(at: weights)
    try bytes.write(to: weights)
    let output = try Programs.control(
      ["embed", "--model", "model", "-o", "f", "0.jpg"], in: folder)
    #expect(output.status == 1)
    #expect(output.error.contains("not numbers"), "\(output.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "f").path))
  }

  /// 600 × 600 pixels of a ramp; with a frame, the last 40 rows and columns are dark.
  private static func framed(_ isFramed: Bool) -> PixelBuffer {
    let side = 600
    let samples = (0..<side * side).flatMap { index -> [UInt8] in
      let (x, y) = (index % side, index / side)
      let isDark = isFramed && max(x, y) >= side - 40
      return [UInt8(isDark ? 9 : 40 + (x * 7 + y * 3) % 160), UInt8(isDark ? 9 : y / 3), 90]
    }
    return PixelBuffer(width: side, height: side, channels: 3, samples: samples)
  }

  private static func detector(
    _ name: String, in output: Programs.Output
  ) -> [String: Any]? {
    (output.lines.first?["detectors"] as? [[String: Any]])?.first { $0["name"] as? String == name }
  }
}

enum EncoderFolders {
  static let goldens =
    ProcessInfo.processInfo.environment["GOLDENS_DIR"]
    ?? Programs.root.appending(path: "../shared/goldens").standardized.path
  static let exist = FileManager.default.fileExists(atPath: goldens + "/vit_commfor")
}
