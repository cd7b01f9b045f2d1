import Foundation
import Glibc
import Service

/// Takes away from an audit's reports what runs that were killed have left: drafts, and the reports of
/// files that have none any more. Touches nothing but names that an audit gives.
package enum ReportSweep {
  /// - Parameters:
  ///   - audit: the audit's own folder.
  ///   - isNamed: whether a line names this folder, as a path below the audit's.
  package static func run(audit: String, isNamed: (String) throws -> Bool) throws {
    let root = audit + "/" + AuditReports.name
    for group in names(root) where group.contains(/^[0-9a-f]{2}$/) {
      let folder = root + "/" + group
      for name in names(folder) where name.contains(/^[0-9a-f]{32}$/) {
        let isKept = try isNamed("\(AuditReports.name)/\(group)/\(name)")
        let report = folder + "/" + name
        for file in names(report)
        where FileSystem.isDraft(file) || !isKept && file.contains(/^report\.(json|html)$/) {
          unlink(report + "/" + file)
        }
        if !isKept { rmdir(report) }
      }
      // Stays where anything is left in it.
      rmdir(folder)
    }
  }

  /// Removes from the audit's own folder what writes left that were killed between their draft and its
  /// renaming.
  package static func removeDrafts(audit: String) {
    for name in names(audit) where name.contains(/^[a-z.]+\.tmp-[0-9a-f]+$/) {
      unlink(audit + "/" + name)
    }
  }

  private static func names(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}
