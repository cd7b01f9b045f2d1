import Foundation

// Throughput and latency of the whole service beside exiftool, on the same files, in one run.
//
//   service-benchmark [--files N] [--rounds R] [--root DIR]
//
// Throughput: N files of $DATASET_DIR and all of $FIXTURES_DIR are dropped at once into the inbox
// of a forensicd started for it; the clock runs from the drop until the last report is there. In
// turn with it, `exiftool -j` reads the tags of the same files in one batch.
// Latency: one-megapixel JPEGs are renamed into the idle inbox one by one; the clock runs from
// the rename until report.html is there. In turn with it, `exiftool FILE` is run three times.

@main
struct ServiceBenchmark {
  static func main() throws {
    let options = Options(CommandLine.arguments)
    let corpus = try Corpus(options)
    print("\(corpus.files.count) files, \(corpus.bytes / 1_000_000) MB; \(options.rounds) rounds")
    print("round  forensicd/s  exiftool/s  ratio")
    var ratios = [Double]()
    for round in 1...options.rounds {
      let ours = try Throughput.forensicd(corpus, options)
      let theirs = try Throughput.exiftool(corpus)
      let ratio = theirs / ours
      ratios.append(ratio)
      print(
        "\(round)      \(shown(Double(corpus.files.count) / ours))"
          + "        \(shown(Double(corpus.files.count) / theirs))       \(shown(ratio))")
    }
    print("median throughput ratio forensicd : exiftool = \(shown(median(ratios))) (1 or more)")

    let latency = try Latency.measure(corpus, options)
    print("median latency, rename to report: \(shown(latency.ours * 1000)) ms")
    print("median of three exiftool runs:    \(shown(latency.theirs * 1000)) ms")
    print("latency ratio = \(shown(latency.ours / latency.theirs)) (1 or less)")
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
  static func shown(_ value: Double) -> String { String(format: "%.2f", value) }
}

struct Options {
  var files = 300
  var rounds = 3
  var root: String

  init(_ arguments: [String]) {
    root = FileManager.default.currentDirectoryPath
    var rest = arguments.dropFirst()
    while let name = rest.popFirst(), let value = rest.popFirst() {
      switch name {
      case "--files": files = Int(value) ?? files
      case "--rounds": rounds = max(1, Int(value) ?? rounds)
      case "--root": root = value
      default:
        FileHandle.standardError.write(Data("unknown option \(name)\n".utf8))
        exit(64)
      }
    }
  }

  func folder(_ variable: String, _ name: String) -> URL {
    let environment = ProcessInfo.processInfo.environment[variable]
    return URL(fileURLWithPath: environment ?? root + "/../shared/" + name)
  }
}

/// The files that are dropped: every n-th of the data set, and all fixtures that are pictures.
struct Corpus {
  var files: [URL]
  var bytes: Int

  init(_ options: Options) throws {
    let dataset = Self.walk(options.folder("DATASET_DIR", "dataset").appending(path: "images"))
    let step = max(1, dataset.count / max(1, options.files))
    let chosen = stride(from: 0, to: dataset.count, by: step).prefix(options.files)
    files = chosen.map { dataset[$0] } + Self.walk(options.folder("FIXTURES_DIR", "fixtures"))
    guard !files.isEmpty else {
      FileHandle.standardError.write(Data("set DATASET_DIR and FIXTURES_DIR\n".utf8))
      exit(66)
    }
    bytes = files.reduce(0) { sum, file in
      sum + ((try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0)
    }
  }

  private static func walk(_ folder: URL) -> [URL] {
    let entries = FileManager.default.enumerator(
      at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    var found = [URL]()
    while let entry = entries?.nextObject() as? URL {
      let isFile = (try? entry.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) ?? false
      if isFile, !entry.lastPathComponent.hasPrefix(".") { found.append(entry) }
    }
    return found.sorted { $0.path < $1.path }
  }
}
