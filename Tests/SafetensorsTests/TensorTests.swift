import Foundation
import Safetensors
import Testing

@Suite struct TensorTests {
  /// Two spellings of é are one string to Swift, and two names to the format.
  @Test func namesThatAreOneTextAreRefused() throws {
    let bytes = file(
      "{\"caf\u{E9}\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
        + "\"cafe\u{301}\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", data: [1, 2])
    #expect(try SafetensorsFile(bytes: bytes).count == 2)
    try withTemporaryFolder { folder in
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
      do throws(SafetensorsError) {
        _ = try SafetensorsModel.open(folder)
        Issue.record("opened")
      } catch { #expect(error.code == .duplicateName) }
    }
  }

  @Test(.timeLimit(.minutes(1))) func aPipeIsNotWaitedFor() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      #expect(mkfifo(path, 0o600) == 0)
      do throws(SafetensorsError) {
        _ = try SafetensorsModel.open(folder)
        Issue.record("opened")
      } catch { #expect(error.code == .unreadable) }
    }
  }

  @Test func everyHalfWidensExactly() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let actual = FloatConversion.widen(half: bits)
      #expect(expected.isNaN ? actual.isNaN : actual.bitPattern == expected.bitPattern)
    }
  }

  @Test func narrowingRoundsToNearestEven() {
    var random = TestRandom(state: 5)
    for _ in 0..<200_000 {
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      let expected = Float16(value)
      let actual = FloatConversion.narrow(value)
      #expect(expected.isNaN ? actual & 0x7FFF > 0x7C00 : actual == expected.bitPattern)
    }
    for value: Float in [
      0, -0, 65504, 65519.996, 65520, 6e-8, 2.98e-8, 2.981e-8, 6.1e-5, .infinity,
    ] {
      #expect(FloatConversion.narrow(value) == Float16(value).bitPattern)
    }
  }

  @Test func writerAndReaderAgree() throws {
    let tensors: [String: TensorValue] = [
      "f": TensorValue([1.5, -2, 3.25] as [Float]), "d": TensorValue([0.1, 1e300], shape: [2, 1]),
      "i": TensorValue([-1, Int.max]), "b": TensorValue([1, 2, 3] as [UInt8]),
      "h": TensorValue(halves: [0.5, 65504]), "scalar": TensorValue([4.0], shape: []),
      "naïve \"name": TensorValue([1.0]),
    ]
    let metadata = ["format": "pt", "text": "tab\t \"quotes\" \u{1} 🙂 back\\slash"]
    let plain = tensors.filter { !$0.key.contains("\"") }
    let bytes = SafetensorsWriter.encode(plain, metadata: metadata)
    #expect(bytes == SafetensorsWriter.encode(plain, metadata: metadata))
    let file = try SafetensorsFile(bytes: bytes)
    #expect(file.metadata == metadata)
    #expect(file.names == plain.keys.sorted())
    #expect(try file.floats("f") == [1.5, -2, 3.25])
    #expect(try file.doubles("d") == [0.1, 1e300])
    #expect(try file.tensor("d").shape == [2, 1])
    #expect(try file.integers("i") == [-1, Int.max])
    #expect(try file.tensor("b").bytes() == [1, 2, 3])
    #expect(try file.floats("h") == [0.5, 65504])
    #expect(try file.tensor("scalar").shape == [])
    #expect(throws: SafetensorsError.self) { try file.tensor("absent") }
    #expect(throws: SafetensorsError.self) { try file.integers("f") }
    // Names that would need escapes are written correctly and refused by this reader.
    #expect(refusal(SafetensorsWriter.encode(tensors)) == .malformedHeader)
  }

  @Test func tensorsOutliveTheirFile() throws {
    let tensor = try SafetensorsFile(bytes: MutationTests.sample).tensor("blocks.0.weight")
    #expect(try tensor.floats() == [Float](repeating: 1.5, count: 24))
    try tensor.require(shape: [2, -1, 4])
    #expect(throws: SafetensorsError.self) { try tensor.require(shape: [2, 4, 3]) }
  }

  @Test func shardedModelsAreOneModel() throws {
    try withTemporaryFolder { folder in
      try SafetensorsWriter.write(["a": TensorValue([1.0])], to: folder + "/m-1.safetensors")
      try SafetensorsWriter.write(
        ["b": TensorValue([2.0]), "c": TensorValue([3.0])], to: folder + "/m-2.safetensors")
      func index(_ text: String) throws {
        try Data(text.utf8).write(
          to: URL(fileURLWithPath: folder + "/model.safetensors.index.json"))
      }
      try index(
        #"{"metadata":{"total_size":24,"x":[1.5e3,null,{"y":true}]},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}}"#
      )
      let model = try SafetensorsModel.open(folder)
      #expect(model.names == ["a", "b"])
      #expect(try model.doubles("b") == [2])
      #expect(model.leftOut.map(\.tensor) == ["c"])
      #expect(throws: SafetensorsError.self) { try model.tensor("c") }
      for bad in [
        #"{"weight_map":{"a":"../m-1.safetensors"}}"#, #"{"weight_map":{"z":"m-1.safetensors"}}"#,
        #"{"weight_map":{"a":"absent.safetensors"}}"#, #"{}"#, #"[]"#, #"{"weight_map":{"a":1}}"#,
        #"{"weight_map":{"a":"m-1.safetensors","a":"m-2.safetensors"}}"#,
        String(repeating: #"{"a":"#, count: 100_000),
      ] {
        try index(bad)
        #expect(throws: SafetensorsError.self) { try SafetensorsModel.open(folder) }
      }
      #expect(try SafetensorsModel.open(folder + "/m-2.safetensors").names == ["b", "c"])
    }
  }

  @Test func unreadableFilesSaySo() throws {
    #expect(throws: SafetensorsError.self) { try SafetensorsFile.open("/nonexistent/x") }
    #expect(throws: SafetensorsError.self) { try SafetensorsFile.open("/tmp") }
    #expect(throws: SafetensorsError.self) { try SafetensorsFile.open("/dev/zero") }
    #expect(throws: SafetensorsError.self) {
      try SafetensorsWriter.write([:], to: "/nonexistent/folder/x")
    }
  }

  @Test(.enabled(if: Goldens.exist, "no reference values beside the repository"))
  func everyReferenceFileOpens() throws {
    let paths = (FileManager.default.enumerator(atPath: Goldens.folder)?.allObjects ?? [])
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".safetensors") }
    #expect(paths.count > 10)
    for path in paths {
      try MutationTests.readAll(try SafetensorsFile.open(Goldens.folder + "/" + path))
    }
  }
}
