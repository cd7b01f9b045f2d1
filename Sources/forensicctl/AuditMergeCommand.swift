import ArgumentParser
import Audit
import ForensicCore
import Foundation
import Service

struct AuditMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join the results of all shards.",
    discussion: """
      The result is the one an audit without shards has, byte for byte. Every shard has to have \
      finished; a folder that holds shards stands for them.
      """)

  @Option(name: .shortAndLong, help: "The folder of the joined results.", completion: .directory)
  var output: String

  @Argument(help: "Folders of shards, or the folder they lie in.", completion: .directory)
  var shards: [String]

  func validate() throws {
    if shards.isEmpty { throw ValidationError("name the folders of the shards") }
  }

  func run() throws {
    do {
      let folders = try shards.flatMap(Self.shards)
      let count = try AuditMerge.merge(
        folders, into: output, templates: try Resources().templates)
      Terminal.out("\(Terminal.grouped(count)) files from \(folders.count) shards: \(output)")
    } catch {
      Terminal.error("\(error)")
      throw ExitCode.failure
    }
  }

  /// The shards in a folder, or the folder itself.
  private static func shards(_ folder: String) throws -> [String] {
    guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder).sorted() else {
      throw AuditError(
        "there is no folder \(folder.madeVisible) that can be read",
        mend: "Name the folders of the shards, or the --output folder they lie in.")
    }
    let found = entries.filter { $0.hasPrefix("shard-") }.map { folder + "/" + $0 }
    return found.isEmpty ? [folder] : found
  }
}
