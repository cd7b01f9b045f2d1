import Foundation
import ImageCodecs
import Testing

/// Runs every command of docs/walkthrough.md, as it stands there, on a small set of pictures made
/// here.
@Suite(
  "The walk-through", .serialized, .enabled(if: Programs.areBuilt, "the programs are not built"))
struct WalkthroughTests {
  /// Pictures enough for every split: two classes with two sources each.
  static func makePictures(in folder: URL) throws {
    let sources = [
      ("real/phone", false), ("real/scans", false), ("sdxl/one", true), ("sdxl/two", true),
      ("midjourney", true),
    ]
    for (place, (name, isGenerated)) in sources.enumerated() {
      let folder = folder.appending(path: "pictures/\(name)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for number in 0..<12 {
        let pixels = Self.picture(seed: 100 * place + number, isGenerated: isGenerated)
        let bytes = try ImageEncoder.jpeg(pixels, quality: 92, subsampling: .s420)
        try Data(bytes).write(to: folder.appending(path: "\(number).jpg"))
      }
    }
    try Data("no picture".utf8).write(to: folder.appending(path: "pictures/sdxl/note.txt"))
  }

  /// Waves of its own for every seed, with grain; *generated* ones are blown up by repeating
  /// each sample.
  private static func picture(seed: Int, isGenerated: Bool) -> PixelBuffer {
    let (width, height, step) = (320, 288, isGenerated ? 3 : 1)
    var state = UInt64(seed + 1) &* 0x9E37_79B9_7F4A_7C15
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(UInt32.max >> 1)
    }
    let waves = (0..<5).map { _ in
      (across: random() * 0.06, down: random() * 0.06, phase: random() * 6.3, height: 30 * random())
    }
    var noise = [Double](repeating: 0, count: (width / step + 1) * (height / step + 1))
    for index in noise.indices { noise[index] = 24 * (random() - 0.5) }
    var samples = [UInt8]()
    samples.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        let (u, v) = (x / step, y / step)
        var value = 128 + noise[v * (width / step + 1) + u]
        for wave in waves {
          let angle = wave.across * Double(u * step) + wave.down * Double(v * step) + wave.phase
          value += wave.height * sin(angle)
        }
        // From reddish to bluish, whatever the class: nothing is concluded from one shade.
        let tint = 24 * sin(Double(x) / 40 + Double(y) / 25)
        for shift in [tint, 12, -9 - tint] {
          samples.append(UInt8(min(max(value + shift, 0), 255)))
        }
      }
    }
    return PixelBuffer(width: width, height: height, channels: 3, samples: samples)
  }

  /// The lines of the page's `sh` blocks that call forensicctl, as arguments.
  private static func commands() throws -> [[String]] {
    let page = try String(
      contentsOf: Programs.root.appending(path: "docs/walkthrough.md"), encoding: .utf8)
    let blocks = page.components(separatedBy: "```")
    return blocks.filter { $0.hasPrefix("sh\n") }.flatMap { block in
      block.split(separator: "\n").filter { $0.hasPrefix("forensicctl ") }
        .map { arguments(String($0.dropFirst("forensicctl ".count))) }
    }
  }

  /// Splits at blanks, but not within quotes.
  private static func arguments(_ line: String) -> [String] {
    line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap {
      $0.offset % 2 == 1
        ? [String($0.element)] : $0.element.split(separator: " ").map(String.init)
    }
  }

  @Test func everyCommandWorks() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "walk-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.makePictures(in: folder)
    // A map of families and a configuration of our own: the page changes both.
    let data = folder.appending(path: "data")
    try FileManager.default.createDirectory(
      at: data.appending(path: "etc"), withIntermediateDirectories: true)
    for name in ["templates", "models"] {
      try FileManager.default.createSymbolicLink(
        at: data.appending(path: name), withDestinationURL: Programs.root.appending(path: name))
    }
    let families = data.appending(path: "etc/families.toml")
    try FileManager.default.copyItem(
      at: Programs.root.appending(path: "etc/families.toml"), to: families)
    try Data(
      """
      outbox = "outbox"
      state = "state"
      socket = "control.sock"
      data = "\(data.path)"
      bundle = "\(folder.path)/models/desk"
      [[inbox]]
      path = "inbox"
      """.utf8
    ).write(to: folder.appending(path: "forensicd.toml"))

    let commands = try Self.commands()
    #expect(commands.count >= 12)
    for arguments in commands {
      let output = try Programs.control(arguments, in: folder, data: data)
      #expect(output.status == 0, "\(arguments): \(output.error) \(output.text)")
    }
    #expect(
      try String(contentsOf: families, encoding: .utf8).contains("\"my-model\""))
    let result = folder.appending(path: "results/quality-matrix/matrix.csv")
    #expect(try String(contentsOf: result, encoding: .utf8).contains("quality 90"))

    // In service: the report carries the new bundle.
    let service = try RunningService(bundle: folder.appending(path: "models/desk").path)
    try service.start()
    let picture = folder.appending(path: "pictures/real/phone/1.jpg")
    try service.drop([UInt8](Data(contentsOf: picture)), as: "one.jpg")
    #expect(service.wait(60) { !service.reports().isEmpty }, "\(service.log)")
    let report = try #require(service.reports().first)
    let text = try String(contentsOf: report, encoding: .utf8)
    #expect(text.contains("\"desk\""))
  }
}
