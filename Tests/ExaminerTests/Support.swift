import ExaminerPool
import ForensicCore
import Glibc
import ImageCodecs
import Testing

/// Where the examiner, the model bundle and the reference files are.
enum Place {
  private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/")

  /// `forensic-examiner` as built beside the tests; `FORENSIC_EXAMINER` overrides.
  static let examiner: String? = {
    if let path = environment("FORENSIC_EXAMINER") { return path }
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let folder = String(decoding: buffer[..<max(0, length)], as: UTF8.self)
      .split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return [folder, "\(root)/.build/release", "\(root)/.build/debug", "\(root)/bin"]
      .map { "\($0)/forensic-examiner" }.first { access($0, X_OK) == 0 }
  }()

  static let hasExaminer: Bool = {
    if examiner == nil { print("skipped: forensic-examiner is not built") }
    return examiner != nil
  }()

  /// The bundle that ships, where it has been trained.
  static let bundle: String? = {
    let folder = environment("FORENSIC_BUNDLE") ?? "\(root)/models/baseline"
    return access("\(folder)/bundle.json", R_OK) == 0 ? folder : nil
  }()

  static let malformed = existing("malformed", in: "FIXTURES_DIR", or: "fixtures")
  static let credentials = existing("c2pa", in: "FIXTURES_DIR", or: "fixtures")
  static let dataset = existing("images", in: "DATASET_DIR", or: "dataset")

  private static func existing(_ name: String, in variable: String, or folder: String) -> String? {
    let path = "\(environment(variable) ?? "\(root)/../shared/\(folder)")/\(name)"
    if access(path, R_OK) == 0 { return path }
    print("skipped: \(path) does not exist")
    return nil
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// Every regular file below a folder, by path.
  static func files(below folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found = [String]()
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      let path = "\(folder)/\(name)"
      if entry.pointee.d_type == UInt8(DT_DIR) {
        found += files(below: path)
      } else if entry.pointee.d_type == UInt8(DT_REG) {
        found.append(path)
      }
    }
    return found.sorted()
  }
}

/// Pictures of our own making.
enum TestPicture {
  /// Noise over a gradient, redder to the right: a picture in colour.
  static func pixels(width: Int, height: Int) -> PixelBuffer {
    var state: UInt32 = 7
    let samples = (0..<(width * height * 3)).map { index -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      let red = index % 3 == 0 ? index / 3 % width * 30 / width : 0
      return UInt8(index * 160 / (width * height * 3) + Int(state >> 26) + red)
    }
    return PixelBuffer(width: width, height: height, channels: 3, samples: samples)
  }

  static func jpeg(width: Int = 600, height: Int = 400, quality: Int = 85) throws -> [UInt8] {
    try ImageEncoder.jpeg(pixels(width: width, height: height), quality: quality)
  }

  /// A large picture in few bytes, which needs `3 × side²` bytes of pixels.
  static func flatPNG(side: Int) throws -> [UInt8] {
    try ImageEncoder.png(
      PixelBuffer(
        width: side, height: side, channels: 3,
        samples: [UInt8](repeating: 90, count: 3 * side * side)), level: 6)
  }
}

/// A file without a name that holds the given bytes.
final class NamelessFile: Sendable {
  let descriptor: Int32
  let size: Int

  init(_ bytes: [UInt8]) {
    var template = Array("/tmp/exhibit-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    unlink(template)
    size = bytes.count
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  deinit { close(descriptor) }
}

extension ExaminerPool {
  func examine(_ file: NamelessFile, name: String = "picture") async -> ExaminationOutcome {
    await examine(descriptor: file.descriptor, name: FileName(name), size: file.size)
  }

  /// Whether an examination came of it.
  func examines(_ file: NamelessFile) async -> Bool { await examine(file).failure == nil }

  /// A pool of real examiners, shut down after `body`.
  static func with<Value>(
    _ change: (inout PoolConfiguration) -> Void = { _ in },
    _ body: (ExaminerPool) async throws -> Value
  ) async throws -> Value {
    var configuration = PoolConfiguration(
      executable: try #require(Place.examiner), bundle: Place.bundle, count: 1, timeLimit: 20)
    change(&configuration)
    let pool = ExaminerPool(configuration: configuration)
    do {
      let value = try await body(pool)
      await pool.shutdown(within: .seconds(5))
      return value
    } catch {
      await pool.shutdown(within: .seconds(5))
      throw error
    }
  }
}

extension ExaminationOutcome {
  var failure: ExaminationFailure? {
    if case .failure(let failure) = result { failure } else { nil }
  }
}
