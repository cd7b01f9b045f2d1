import ForensicCore
import Foundation
import ImageCodecs

/// Folders and programs that a test may use where they are there.
enum Place {
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let fixtures: URL = {
    if let path = ProcessInfo.processInfo.environment["FIXTURES_DIR"] {
      return URL(fileURLWithPath: path)
    }
    return package.appendingPathComponent("../shared/fixtures").standardizedFileURL
  }()

  static var fixturesExist: Bool {
    FileManager.default.fileExists(atPath: fixtures.appendingPathComponent("malformed").path)
  }

  /// All files below a folder of the fixtures, by name.
  static func files(_ folder: String) -> [URL] {
    let walker = FileManager.default.enumerator(
      at: fixtures.appendingPathComponent(folder), includingPropertiesForKeys: nil)
    return (walker?.compactMap { $0 as? URL } ?? [])
      .filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }
  }

  static func bytes(_ url: URL) throws -> [UInt8] { Array(try Data(contentsOf: url)) }

  static func program(_ names: String...) -> String? {
    names.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  static var convert: String? { program("/usr/bin/convert-im6.q16", "/usr/bin/convert") }
  static var cjpeg: String? { program("/usr/bin/cjpeg") }
}

/// Runs a program on bytes and returns what it writes; files serve as pipes, so nothing blocks.
func pipe(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> [UInt8] {
  let base = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: base, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: base) }
  let source = base.appendingPathComponent("in")
  let target = base.appendingPathComponent("out")
  try Data(input).write(to: source)
  try Data().write(to: target)
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.standardInput = try FileHandle(forReadingFrom: source)
  process.standardOutput = try FileHandle(forWritingTo: target)
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return try Place.bytes(target)
}

/// xorshift64*: the same numbers everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 2_685_821_657_736_338_717
  }
}

/// A smooth picture with a little texture.
func sample(width: Int, height: Int, channels: Int = 3) -> PixelBuffer {
  var generator = SeededGenerator(seed: 7)
  var samples = [UInt8]()
  for y in 0..<height {
    for x in 0..<width {
      for channel in 0..<channels {
        let wave = 128 + 90 * sin(Double(x) / 9 + Double(channel)) * cos(Double(y) / 13)
        samples.append(UInt8(clamping: Int(wave) + Int(generator.next() % 7)))
      }
    }
  }
  return PixelBuffer(width: width, height: height, channels: channels, samples: samples)
}

/// The mean absolute difference of two pictures of one size.
func meanDifference(_ first: PixelBuffer, _ second: PixelBuffer) -> Double {
  let sum = zip(first.samples, second.samples).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
  return Double(sum) / Double(first.samples.count)
}

/// PPM (P6, 8 bits) as `cjpeg` reads and ImageMagick writes it.
enum PPM {
  static func write(_ pixels: PixelBuffer) -> [UInt8] {
    let kind = pixels.channels == 1 ? "P5" : "P6"
    return Array("\(kind)\n\(pixels.width) \(pixels.height)\n255\n".utf8) + pixels.samples
  }

  static func read(_ bytes: [UInt8]) -> PixelBuffer? {
    var fields = [Int]()
    var index = 2
    guard bytes.starts(with: Array("P6".utf8)) else { return nil }
    while fields.count < 3, index < bytes.count {
      if bytes[index] == UInt8(ascii: "#") {
        while index < bytes.count, bytes[index] != 10 { index += 1 }
      } else if (48...57).contains(bytes[index]) {
        var value = 0
        while index < bytes.count, (48...57).contains(bytes[index]) {
          value = value * 10 + Int(bytes[index] - 48)
          index += 1
        }
        fields.append(value)
      } else {
        index += 1
      }
    }
    guard fields.count == 3, bytes.count == index + 1 + fields[0] * fields[1] * 3 else {
      return nil
    }
    return PixelBuffer(
      width: fields[0], height: fields[1], channels: 3, samples: Array(bytes[(index + 1)...]))
  }
}

/// The codes of the findings of a decoded picture.
func codes(_ image: DecodedImage) -> [String] { image.findings.map(\.code) }

/// The failure of a decoding, if it fails.
func failure(_ bytes: [UInt8], limits: DecodeLimits = .standard) -> ExaminationFailure? {
  do {
    _ = try ImageDecoder.decode(bytes, limits: limits)
    return nil
  } catch {
    return error
  }
}

/// Peak resident memory of this process in bytes.
func peakMemory() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}
