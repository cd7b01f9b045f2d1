// swift-format-ignore-file: NeverForceUnwrap

import Foundation
import Testing
import VisionTransformer

@Suite struct PackedCacheTests {
  let folder: String
  let geometry: TrunkGeometry
  let weights: RandomWeights

  init() throws {
    folder = NSTemporaryDirectory() + "packed-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    geometry = try TrunkCase(width: 66, heads: 6, hidden: 129, tokens: 9).geometry()
    weights = RandomWeights(geometry: geometry)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  func make(
    _ arithmetic: Arithmetic = .fp32, identity: String? = "a", folder other: String? = nil
  ) throws -> EngineTrunk {
    try EngineTrunk(
      geometry, from: weights, identity: identity, cache: other ?? folder, arithmetic: arithmetic,
      threads: 1)
  }

  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  func output(_ trunk: EngineTrunk) throws -> [Float] {
    let input = RandomWeights.values(9 * 66, seed: 4, scale: 2)
    return try EngineTrunkTests.run(trunk, geometry, input, batch: 1, tokens: 9).last!
  }

  @Test(arguments: Arithmetic.allCases) func mappedEqualsPacked(_ arithmetic: Arithmetic) throws {
    defer { remove() }
    let alone = try make(arithmetic, identity: nil)
    #expect(!alone.sharesWeights)
    let first = try make(arithmetic)
    let second = try make(arithmetic)
    #expect(first.sharesWeights && second.sharesWeights)
    #expect(try files().count == 1)
    #expect(second.verifyWeights())
    let expected = try output(alone)
    #expect(try output(first) == expected)
    #expect(try output(second) == expected)
  }

  @Test func everyKeyHasItsOwnFile() throws {
    defer { remove() }
    _ = try make(identity: "a")
    _ = try make(identity: "b")
    _ = try make(.int8, identity: "a")
    // Without 8-bit products the third is the first's, in fp32.
    let hasInt8 = Arithmetic.available(.int8).arithmetic == .int8
    #expect(try files().count == (hasInt8 ? 3 : 2))
  }

  @Test func withoutAFolderItPacksInMemory() throws {
    defer { remove() }
    let trunk = try make(folder: "/nonexistent/folder")
    #expect(!trunk.sharesWeights)
    #expect(try output(trunk) == output(make(identity: nil)))
  }

  /// A damaged file is written anew, whatever was done to it.
  @Test(arguments: ["header", "truncated", "extended", "empty", "link", "writable", "folder"])
  func damageIsNotUsed(_ damage: String) throws {
    defer { remove() }
    let expected = try output(make())
    let path = try folder + "/" + #require(files().first)
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    let manager = FileManager.default
    switch damage {
    case "header": data[40] ^= 1
    case "truncated": data.removeLast()
    case "extended": data.append(0)
    case "empty": data = Data()
    default: break
    }
    try manager.removeItem(atPath: path)
    switch damage {
    case "folder": try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
    case "link":
      try data.write(to: URL(fileURLWithPath: path + ".elsewhere"))
      try manager.createSymbolicLink(atPath: path, withDestinationPath: path + ".elsewhere")
    default:
      try data.write(to: URL(fileURLWithPath: path))
      if damage == "writable" {
        try manager.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
      }
    }
    let mended = try make()
    #expect(try output(mended) == expected)
    #expect(mended.verifyWeights())
    // A folder cannot be replaced by a file: the weights stay in memory.
    #expect(mended.sharesWeights == (damage != "folder"))
    if damage != "folder", damage != "link" { #expect(try files().count == 1) }
  }

  @Test func damagedValuesShowInTheDigest() throws {
    defer { remove() }
    _ = try make()
    let path = try folder + "/" + #require(files().first)
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    for place in [8192, data.count / 2, data.count - 1] {
      data[place] ^= 0x10
      try data.write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      let trunk = try make()
      #expect(trunk.sharesWeights)
      #expect(!trunk.verifyWeights())
      data[place] ^= 0x10
    }
  }
}
