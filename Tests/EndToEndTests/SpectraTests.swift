import Foundation
import Testing

@Suite("forensicctl bundle spectra", .enabled(if: Programs.areBuilt, "the programs are not built"))
struct SpectraTests {
  /// The shipped bundle as it was before it had averages: `bundle.json` without them, the rest by links.
  private func bundle(in folder: URL) throws {
    let shipped = Programs.root.appending(path: "models/baseline")
    let own = folder.appending(path: "bundle")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: shipped.path)
    where name.hasSuffix(".safetensors") && name != "spectra.safetensors" {
      try FileManager.default.createSymbolicLink(
        at: own.appending(path: name), withDestinationURL: shipped.appending(path: name))
    }
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: shipped.appending(path: "bundle.json")))
    var description = try #require(json as? [String: Any])
    description["spectra"] = nil
    try JSONSerialization.data(withJSONObject: description)
      .write(to: own.appending(path: "bundle.json"))
  }

  private func manifest(in folder: URL, split: String) throws -> String {
    let names = (0..<10).map { "\($0).jpg" }
    for (seed, name) in names.enumerated() {
      try Data(try TestPicture.jpeg(seed: seed)).write(to: folder.appending(path: name))
    }
    let exhibits = try Programs.control(["examine", "--json"] + names, in: folder).lines
      .compactMap { ($0["exhibit"] as? [String: Any])?["sha256"] as? String }
    let lines =
      ["file,sha256,label,family,generator,source,group,split,region,width,height"]
      + zip(names, exhibits).map { "\($0),\($1),real,real,camera,here,,\(split),,320,288" }
    let path = folder.appending(path: "\(split).csv").path
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    return path
  }

  @Test("what it adds to a bundle stands in the next report")
  func addition() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "spectra-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try bundle(in: folder)
    func figures() throws -> [String] {
      let output = try Programs.control(
        ["examine", "--json", "--figures", "--bundle", "./bundle", "0.jpg"], in: folder)
      let figures = try #require(output.lines.first?["figures"] as? [[String: Any]])
      return figures.compactMap { $0["id"] as? String }.filter { $0.hasPrefix("spectrum") }
    }
    let train = try manifest(in: folder, split: "train")
    #expect(try figures() == ["spectrum"])

    let none = try Programs.control(
      ["bundle", "spectra", "./bundle", "--manifest", try manifest(in: folder, split: "test")],
      in: folder)
    #expect(none.status == 1)
    #expect(none.error.contains("the split train has fewer than 10 camera pictures"))
    #expect(try figures() == ["spectrum"])

    let added = try Programs.control(
      ["bundle", "spectra", "./bundle", "--manifest", train], in: folder)
    #expect(added.status == 0, "\(added.error)")
    #expect(added.text.contains("flux") && added.text.contains("no average"))
    // No family has an average here, so the camera's stands alone.
    #expect(try figures() == ["spectrum", "spectrum-camera", "spectrum-profile"])
  }
}
