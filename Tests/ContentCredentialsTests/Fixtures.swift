import ContentCredentials
import ForensicCore
import Foundation

/// The C2PA fixtures of others, where they are at hand.
enum Fixtures {
  static let folder: String? = {
    let environment = ProcessInfo.processInfo.environment
    let path =
      environment["C2PA_FIXTURES_DIR"]
      ?? (environment["FIXTURES_DIR"] ?? "../shared/fixtures") + "/c2pa"
    return FileManager.default.fileExists(atPath: path + "/expected.json") ? path : nil
  }()

  static var isPresent: Bool { folder != nil }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: (folder ?? "") + "/" + name)))
  }

  /// What the reference library says of one file.
  struct Expectation: Decodable {
    var error: String?
    var validation_state: String?
    var codes: [String]?
    var manifests: Int?
    var active_manifest: String?
    var claim_generator: String?
    var assertions: [String]?
    var ingredients: [String]?
  }

  static func expectations() throws -> [(name: String, expected: Expectation)] {
    let data = try Data(contentsOf: URL(fileURLWithPath: (folder ?? "") + "/expected.json"))
    return try JSONDecoder().decode([String: Expectation].self, from: data)
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  static func format(of name: String) -> ImageFormat {
    name.hasSuffix(".png") ? .png : name.hasSuffix(".webp") ? .webp : .jpeg
  }
}

extension ContentCredentialsReader {
  /// Reads bytes as they would stand in a file.
  func read(
    _ bytes: [UInt8], format: ImageFormat = .jpeg, now: Timestamp = .tests
  ) -> Reading {
    bytes.withUnsafeBytes { read($0, format: format, now: now) }
  }
}

extension Timestamp {
  /// The time of validation in tests: within the validity of the fixtures' certificates.
  static let tests = Timestamp(milliseconds: 1_767_225_600_000)
}
