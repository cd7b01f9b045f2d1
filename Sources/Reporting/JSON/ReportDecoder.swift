import ForensicCore
import FoundationEssentials

/// `report.json` → `Report`.
public enum ReportDecoder {
  /// Why a report was not read.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not JSON, or not a report; the text names the place.
    case malformed(String)
    /// A layout with another first number.
    case version(String)

    public var description: String {
      switch self {
      case .malformed(let detail): "not a report: \(detail)"
      case .version(let version):
        "report of schema \(version), this version reads \(Report.schemaVersion)"
      }
    }
  }

  private struct Header: Decodable { var schemaVersion: String }

  /// Reads what `ReportEncoder.json` wrote, and what any later version of the same first schema
  /// number wrote: members it does not know are passed over.
  public static func report(_ json: [UInt8]) throws(Failure) -> Report {
    let data = Data(json)
    let decoder = JSONDecoder()
    do {
      let version = try decoder.decode(Header.self, from: data).schemaVersion
      guard
        version.prefix(while: { $0 != "." }) == Report.schemaVersion.prefix(while: { $0 != "." })
      else { throw Failure.version(version) }
      return try decoder.decode(Report.self, from: data)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .malformed(String(describing: error))
    }
  }
}
