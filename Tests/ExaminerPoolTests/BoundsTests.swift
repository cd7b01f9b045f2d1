import ExaminerPool
import ForensicCore
import Testing

/// What an examiner that was taken over can cost the service.
@Suite("Bounds on what an examiner says", .timeLimit(.minutes(1)))
struct BoundsTests {
  private func read(_ examination: Examination) throws -> Examination {
    try ExaminerAnswer(
      ExaminerAnswer(usage: WireTests.usage, result: .success(examination)).frame
    ).result.get()
  }

  // MARK: Usage

  @Test(
    "usage that cannot be is refused",
    arguments: [
      ExaminerUsage(resident: 0, peak: 0, processorTime: .max),
      ExaminerUsage(resident: 0, peak: 0, processorTime: -1),
      ExaminerUsage(resident: .min, peak: 0, processorTime: 0),
      ExaminerUsage(resident: 0, peak: ExaminerUsage.mostMemory + 1, processorTime: 0),
      ExaminerUsage(resident: 0, peak: 0, processorTime: ExaminerUsage.mostTime + 1),
    ])
  func usage(_ usage: ExaminerUsage) {
    let frame = ExaminerAnswer(usage: usage, result: .success(Sample.examination)).frame
    #expect(throws: WireFailure.self) { try ExaminerAnswer(frame) }
  }

  @Test("what may be is taken, and adding it up never traps")
  func sum() throws {
    let most = ExaminerUsage(
      resident: ExaminerUsage.mostMemory, peak: ExaminerUsage.mostMemory,
      processorTime: ExaminerUsage.mostTime)
    let frame = ExaminerAnswer(usage: most, result: .success(Sample.examination)).frame
    #expect(try ExaminerAnswer(frame).usage == most)
    var statistics = PoolStatistics()
    statistics.add(ExaminerUsage(resident: 0, peak: 1, processorTime: .max))
    statistics.add(ExaminerUsage(resident: 0, peak: 0, processorTime: 1))
    #expect(statistics.processorTime == .max)
    #expect(statistics.peakResident == 1)
  }

  @Test(
    "times that no report can hold are refused", arguments: [Int64.max, .min, 253_402_300_800_000])
  func times(_ milliseconds: Int64) {
    var examination = Sample.examination
    examination.contentCredentials?.validatedAt = Timestamp(milliseconds: milliseconds)
    #expect(throws: WireFailure.outOfRange(Int(milliseconds))) { try read(examination) }
  }

  // MARK: Lists

  struct List: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var most: Int
    var fill: @Sendable (inout Examination, Int) -> Void

    init(
      _ name: String, _ most: Int, _ fill: @escaping @Sendable (inout Examination, Int) -> Void
    ) {
      testDescription = name
      self.most = most
      self.fill = fill
    }
  }

  /// The same element so many times.
  private static func list<Element: Sendable>(
    _ name: String, _ most: Int,
    _ path: WritableKeyPath<Examination, [Element]> & Sendable
  ) -> List {
    List(name, most) { examination, count in
      guard let element = examination[keyPath: path].first else { return }
      examination[keyPath: path] = Array(repeating: element, count: count)
    }
  }

  private static func dictionary(_ count: Int) -> [String: String] {
    Dictionary(uniqueKeysWithValues: (0..<count).map { ("\($0)", "") })
  }

  static let lists = [
    list("EXIF entries", WireLimits.exifEntries, \.metadata.exif),
    list("detectors", WireLimits.detectors, \.detectors),
    list("findings", WireLimits.findings, \.findings),
    list("figures", WireLimits.figures, \.figures),
    list("what was not examined", WireLimits.notExamined, \.notExamined),
    List("markers", WireLimits.markers) {
      $0.jpeg?.markers = Array(repeating: "RST0", count: $1)
    },
    List("tables", WireLimits.tables) {
      $0.jpeg?.tables = Array(repeating: .init(id: 0, precision: 8, values: []), count: $1)
    },
    List("coefficients of a table", WireLimits.tableValues) {
      $0.jpeg?.tables[0].values = Array(repeating: 1, count: $1)
    },
    List("manifests", WireLimits.manifests) { examination, count in
      guard let one = examination.contentCredentials?.manifests.first else { return }
      examination.contentCredentials?.manifests = Array(repeating: one, count: count)
    },
    List("statuses", WireLimits.manifestEntries) { examination, count in
      guard let one = examination.contentCredentials?.manifests[0].statuses.first else { return }
      examination.contentCredentials?.manifests[0].statuses = Array(repeating: one, count: count)
    },
    List("redactions", WireLimits.manifestEntries) {
      $0.contentCredentials?.manifests[0].redactions = Array(repeating: "r", count: $1)
    },
    List("statements", WireLimits.statements) {
      $0.declaration?.statements = Array(
        repeating: .init(place: "p", name: "n", value: "v"), count: $1)
    },
    List("settings", WireLimits.settings) {
      $0.declaration?.generations[0].settings = dictionary($1)
    },
    List("entries of a finding", WireLimits.findingEntries) {
      $0.findings[0].result = dictionary($1)
    },
    List("known pictures of a detector", WireLimits.neighbours) { examination, count in
      guard let one = examination.detectors[0].neighbours?.first else { return }
      examination.detectors[0].neighbours = Array(repeating: one, count: count)
    },
    List("families", WireLimits.families) {
      $0.conclusion.families = dictionary($1).mapValues { _ in 0.5 }
    },
    List("variants", WireLimits.variants) {
      $0.conclusion.stability?.variants = [Stability.Variant](
        repeating: .init(.halfSize, reason: "r"), count: $1)
    },
    List("cells of a map", WireLimits.numbers) {
      $0.figures[0].content = .map(
        columns: 1, values: Array(repeating: 0, count: $1), lower: 0, upper: 1, unit: "u")
    },
  ]

  @Test("a list may be as long as an examiner can make it, and no longer", arguments: lists)
  func length(_ list: List) throws {
    var examination = Sample.examination
    list.fill(&examination, list.most)
    #expect(try read(examination) == examination)
    list.fill(&examination, list.most + 1)
    #expect(throws: WireFailure.tooMany(list.most + 1)) { try read(examination) }
  }

  // MARK: Standard error

  @Test("the log gets so many lines and bytes an exhibit, and is told of the rest")
  func errors() {
    var output = ErrorOutput()
    let many = [UInt8](String(repeating: "line\n", count: 100_000).utf8)
    #expect(output.take(many[...]).count == ErrorOutput.mostLines)
    #expect(output.take(Array("more\n".utf8)[...]) == [])
    #expect(output.tail.count == ErrorOutput.tailLength)
    #expect(output.reset()?.contains("399748 more bytes") == true)
    #expect(output.take(Array("\u{1B}[2J\n".utf8)[...]).first?.contains("\u{1B}") == false)
    #expect(output.reset() == nil)
    let long = [UInt8](repeating: 0x61, count: 4000)
    let taken = (0..<10).reduce(0) { sum, _ in sum + output.take(long[...]).count }
    #expect(taken == ErrorOutput.mostBytes / 4000)
    #expect(output.tail == Array((long + long).suffix(ErrorOutput.tailLength)))
    #expect(output.reset()?.contains("24000") == true)
  }
}
