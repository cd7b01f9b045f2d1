import Glibc
import Safetensors
import VisionTransformer

/// The blocks of full-size encoders, for a driver (`Benchmarks/encoders/compare.py`) that
/// alternates with rivals in one run.
///
///     encoder-benchmark models
///     encoder-benchmark write MODEL FILE       random weights, and a configuration beside them
///     encoder-benchmark serve MODEL FILE PRECISION THREADS BATCH INPUT CACHE
///     encoder-benchmark rates MODEL
///     encoder-benchmark start FOLDER PRECISION THREADS CACHE PICTURE
///
/// `serve` reads INPUT (batch × tokens × width floats), answers `ready SECONDS` (wall time since
/// the start), then for each line `go N` runs N batches and answers their CPU and wall seconds;
/// `output FILE` writes the last output. `rates` answers each line with product rates in GFLOP a CPU-second.
@main
struct EncoderBenchmark {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    if words.first == "models" {
      for model in BenchmarkModel.all {
        print(
          model.name, model.width, model.heads, model.layers, model.tokens, model.dino ? 1 : 0,
          model.operations)
      }
      return
    }
    if words.first == "start", words.count == 6, let arithmetic = Arithmetic(rawValue: words[2]),
      let threads = Int(words[3])
    {
      try StartUp.run(
        folder: words[1], arithmetic: arithmetic, threads: threads, cache: words[4],
        picture: words[5])
      return
    }
    guard words.count >= 2, let model = BenchmarkModel.all.first(where: { $0.name == words[1] })
    else {
      print("usage: encoder-benchmark models | write | serve | rates MODEL … | start FOLDER …")
      return
    }
    switch (words[0], words.count) {
    case ("write", 3): try write(model, to: words[2])
    case ("serve", 8): try serve(model, words)
    case ("rates", 2):
      let rates = ProductRates(model)
      while readLine() != nil { answer(rates.measure().map { "\($0)" }.joined(separator: " ")) }
    default:
      print("usage: encoder-benchmark models | write | serve | rates MODEL … | start FOLDER …")
    }
  }

  static func answer(_ line: String) {
    print(line)
    fflush(nil)
  }

  static func write(_ model: BenchmarkModel, to path: String) throws {
    let random = RandomModel(model)
    try SafetensorsWriter.write(random.tensors, to: path)
    guard let text = random.configuration else { return }
    let folder =
      path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) : "."
    guard let file = fopen(folder + "/open_clip_config.json", "w") else { return }
    fputs(text, file)
    fclose(file)
  }

  static func serve(_ model: BenchmarkModel, _ words: [String]) throws {
    let start = ContinuousClock().now
    guard let arithmetic = Arithmetic(rawValue: words[3]), let threads = Int(words[4]),
      let batch = Int(words[5])
    else { return }
    let file = try SafetensorsFile.open(words[2])
    let trunk = try EngineTrunk(
      model.geometry(), from: FileWeights(file: file, model: model),
      identity: "\(words[2]) \(file.byteCount)", cache: words[7], arithmetic: arithmetic,
      threads: threads)
    try trunk.reserve(batch: batch, tokens: model.tokens)
    let count = batch * model.tokens * model.width
    let input = UnsafeMutablePointer<Float>.allocate(capacity: count)
    let x = UnsafeMutablePointer<Float>.allocate(capacity: count)
    guard let stream = fopen(words[6], "r"), fread(input, 4, count, stream) == count else {
      print("the input has another size")
      return
    }
    fclose(stream)
    func run() throws {
      x.update(from: input, count: count)
      try trunk.compute(x, batch: batch, tokens: model.tokens)
    }
    try run()
    answer("ready \((ContinuousClock().now - start) / .seconds(1)) \(trunk.reason ?? "")")
    while let line = readLine() {
      let parts = line.split(separator: " ").map(String.init)
      switch parts.first {
      case "go":
        let cpu = cpuSeconds()
        let wall = ContinuousClock().now
        for _ in 0..<(parts.count > 1 ? Int(parts[1]) ?? 1 : 1) { try run() }
        answer("\(cpuSeconds() - cpu) \((ContinuousClock().now - wall) / .seconds(1))")
      case "output":
        guard parts.count > 1, let out = fopen(parts[1], "w") else { return }
        fwrite(x, 4, count, out)
        fclose(out)
        answer("written")
      default: return
      }
    }
  }
}
