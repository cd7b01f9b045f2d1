import ForensicCore
import Foundation
import Glibc
import Reporting
import Service

/// `run.json`: what was audited, when and where. The only file of an audit that holds times of its
/// own; written last, so where it is, everything is.
struct RunNote: Codable {
  var settings: AuditSettings
  var started: Timestamp
  var finished: Timestamp
  var host: String
  /// How often the audit was begun or gone on with.
  var runs: Int
  var files: Int

  static let name = "run.json"

  /// The note of a folder; `nil` where no audit has finished.
  static func read(folder: String) throws -> RunNote? {
    let path = folder + "/" + name
    guard FileSystem.exists(path) else { return nil }
    let bytes = try FileSystem.read(path: path)
    do {
      return try JSONDecoder().decode(RunNote.self, from: Data(bytes))
    } catch {
      throw AuditError("\(path.madeVisible) cannot be read: \(error)")
    }
  }

  func write(folder: String) throws {
    try FileSystem.write(
      ReportEncoder.bytes(self, pretty: true), path: folder + "/" + Self.name)
  }

  static var thisHost: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
