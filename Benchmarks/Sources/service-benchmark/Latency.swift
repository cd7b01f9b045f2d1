import Foundation

enum Latency {
  /// Median seconds from rename to visible report, and of three runs of `exiftool FILE`.
  static func measure(_ corpus: Corpus, _ options: Options) throws -> (ours: Double, theirs: Double)
  {
    let service = try Daemon(options)
    defer { service.stop() }
    let samples = corpus.files.filter { isMegapixelJPEG($0) }.prefix(15)
    guard !samples.isEmpty else {
      print("no one-megapixel JPEG in the corpus: latency not measured")
      return (.nan, .nan)
    }
    var ours = [Double]()
    var theirs = [Double]()
    for (index, sample) in samples.enumerated() {
      let hidden = service.inbox.appending(path: ".sample-\(index)")
      try FileManager.default.copyItem(at: sample, to: hidden)
      Thread.sleep(forTimeInterval: 0.3)
      let began = Date()
      try FileManager.default.moveItem(
        at: hidden, to: service.inbox.appending(path: "sample-\(index).jpg"))
      service.waitForReportFolder(count: index + 1)
      ours.append(Date().timeIntervalSince(began))

      let start = Date()
      for _ in 0..<3 { try Throughput.run("/usr/bin/exiftool", [sample.path]) }
      theirs.append(Date().timeIntervalSince(start))
    }
    return (ServiceBenchmark.median(ours), ServiceBenchmark.median(theirs))
  }

  private static func isMegapixelJPEG(_ file: URL) -> Bool {
    guard file.pathExtension == "jpg", let data = try? Data(contentsOf: file) else { return false }
    // The frame header: SOF0 or SOF2, length, precision, height, width (T.81, B.2.2).
    for index in 0..<max(0, min(data.count - 9, 65_536))
    where data[index] == 0xFF && (data[index + 1] == 0xC0 || data[index + 1] == 0xC2) {
      let height = Int(data[index + 5]) << 8 | Int(data[index + 6])
      let width = Int(data[index + 7]) << 8 | Int(data[index + 8])
      return (900_000...1_200_000).contains(width * height)
    }
    return false
  }
}
