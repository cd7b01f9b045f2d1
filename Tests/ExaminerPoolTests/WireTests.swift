import ExaminerPool
import ForensicCore
import Reporting
import Testing

@Suite("Wire coding")
struct WireTests {
  static let usage = ExaminerUsage(resident: 1, peak: 2, processorTime: 3)

  @Test("an examination arrives as it was sent")
  func examination() throws {
    let answer = ExaminerAnswer(usage: Self.usage, result: .success(Sample.examination))
    let received = try ExaminerAnswer(answer.frame)
    #expect(received.usage == Self.usage)
    #expect(try received.result.get() == Sample.examination)
  }

  @Test(
    "a finding's code that is none is refused",
    arguments: [
      "", "a\u{1B}[31mb", "a b", "A.b", "a\nb", "é", "a.b\u{202E}",
      String(repeating: "a", count: 65),
    ])
  func findingCode(code: String) {
    var examination = Sample.examination
    examination.findings[0].code = code
    let answer = ExaminerAnswer(usage: Self.usage, result: .success(examination))
    #expect(throws: WireFailure.invalid) { try ExaminerAnswer(answer.frame) }
  }

  @Test("absent members arrive as absent")
  func absentMembers() throws {
    var examination = Sample.examination
    examination.jpeg = nil
    examination.contentCredentials = nil
    examination.metadata = MetadataContext()
    examination.declaration = nil
    examination.conclusion.errorRate = nil
    examination.conclusion.reason = nil
    examination.conclusion.stability = nil
    examination.findings = []
    examination.figures = []
    let answer = ExaminerAnswer(usage: Self.usage, result: .success(examination))
    #expect(try ExaminerAnswer(answer.frame).result.get() == examination)
  }

  @Test("a failure arrives as it was sent", arguments: [nil, "mend"], [true, false])
  func failure(mend: String?, transient: Bool) throws {
    let failure = ExaminationFailure(
      code: "limit.time", message: "m", mend: mend, transient: transient)
    let answer = ExaminerAnswer(usage: Self.usage, result: .failure(failure))
    #expect(try ExaminerAnswer(answer.frame).result == .failure(failure))
  }

  @Test("a greeting arrives as it was sent", arguments: [nil, SHA256Digest(bytes: 0..<32)])
  func greeting(digest: SHA256Digest?) throws {
    let greeting = ExaminerGreeting(
      protocolVersion: 1, version: "v", bundle: "b", bundleDigest: digest, bundleFailure: "f",
      confinement: .init(
        noNewPrivileges: true, seccomp: false, landlock: 7, memoryLimit: 1, timeLimit: 2.5),
      trials: ["a", "b"])
    let frame = Frame(kind: .greeting, greeting)
    #expect(try frame.value(as: ExaminerGreeting.self) == greeting)
  }

  @Test("a request keeps a name that is not text")
  func request() throws {
    let request = ExaminationRequest(
      name: FileName(bytes: [0xFF, 0x0A, 0x2D]), size: 1 << 40,
      without: [.contentCredentials, .noise, .copyMove])
    #expect(try Frame(kind: .request, request).value(as: ExaminationRequest.self) == request)
  }

  /// A member that is added to a type and forgotten in its wire coding would be lost in silence.
  @Test("every member of the vocabulary is known to the wire coding")
  func members() {
    let sample = Sample.examination
    let counts: [(any Any, Int)] = [
      (sample, 10), (sample.declaration as Any, 5),
      (sample.declaration?.generations[0] as Any, 11),
      (sample.declaration?.statements[0] as Any, 4), (sample.notExamined[0], 2), (sample.image, 8),
      (sample.metadata, 4),
      (sample.metadata.exif[0], 4), (sample.findings[0], 8), (sample.detectors[0], 10),
      (sample.detectors[0].neighbours?[0] as Any, 5),
      (sample.conclusion, 10), (sample.conclusion.errorRate as Any, 12),
      (sample.conclusion.errorRate?.family as Any, 3),
      (sample.conclusion.stability as Any, 4), (sample.conclusion.stability?.base as Any, 2),
      (sample.conclusion.stability?.variants[0] as Any, 5),
      (sample.conclusion.errorRate?.unseen as Any, 6),
      (sample.conclusion.errorRate?.edited as Any, 6), (sample.figures[0], 4),
      (sample.jpeg as Any, 8), (sample.jpeg?.quality as Any, 6),
      (sample.jpeg?.tables[0] as Any, 3), (sample.jpeg?.components[0] as Any, 4),
      (sample.contentCredentials as Any, 11),
      (sample.contentCredentials?.manifests[0] as Any, 13),
      (sample.contentCredentials?.manifests[0].signature as Any, 15),
      (sample.contentCredentials?.manifests[0].assertions[0] as Any, 6),
      (sample.contentCredentials?.manifests[0].actions[0] as Any, 6),
      (sample.contentCredentials?.manifests[0].ingredients[0] as Any, 7),
      (sample.contentCredentials?.manifests[0].statuses[0] as Any, 6),
      (Figure.Series(name: "", values: []), 2),
      (ExaminationFailure(code: "", message: ""), 4),
    ]
    for (value, count) in counts {
      var mirror = Mirror(reflecting: value)
      if mirror.displayStyle == .optional, let inner = mirror.children.first {
        mirror = Mirror(reflecting: inner.value)
      }
      #expect(mirror.children.count == count, "\(mirror.subjectType)")
    }
  }

