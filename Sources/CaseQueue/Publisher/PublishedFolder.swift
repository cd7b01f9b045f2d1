import ForensicCore
import Foundation

/// A report folder that lies in the outbox, read back.
package struct PublishedFolder: Sendable {
  /// The few members of `report.json` that the journal needs; the rest is not built.
  private struct Contents: Decodable {
    struct Conclusion: Decodable {
      var leaning: ForensicCore.Conclusion.Leaning
      var probabilityGenerated: Double
    }

    var exhibit: Exhibit
    var custody: [Report.CustodyEvent]
    var provenance: Report.Provenance
    var conclusion: Conclusion?
    var error: ExaminationFailure?
  }

  private struct Header: Decodable {
    struct Exhibit: Decodable { var id: String? }
    var exhibit: Exhibit
  }

  package var exhibit: Exhibit
  package var custody: [Report.CustodyEvent]
  package var provenance: Report.Provenance
  package var leaning: Conclusion.Leaning?
  package var probabilityGenerated: Double?
  package var error: ExaminationFailure?

  /// The number of the exhibit whose report lies there; `nil` where none can be read.
  package static func exhibitID(in folder: Folder) -> String? {
    guard let bytes = bytes(of: folder) else { return nil }
    return try? JSONDecoder().decode(Header.self, from: Data(bytes)).exhibit.id
  }

  /// Reads a folder; `nil` where there is no report in it.
  package init?(_ folder: Folder) {
    guard let bytes = Self.bytes(of: folder),
      let contents = try? JSONDecoder().decode(Contents.self, from: Data(bytes))
    else { return nil }
    exhibit = contents.exhibit
    custody = contents.custody
    provenance = contents.provenance
    leaning = contents.conclusion?.leaning
    probabilityGenerated = contents.conclusion?.probabilityGenerated
    error = contents.error
  }

  /// `report.json` of a folder, where `report.html` lies beside it.
  package static func bytes(of folder: Folder) -> [UInt8]? {
    guard folder.exists(Publisher.htmlName) else { return nil }
    return try? OpenFile(
      at: folder.descriptor, Publisher.jsonName, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK
    ).readAll()
  }
}

extension Report.Provenance {
  /// What must agree for two examinations of the same bytes to be the same examination.
  package var fingerprint: String {
    [version, bundleDigest?.hex ?? bundle, configurationDigest?.hex ?? ""].joined(separator: "|")
  }
}
