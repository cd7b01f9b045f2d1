import ArgumentParser
import ForensicCore
import ImageCodecs
import ModelStore
import Safetensors
import Service
import VisionTransformer

struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write what an encoder sees in pictures or texts, as safetensors.",
    discussion: """
      The tensor features holds a row for each file, in the order of the arguments, then for each \
      --text. The header's metadata names every row's source (name:ROW) and, for files, the \
      SHA-256 of its bytes (sha256:ROW), the model, its digest, the layer and the arithmetic, so \
      that anyone can compare with Python. Files are decoded in this process: for pictures of your \
      own. Nothing is written when a file cannot be read; the exit status is 1 then.

      LAYER is embedding, logits, class, patches, class+patches, block:N or \
      block:N:class|patches|class+patches[:norm]; N counts from 0, from the end with a minus, and \
      alone stands for block:N.
      """)

  @Option(name: .long, help: "An installed model's name, or the path of a model.")
  var model: String

  @Option(name: .long, parsing: .unconditional, help: "What is written; see above.")
  var layer = "embedding"

  @Option(name: .long, help: "What products compute in: fp32, bf16 or int8.")
  var precision = Arithmetic.fp32

  @Option(name: .long, help: "Threads; 0 for one a processor. Results do not depend on it.")
  var threads = 0

  @Option(name: .long, help: "Attention heads, where no file of the model says them.")
  var heads: Int?

  @Option(name: .long, help: "A text to be encoded by CLIP's text tower. May be repeated.")
  var text: [String] = []

  @Option(
    name: .shortAndLong, help: "The file to write.", completion: .file(extensions: ["safetensors"]))
  var output: String

  @OptionGroup var store: StoreOptions

  @Argument(help: "Pictures.", completion: .file())
  var files: [String] = []

  /// Two entries of the file's metadata for each row, and some for the whole.
  private static let mostRows = SafetensorsFile.maximumMetadataCount / 2 - 8

  func validate() throws {
    guard files.count + text.count <= Self.mostRows else {
      throw ValidationError(
        "\(files.count + text.count) pictures and texts are named, and a file holds the features of "
          + "\(Self.mostRows) at most; write several files")
    }
    guard (0...256).contains(threads) else {
      throw ValidationError("--threads \(threads) is not within 0…256")
    }
    guard !files.isEmpty || !text.isEmpty else {
      throw ValidationError("name at least one picture, or a --text")
    }
    guard FeatureLayer(layer) != nil else {
      throw ValidationError("--layer \(layer) names no layer")
    }
    guard text.isEmpty || layer == "embedding" else {
      throw ValidationError("texts have an embedding and no other layer")
    }
  }

  func run() throws {
    do {
      try embed()
    } catch let error as ModelStoreError {
      Terminal.error(error.description)
      throw ExitCode.failure
    } catch let error as EncoderError {
      Terminal.error("\(model): \(error)")
      throw ExitCode.failure
    } catch let error as SafetensorsError {
      Terminal.error(error.description)
      throw ExitCode.failure
    } catch let error as ConfigurationError {
      Terminal.error(error.description)
      throw ExitCode.badConfiguration
    }
  }

  private func embed() throws {
    let models = try store.store()
    let place = try models.locate(model)
    let loaded = try EncoderModel.load(place.path, heads: heads ?? place.record?.heads)
    let cache = place.record == nil ? nil : models.packedFolder()
    let count = threads > 0 ? threads : ExaminerSetup.processors
    var metadata = [
      "model": place.record?.name ?? FileSystem.fileName(of: FileSystem.absolute(place.path)),
      "layer": FeatureLayer(layer)?.description ?? layer,
    ]
    if let record = place.record { metadata["model-sha256"] = record.digest.hex }
    var rows = [[Float]]()
    var failed = 0
    if !files.isEmpty {
      let encoder = try VisionEncoder(loaded, arithmetic: precision, threads: count, cache: cache)
      metadata["arithmetic"] = encoder.arithmetic.rawValue
      if let reason = encoder.reason { Terminal.error(reason) }
      guard let layer = FeatureLayer(layer) else { return }
      try encoder.prepare(layers: [layer])
      var progress = ProgressLine(total: files.count, label: "encoded")
      var pictures = [StoredImage]()
      var shown = 0
      for path in RawPath.all(files) {
        do throws(ExaminationFailure) {
          let picture = try Self.picture(path)
          metadata["name:\(rows.count)"] = path.fileName.text
          metadata["sha256:\(rows.count)"] = picture.digest.hex
          pictures.append(picture.image)
        } catch {
          failed += 1
          Terminal.error("\(path.text.madeVisible): \(error.message)")
        }
        for row in try encoder.embed(pictures, layer: layer) {
          if !row.allSatisfy(\.isFinite) {
            failed += 1
            Terminal.error("\(path.text.madeVisible): its features are not numbers")
          }
          rows.append(row)
        }
        pictures.removeAll()
        shown += 1
        progress.show(shown)
      }
      progress.finish()
    }
    guard failed == 0 else { throw ExitCode.failure }
    if !text.isEmpty {
      let encoder = try TextEncoder(loaded, arithmetic: precision, threads: count, cache: cache)
      metadata["arithmetic"] = encoder.arithmetic.rawValue
      let folder = try ModelInspection.inspect(place.path, heads: heads).folder
      let tokenizer = try TextTokenizer(folder: folder)
      for text in text {
        metadata["name:\(rows.count)"] = text
        let tokens = tokenizer.tokens(text, context: encoder.tower.context)
        if tokens.isTruncated { Terminal.error("\"\(text.madeVisible)\" was cut short") }
        rows += try encoder.embed([tokens.ids.map(Int.init)])
      }
    }
    let width = rows.first?.count ?? 0
    try SafetensorsWriter.write(
      ["features": TensorValue(rows.flatMap { $0 }, shape: [rows.count, width])],
      metadata: metadata, to: output)
  }

  /// The decoded picture and the digest of its file.
  private static func picture(
    _ path: RawPath
  ) throws(ExaminationFailure) -> (image: StoredImage, digest: SHA256Digest) {
    let file = try ExhibitFile(path: path.bytes)
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try FileSystem.read(path: path.text, limit: 1 << 30)
    } catch {
      throw ExaminationFailure(code: "file.unreadable", message: error.description)
    }
    let stored = try ImageDecoder.decodeStored(bytes)
    let sound = try ImageDecoder.decode(bytes).soundRows
    if sound < stored.pixels.height {
      Terminal.error(
        "\(path.text.madeVisible): damaged from row \(sound) of \(stored.pixels.height) on; what "
          + "the decoder put there is encoded too")
    }
    return (stored, file.digest)
  }
}