  @Test("every shortening of a message is refused, and nothing is read past its end")
  func shortened() {
    let whole = ExaminerAnswer(usage: Self.usage, result: .success(Sample.examination)).frame
    for length in 0..<whole.payload.count {
      let part = Frame(kind: .examination, payload: Array(whole.payload[..<length]))
      #expect(throws: WireFailure.self) { try ExaminerAnswer(part) }
    }
  }

  @Test("a message with bytes left over is refused")
  func surplus() {
    var frame = ExaminerAnswer(usage: Self.usage, result: .success(Sample.examination)).frame
    frame.payload.append(0)
    #expect(throws: WireFailure.surplus(1)) { try ExaminerAnswer(frame) }
  }

  @Test(
    "a number that is not finite is refused, wherever it stands",
    arguments: [Double.nan, .infinity, -.infinity, .signalingNaN])
  func notFinite(number: Double) throws {
    var examination = Sample.examination
    var places = 0
    func refused(_ change: (inout Examination) -> Void) {
      examination = Sample.examination
      change(&examination)
      let frame = ExaminerAnswer(usage: Self.usage, result: .success(examination)).frame
      #expect(throws: WireFailure.notFinite) { try ExaminerAnswer(frame) }
      places += 1
    }
    for path: WritableKeyPath<Conclusion, Double> in [
      \.probabilityGenerated, \.logLikelihoodRatio, \.prior,
    ] {
      refused { $0.conclusion[keyPath: path] = number }
    }
    refused { $0.conclusion.stability?.base.logLikelihoodRatio = number }
    refused { $0.conclusion.stability?.variants[0].logLikelihoodRatio = number }
    refused { $0.conclusion.families["real"] = number }
    for path: WritableKeyPath<Conclusion.ErrorRate, Double> in [
      \.falseAlarms, \.misses, \.inconclusive, \.auc,
    ] {
      refused { $0.conclusion.errorRate?[keyPath: path] = number }
    }
    refused { $0.conclusion.errorRate?.unseen?.misses = number }
    refused { $0.conclusion.errorRate?.family?.found = number }
    refused { $0.detectors[0].scores?["real"] = number }
    refused { $0.detectors[0].neighbours?[0].similarity = number }
    refused { $0.jpeg?.quality.distance = number }
    let contents: [Figure.Content] = [
      .lines(x: [0, number], series: [], xLabel: "", yLabel: ""),
      .lines(x: [], series: [.init(name: "", values: [1, number])], xLabel: "", yLabel: ""),
      .bars(lower: number, upper: 1, series: [], xLabel: "", yLabel: ""),
      .bars(lower: 0, upper: number, series: [], xLabel: "", yLabel: ""),
      .bars(
        lower: 0, upper: 1, series: [.init(name: "", values: [number])], xLabel: "", yLabel: ""),
      .map(columns: 1, values: [number], lower: 0, upper: 1, unit: ""),
      .map(columns: 1, values: [0], lower: number, upper: 1, unit: ""),
      .map(columns: 1, values: [0], lower: 0, upper: number, unit: ""),
    ]
    for content in contents { refused { $0.figures[0].content = content } }
    #expect(places == 23)
  }

  /// Whatever a broken sender makes of an answer: what can be read can be written into a report.
  @Test("what is accepted can be written as JSON")
  func acceptedIsWritable() throws {
    let whole = ExaminerAnswer(usage: Self.usage, result: .success(Sample.examination)).frame
    var accepted = 0
    for position in whole.payload.indices {
      for byte in [UInt8(0x7F), 0xF0, 0xFF] {
        var frame = whole
        frame.payload[position] = byte
        // The sign and exponent of a number that begins here.
        if position + 1 < frame.payload.count { frame.payload[position + 1] = 0x7F }
        guard let answer = try? ExaminerAnswer(frame), let sent = try? answer.result.get() else {
          continue
        }
        accepted += 1
        #expect(throws: Never.self) { try ReportEncoder.bytes(sent, pretty: false) }
      }
    }
    #expect(accepted > 100)
  }

  @Test("a broken sender can neither crash the reader nor make it take much memory")
  func hostile() {
    let whole = ExaminerAnswer(usage: Self.usage, result: .success(Sample.examination)).frame
    var state: UInt64 = 1
    for position in whole.payload.indices {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var frame = whole
      frame.payload[position] = UInt8(truncatingIfNeeded: state >> 33)
      _ = try? ExaminerAnswer(frame)
      frame.payload[position] = 0xFF
      _ = try? ExaminerAnswer(frame)
    }
  }
}
