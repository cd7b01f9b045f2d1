import ForensicCore
import Foundation
import Reporting
import Testing

/// The reports hold what `docs/report.schema.json` promises.
@Suite struct SchemaTests {
  /// All but the hostile one, whose numbers no examiner would write.
  static let valid = SampleReports.all.map(\.name).filter { $0 != "hostile" }

  @Test func `the schema is of this version`() throws {
    let schema = try object(Folders.bytes(Folders.schema))
    #expect(schema["$id"] as? String == "urn:forensicd:report:\(Report.schemaVersion)")
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
  }

  /// Every member that is written is named in the schema, and every required one is written.
  @Test(arguments: valid) func `members are those of the schema`(_ name: String) throws {
    let schema = try object(Folders.bytes(Folders.schema))
    let definitions = try #require(schema["$defs"] as? [String: Any])
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    let json = try object(try ReportEncoder.json(report, pretty: false))
    check(json, schema, definitions, at: "report")
  }

  private static let hasValidator: Bool = {
    guard Folders.hasProgram("python3") else { return false }
    return (try? Folders.run("python3", ["-c", "import jsonschema"]).status) == 0
  }()

  @Test(.enabled(if: hasValidator, "needs python3 with jsonschema"))
  func `an independent validator agrees`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "schema-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, report) in SampleReports.all where Self.valid.contains(name) {
      let json = try ReportEncoder.json(report, pretty: true)
      try Data(json).write(to: folder.appending(path: name + ".json"))
    }
    let program = """
      import json, jsonschema, pathlib, sys
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      count = 0
      for path in sorted(pathlib.Path(sys.argv[2]).glob("*.json")):
          for error in validator.iter_errors(json.load(open(path))):
              sys.exit(f"{path.name}: {error.json_path}: {error.message}")
          count += 1
      print(count)
      """
    let result = try Folders.run("python3", ["-c", program, Folders.schema, folder.path])
    #expect(result.status == 0, "\(result.text)")
    #expect(result.text.split(separator: "\n").last == "\(Self.valid.count)")
  }

  /// Nothing is known of the bytes of a file that is over the limit of size.
  @Test func `a file that was not read has no digest`() throws {
    var report = SampleReports.quarantined
    report.exhibit.sha256 = nil
    let bytes = try ReportEncoder.json(report, pretty: false)
    let schema = try object(Folders.bytes(Folders.schema))
    let definitions = try #require(schema["$defs"] as? [String: Any])
    let json = try object(bytes)
    check(json, schema, definitions, at: "report")
    #expect((json["exhibit"] as? [String: Any])?.keys.contains("sha256") == false)
    #expect(try ReportDecoder.report(bytes).exhibit == report.exhibit)
    let page = try PageTests.renderer.get().html(report, json: bytes)
    #expect(String(decoding: page, as: UTF8.self).contains("no byte of the file was read"))
    let line = try ReportLine.json(report, folder: "quarantine/2026/11/large-unread")
    #expect(ReportLine.lines(of: line).first?.name == report.exhibit.name)
    // What was examined has one.
    let kinds = try #require(schema["oneOf"] as? [[String: Any]])
    let exhibits = kinds.compactMap { ($0["properties"] as? [String: Any])?["exhibit"] }
    #expect(
      exhibits.compactMap { ($0 as? [String: Any])?["required"] as? [String] } == [["sha256"]])
  }

  /// A file that could not be examined declares nothing: what is left out beside `error` is all
  /// that stands there otherwise.
  @Test func `an error stands alone`() throws {
    let schema = try object(Folders.bytes(Folders.schema))
    let kinds = try #require(schema["oneOf"] as? [[String: Any]])
    let refused = kinds.compactMap { ($0["not"] as? [String: Any])?["anyOf"] as? [[String: Any]] }
    let names = Set(refused.joined().compactMap { ($0["required"] as? [String])?.first })
    let properties = try #require(schema["properties"] as? [String: Any]).keys
    let whole: Set = ["schemaVersion", "exhibit", "custody", "provenance", "error"]
    #expect(names == Set(properties).subtracting(whole))
  }

  private func object(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  private func check(
    _ value: Any, _ schema: [String: Any], _ definitions: [String: Any], at place: String
  ) {
    if let reference = schema["$ref"] as? String {
      let name = String(reference.dropFirst("#/$defs/".count))
      guard let target = definitions[name] as? [String: Any] else {
        Issue.record("\(place): no definition \(name)")
        return
      }
      check(value, target, definitions, at: place)
    } else if let list = value as? [Any] {
      guard let items = schema["items"] as? [String: Any] else {
        Issue.record("\(place): a list, and the schema has none")
        return
      }
      for (index, item) in list.enumerated() {
        check(item, items, definitions, at: "\(place)[\(index)]")
      }
    } else if let members = value as? [String: Any] {
      if let kinds = schema["oneOf"] as? [[String: Any]], schema["properties"] == nil {
        let kind = kinds.first { kind in
          let names = (kind["properties"] as? [String: Any])?.keys.sorted()
          return names == members.keys.sorted()
        }
        #expect(kind != nil, "\(place): none of the kinds has \(members.keys.sorted())")
        if let kind { check(value, kind, definitions, at: place) }
        return
      }
      for name in schema["required"] as? [String] ?? [] where members[name] == nil {
        Issue.record("\(place): \(name) is required")
      }
      let properties = schema["properties"] as? [String: Any] ?? [:]
      for (name, member) in members {
        let inner = properties[name] ?? schema["additionalProperties"]
        guard let inner = inner as? [String: Any] else {
          Issue.record("\(place): \(name) is not in the schema")
          continue
        }
        check(member, inner, definitions, at: "\(place).\(name)")
      }
    }
  }
}
