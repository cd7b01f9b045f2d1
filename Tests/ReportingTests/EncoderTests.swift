import ForensicCore
import Foundation
import Reporting
import Testing

/// `report.json`, byte by byte and there and back.
@Suite struct EncoderTests {
  @Test(arguments: SampleReports.all.map(\.name), [true, false])
  func `what is written can be read, and is written alike`(_ name: String, _ pretty: Bool) throws {
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    let json = try ReportEncoder.json(report, pretty: pretty)
    let again = try ReportDecoder.report(json)
    #expect(try ReportEncoder.json(again, pretty: pretty) == json)
    #expect(again.exhibit == report.exhibit)
    #expect(json.last == UInt8(ascii: pretty ? "\n" : "}"))
    #expect(pretty || !json.contains(UInt8(ascii: "\n")))
  }

  /// The same tree as Foundation's encoder makes, so that no member is lost.
  @Test(arguments: SampleReports.all.map(\.name))
  func `the members are those of Codable`(_ name: String) throws {
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    let own = try JSONSerialization.jsonObject(
      with: Data(ReportEncoder.json(report, pretty: false)))
    let reference = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report))
    #expect(shape(own) == shape(reference))
  }

  @Test func `without figures`() throws {
    let json = try ReportEncoder.json(SampleReports.camera, pretty: false, figures: false)
    guard case .success(let examination) = try ReportDecoder.report(json).outcome else {
      Issue.record("no examination")
      return
    }
    #expect(examination.figures.isEmpty)
    #expect(json.count < 20_000)
  }

  @Test func `keys are sorted, slashes plain, nothing unprintable`() throws {
    let json = try ReportEncoder.json(SampleReports.hostile, pretty: true)
    let text = String(decoding: json, as: UTF8.self)
    #expect(!text.contains("\\/"))
    #expect(text.contains("https://example.invalid/track.png"))
    #expect(
      text
        == text.unicodeScalars.filter { $0 == "\n" || !$0.hides }.reduce(into: "") {
          $0.unicodeScalars.append($1)
        })
    let top = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }
    #expect(top == top.sorted())
  }

  @Test func `a number that is none is refused with its place`() throws {
    var report = SampleReports.camera
    guard case .success(var examination) = report.outcome else { return }
    examination.conclusion.logLikelihoodRatio = .nan
    report.outcome = .success(examination)
    #expect {
      try ReportEncoder.json(report, pretty: false)
    } throws: {
      String(describing: $0).contains("conclusion.logLikelihoodRatio")
    }
  }

  @Test func `other things and other versions are refused`() {
    #expect(throws: ReportDecoder.Failure.self) { try ReportDecoder.report(Array("{}".utf8)) }
    #expect(throws: ReportDecoder.Failure.self) { try ReportDecoder.report([0xFF, 0x00]) }
    #expect(throws: ReportDecoder.Failure.version("2.0")) {
      try ReportDecoder.report(Array(#"{"schemaVersion":"2.0"}"#.utf8))
    }
  }

  @Test(
    arguments: [
      (0.0, "0"), (-0.0, "0"), (1, "1"), (-3, "-3"), (0.1 + 0.2, "0.3"), (1.0 / 3, "0.333333"),
      (2.0 / 3, "0.666667"), (123_456.789, "123457"), (1234.5678, "1234.57"),
      (0.000123456789, "0.000123457"),
      (1e-9, "1e-9"), (3.25e-299, "3.25e-299"), (1.5e-12, "1.5e-12"), (999_999.96, "1000000"),
      (0.9999999, "1"),
      (1e20, "1e20"), (1.7976931348623157e308, "1.79769e308"), (-12.25, "-12.25"),
      (5e-324, "0"), (16_777_217, "16777217"),
    ] as [(Double, String)])
  func `numbers have six digits`(_ number: Double, _ text: String) throws {
    let json = try ReportEncoder.bytes([number], pretty: false)
    #expect(String(decoding: json, as: UTF8.self) == "[\(text)]")
  }

  @Test func `numbers agree with printf`() throws {
    var state: UInt64 = 9
    for _ in 0..<5_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let exponent = Int(state >> 40) % 24 - 12
      let number = Double(state >> 11) / Double(1 << 53) * pow(10, Double(exponent))
      let json = try ReportEncoder.bytes([number], pretty: false)
      let text = String(decoding: json.dropFirst().dropLast(), as: UTF8.self)
      let expected = try #require(Double(String(format: "%.6g", number)))
      let found = try #require(Double(text))
      // A tie at the seventh digit may fall either way.
      #expect(abs(found - expected) <= 1.01e-5 * abs(expected), "\(number): \(text)")
      #expect(text.count <= 14)
    }
  }

  private func shape(_ value: Any) -> String {
    switch value {
    case let members as [String: Any]:
      "{" + members.keys.sorted().map { "\($0):\(shape(members[$0] ?? 0))" }.joined(separator: ",")
        + "}"
    case let list as [Any]: "[" + list.map(shape).joined(separator: ",") + "]"
    case let text as String: "'\(text)'"
    default: "#"
    }
  }
}

extension Unicode.Scalar {
  /// Whether a terminal or a browser would not simply draw it.
  var hides: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse: true
    default: false
    }
  }
}
