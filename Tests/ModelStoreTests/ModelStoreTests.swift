import ForensicCore
import Foundation
import ModelStore
import Safetensors
import Synchronization
import Testing
import VisionTransformer

enum Places {
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  static let goldens =
    ProcessInfo.processInfo.environment["GOLDENS_DIR"] ?? package + "/../shared/goldens"
  static let haveGoldens = FileManager.default.fileExists(atPath: goldens + "/vit_timm")

  static func withFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }
}

@Suite("The model store", .enabled(if: Places.haveGoldens, "no goldens"))
struct ModelStoreTests {
  private let time = Timestamp(milliseconds: 1_790_000_000_000)

  private func refusal(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return "\(error)" }
  }

  @Test(arguments: [
    ("clip_quickgelu_openclip", "clip (open_clip)"), ("clip_gelu_hf", "clip (Hugging Face)"),
    ("dinov2_reg_hf", "dinov2 (Hugging Face)"), ("vit_timm", "vit (timm)"),
    ("vit_commfor", "vit (timm)"),
  ])
  func installsListsVerifiesAndRemoves(folder: String, architecture: String) throws {
    try Places.withFolder { place in
      let store = ModelStore(path: place + "/deep/store")
      var last = (done: 0, total: 0)
      let record = try store.install(
        "\(Places.goldens)/\(folder)", catalogue: nil, time: time, progress: { last = ($0, $1) })
      #expect(record.encoder.architecture.rawValue == architecture)
      #expect(record.source == folder)
      #expect(last.done == last.total && last.total == record.size)
      #expect(record.licence == nil)
      #expect(try store.names() == [record.name])
      #expect(try store.record(record.name) == record)
      #expect(try store.verify(record.name).isEmpty)
      #expect(try store.locate(record.name).path == store.folder(of: record.name))
      let again = refusal {
        _ = try store.install(
          "\(Places.goldens)/\(folder)", catalogue: nil, time: time)
      }
      #expect(again?.contains("--replace") == true)
      var wish = ModelStore.Installation()
      wish.replaces = true
      wish.licence = "MIT"
      #expect(
        try store.install("\(Places.goldens)/\(folder)", wish, catalogue: nil, time: time).licence
          == "MIT")
      try store.remove(record.name)
      #expect(try store.names().isEmpty)
      // Nothing is left behind.
      #expect(try FileManager.default.contentsOfDirectory(atPath: store.path).isEmpty)
    }
  }

  @Test func aSingleFileIsFoundAgain() throws {
    try Places.withFolder { place in
      let source = place + "/some_weights.safetensors"
      try FileManager.default.copyItem(
        atPath: Places.goldens + "/dinov2_hf/model.safetensors", toPath: source)
      try FileManager.default.copyItem(
        atPath: Places.goldens + "/dinov2_hf/config.json", toPath: place + "/config.json")
      let store = ModelStore(path: place + "/store")
      let record = try store.install(source, catalogue: nil, time: time)
      #expect(record.name == "some-weights")
      #expect(record.files.map(\.name) == ["config.json", "model.safetensors"])
    }
  }

  @Test func changedBytesAreFound() throws {
    try Places.withFolder { place in
      let store = ModelStore(path: place)
      let record = try store.install(Places.goldens + "/vit_timm", catalogue: nil, time: time)
      let path = store.folder(of: record.name) + "/model.safetensors"
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(try store.verify(record.name).map(\.file) == ["model.safetensors"])
      try bytes.dropLast().write(to: URL(fileURLWithPath: path))
      #expect(refusal { _ = try store.record(record.name) }?.contains("model verify") == true)
    }
  }

  @Test func damageNamesTheTensorAndLeavesNothing() throws {
    try Places.withFolder { place in
      let source = try SafetensorsFile.open(Places.goldens + "/vit_timm/model.safetensors")
      var tensors = [String: TensorValue]()
      for name in source.names {
        let tensor = try source.tensor(name)
        tensors[name] = TensorValue(try tensor.floats(), shape: tensor.shape)
      }
      tensors["blocks.1.attn.qkv.weight"] = nil
      try FileManager.default.createDirectory(
        atPath: place + "/model", withIntermediateDirectories: true)
      try SafetensorsWriter.write(tensors, to: place + "/model/model.safetensors")
      try FileManager.default.copyItem(
        atPath: Places.goldens + "/vit_timm/config.json", toPath: place + "/model/config.json")
      let store = ModelStore(path: place + "/store")
      let reason = refusal {
        _ = try store.install(place + "/model", catalogue: nil, time: time)
      }
      #expect(reason?.contains("blocks.1.attn.qkv.weight") == true, "\(reason ?? "accepted")")
      #expect(try store.names().isEmpty)
    }
  }

  @Test func picklesAreRefusedWithAMend() throws {
    try Places.withFolder { place in
      try Data("x".utf8).write(to: URL(fileURLWithPath: place + "/pytorch_model.bin"))
      let store = ModelStore(path: place + "/store")
      for path in [place, place + "/pytorch_model.bin"] {
        #expect(
          refusal { _ = try store.install(path, catalogue: nil, time: time) }?
            .contains("save_file") == true)
      }
    }
  }

  @Test func whatAKilledInstallationLeftIsCleared() throws {
    try Places.withFolder { place in
      // No process has this number: it is beyond pid_max.
      for name in [".install-a-4194305", ".removed-b-4194305", ".replaced-c-4194305"] {
        try FileManager.default.createDirectory(
          atPath: "\(place)/\(name)", withIntermediateDirectories: true)
      }
      let store = ModelStore(path: place)
      _ = try store.install(Places.goldens + "/vit_timm", catalogue: nil, time: time)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: place).sorted() == ["c", "vit-timm"])
    }
  }

  /// In a container the next process may have the number of the one that was killed.
  @Test func whatAProcessOfTheSameNumberLeftIsCleared() throws {
    try Places.withFolder { place in
      for name in [".install-vit-timm-\(getpid())", ".removed-vit-timm-\(getpid())"] {
        try FileManager.default.createDirectory(
          atPath: "\(place)/\(name)", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(place)/\(name)/x"))
      }
      let store = ModelStore(path: place)
      let record = try store.install(Places.goldens + "/vit_timm", catalogue: nil, time: time)
      #expect(try FileManager.default.contentsOfDirectory(atPath: place) == [record.name])
      try store.remove(record.name)
    }
  }

  @Test func ofTwoAtOnceOneInstalls() throws {
    try Places.withFolder { (place: String) throws -> Void in
      let store = ModelStore(path: place)
      let refusals = Mutex([String]())
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        let reason = refusal {
          _ = try store.install(Places.goldens + "/vit_timm", catalogue: nil, time: time)
        }
        if let reason { refusals.withLock { $0.append(reason) } }
      }
      let reasons = refusals.withLock { $0 }
      #expect(reasons.count == 3)
      #expect(reasons.allSatisfy { $0.contains("--replace") }, "\(reasons)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["vit-timm"])
      #expect(try store.verify("vit-timm").isEmpty)
    }
  }

  /// A configuration that comes later would be read as if it had been installed.
  @Test(arguments: ["config.json", "open_clip_model.safetensors"])
  func filesThatWereNotInstalledAreFound(_ file: String) throws {
    try Places.withFolder { place in
      let store = ModelStore(path: place)
      var wish = ModelStore.Installation()
      wish.heads = 2
      let record = try store.install(
        Places.goldens + "/dinov2_fb", wish, catalogue: nil, time: time)
      try Data("{}".utf8).write(
        to: URL(fileURLWithPath: "\(store.folder(of: record.name))/\(file)"))
      #expect(refusal { _ = try store.record(record.name) }?.contains(file) == true)
      #expect(try store.verify(record.name).map(\.file) == [file])
    }
  }

  @Test func aChangedRecordIsFound() throws {
    try Places.withFolder { place in
      let store = ModelStore(path: place)
      var record = try store.install(Places.goldens + "/vit_timm", catalogue: nil, time: time)
      record.digest = record.files[0].sha256
      try JSONEncoder().encode(record).write(
        to: URL(fileURLWithPath: "\(store.folder(of: record.name))/\(ModelRecord.file)"))
      #expect(try store.verify(record.name).map(\.file) == [ModelRecord.file])
    }
  }

  /// The same file split into other heads gives other features.
  @Test func statedHeadsAreOfTheIdentity() throws {
    try Places.withFolder { place in
      let store = ModelStore(path: place)
      func identity(_ folder: String, heads: Int?) throws -> SHA256Digest {
        var wish = ModelStore.Installation()
        wish.heads = heads
        wish.replaces = true
        return try store.install(
          "\(Places.goldens)/\(folder)", wish, catalogue: nil, time: time
        ).identity
      }
      let two = try identity("dinov2_fb", heads: 2)
      let three = try identity("dinov2_fb", heads: 3)
      #expect(two != three)
      // 128 / 64 is what is taken where nobody says.
      let said = try identity("vit_commfor", heads: 2)
      let unsaid = try identity("vit_commfor", heads: nil)
      #expect(said == unsaid)
    }
  }

  @Test func preprocessingIsOfTheIdentity() throws {
    try Places.withFolder { place in
      let store = ModelStore(path: place + "/store")
      let source = place + "/model"
      try FileManager.default.copyItem(
        atPath: Places.goldens + "/clip_gelu_hf", toPath: source)
      let plain = try store.install(source, catalogue: nil, time: time)
      try Data(#"{"image_processor": {"resample": 2}}"#.utf8).write(
        to: URL(fileURLWithPath: source + "/processor_config.json"))
      var wish = ModelStore.Installation()
      wish.replaces = true
      let other = try store.install(source, wish, catalogue: nil, time: time)
      #expect(other.files.map(\.name).contains("processor_config.json"))
      #expect(other.identity != plain.identity)
    }
  }

  @Test(arguments: [false, true]) func packedWeightsGoWithTheirModel(replaced: Bool) throws {
    try Places.withFolder { place in
      let store = ModelStore(path: place)
      func packed() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: place + "/.packed"))
      }
      var wish = ModelStore.Installation()
      for name in ["one", "two"] {
        wish.name = name
        _ = try store.install(Places.goldens + "/vit_timm", wish, catalogue: nil, time: time)
        _ = try VisionEncoder(
          EncoderModel.load(store.folder(of: name)), cache: store.packedFolder())
        if name == "one" {
          #expect(try packed().count == 1)
        }
      }
      let both = try packed()
      #expect(both.count == 2)
      if replaced {
        wish.replaces = true
        _ = try store.install(Places.goldens + "/vit_timm", wish, catalogue: nil, time: time)
      } else {
        try store.remove("two")
      }
      let left = try packed()
      #expect(left.count == 1)
      // It is that of the other model, which is mapped again.
      _ = try VisionEncoder(
        EncoderModel.load(store.folder(of: "one")), cache: store.packedFolder())
      #expect(try packed() == left)
    }
  }

  @Test(arguments: ["../x", ".hidden", "", "a b", "a/b", "é"])
  func namesCannotLeaveTheStore(name: String) throws {
    try Places.withFolder { place in
      let store = ModelStore(path: place)
      var wish = ModelStore.Installation()
      wish.name = name
      #expect(throws: ModelStoreError.self) {
        try store.install(Places.goldens + "/vit_timm", wish, catalogue: nil, time: time)
      }
      #expect(throws: ModelStoreError.self) { try store.remove(name) }
      #expect(throws: ModelStoreError.self) { try store.record(name) }
    }
  }
}

@Suite("The catalogue") struct CatalogueTests {
  @Test func isReadAndTellsShapesApart() throws {
    let catalogue = try ModelCatalogue(path: Places.package + "/etc/models.toml")
    #expect(catalogue.entries.count >= 15)
    #expect(Set(catalogue.entries.map(\.name)).count == catalogue.entries.count)
    for entry in catalogue.entries {
      #expect(ModelStore.isName(entry.name))
      #expect(entry.source.hasPrefix("https://"))
      #expect(["clip", "dinov2", "vit"].contains(entry.shape.family))
    }
  }

  @Test(.enabled(if: Places.haveGoldens, "no goldens"))
  func aModelOfAnotherShapeIsNotTaken() throws {
    let catalogue = try ModelCatalogue(path: Places.package + "/etc/models.toml")
    try Places.withFolder { place in
      var wish = ModelStore.Installation()
      wish.catalogueName = "clip-vit-l-14-datacomp"
      #expect(throws: ModelStoreError.self) {
        try ModelStore(path: place).install(
          Places.goldens + "/clip_gelu_hf", wish, catalogue: catalogue,
          time: Timestamp(milliseconds: 0))
      }
    }
  }
}
