import ForensicCore

/// What an examiner says of itself when it is ready: what it runs, and how it is confined, as it
/// found by trying after the doors were shut.
public struct ExaminerGreeting: Hashable, Sendable {
  /// The version of the messages it speaks.
  public var protocolVersion: Int
  /// `ForensicVersion.current` of its executable.
  public var version: String
  /// The name of the model bundle; `none` without one.
  public var bundle: String
  public var bundleDigest: SHA256Digest?
  /// Why there is no bundle, where there is none.
  public var bundleFailure: String?
  /// Certificates on the trust list.
  public var trustListCount: Int
  /// Why the trust list cannot be used, where one was named.
  public var trustListFailure: String?
  public var confinement: Report.Confinement
  /// Each trial made after the doors were shut, with its outcome, such as
  /// `open a file: refused (EACCES)`.
  public var trials: [String]

  public init(
    protocolVersion: Int, version: String, bundle: String, bundleDigest: SHA256Digest?,
    bundleFailure: String?, trustListCount: Int = 0, trustListFailure: String? = nil,
    confinement: Report.Confinement, trials: [String]
  ) {
    self.protocolVersion = protocolVersion
    self.version = version
    self.bundle = bundle
    self.bundleDigest = bundleDigest
    self.bundleFailure = bundleFailure
    self.trustListCount = trustListCount
    self.trustListFailure = trustListFailure
    self.confinement = confinement
    self.trials = trials
  }
}

extension ExaminerGreeting: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(protocolVersion)
    writer.put(version)
    writer.put(bundle)
    writer.put(bundleDigest?.bytes ?? [])
    writer.put(bundleFailure)
    writer.put(trustListCount)
    writer.put(trustListFailure)
    writer.put(confinement)
    writer.put(trials)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      protocolVersion: try reader.int(), version: try reader.string(),
      bundle: try reader.string(), bundleDigest: SHA256Digest(bytes: try reader.byteArray()),
      bundleFailure: try reader.optional(), trustListCount: try reader.int(),
      trustListFailure: try reader.optional(),
      confinement: try Report.Confinement(from: &reader),
      trials: try reader.array(most: WireLimits.trials))
  }
}

extension Report.Confinement: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(noNewPrivileges)
    writer.put(seccomp)
    writer.put(landlock)
    writer.put(memoryLimit)
    writer.put(timeLimit)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      noNewPrivileges: try reader.bool(), seccomp: try reader.bool(),
      landlock: try reader.optional(), memoryLimit: try reader.optional(),
      timeLimit: try reader.optional())
  }
}

/// One exhibit to examine; its descriptor travels beside it.
package struct ExaminationRequest: Hashable, Sendable, WireCodable {
  package var name: FileName
  /// The file's length as the pool knows it, in bytes.
  package var size: Int
  /// Methods that are left out.
  package var without: Set<ExaminationMethod>
  /// Whether the answer shall hold the figures, most of its bytes.
  package var figures: Bool

  package init(
    name: FileName, size: Int, without: Set<ExaminationMethod> = [], figures: Bool = true
  ) {
    self.name = name
    self.size = size
    self.without = without
    self.figures = figures
  }

  package func write(to writer: inout WireWriter) {
    writer.put(name.bytes)
    writer.put(size)
    writer.put(without.map(\.rawValue).sorted())
    writer.put(figures)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    let name = FileName(bytes: try reader.byteArray())
    let size = try reader.int()
    var without = Set<ExaminationMethod>()
    for text in try reader.array(of: String.self, most: WireLimits.methods) {
      guard let method = ExaminationMethod(rawValue: text) else { throw .invalid }
      without.insert(method)
    }
    self.init(name: name, size: size, without: without, figures: try reader.bool())
  }
}

/// What the examiner has used so far; stands before every answer. The pool adds it up, so values
/// that cannot be are refused.
package struct ExaminerUsage: Hashable, Sendable, WireCodable {
  /// Resident memory now, in bytes.
  package var resident: Int
  /// The most that was ever resident, in bytes.
  package var peak: Int
  /// Processor time of this exhibit, in nanoseconds.
  package var processorTime: Int

  package init(resident: Int, peak: Int, processorTime: Int) {
    self.resident = resident
    self.peak = peak
    self.processorTime = processorTime
  }

  package func write(to writer: inout WireWriter) {
    writer.put(resident)
    writer.put(peak)
    writer.put(processorTime)
  }

  /// An address space of 48 bits, a day of processor time: more than any exhibit may take.
  package static let mostMemory = 1 << 48
  package static let mostTime = 86_400_000_000_000

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      resident: try Self.value(&reader, most: Self.mostMemory),
      peak: try Self.value(&reader, most: Self.mostMemory),
      processorTime: try Self.value(&reader, most: Self.mostTime))
  }

  private static func value(
    _ reader: inout WireReader, most: Int
  ) throws(WireFailure) -> Int {
    let value = try reader.int()
    guard (0...most).contains(value) else { throw .outOfRange(value) }
    return value
  }
}

/// An answer: the usage, then what came of the exhibit.
package struct ExaminerAnswer: Sendable {
  package var usage: ExaminerUsage
  package var result: Result<Examination, ExaminationFailure>

  package init(usage: ExaminerUsage, result: Result<Examination, ExaminationFailure>) {
    self.usage = usage
    self.result = result
  }

  package var frame: Frame {
    var writer = WireWriter()
    writer.put(usage)
    switch result {
    case .success(let examination):
      writer.put(examination)
      return Frame(kind: .examination, payload: writer.bytes)
    case .failure(let failure):
      writer.put(failure)
      return Frame(kind: .failure, payload: writer.bytes)
    }
  }

  package init(_ frame: Frame) throws(WireFailure) {
    var reader = WireReader(frame.payload)
    usage = try ExaminerUsage(from: &reader)
    switch frame.kind {
    case .examination: result = .success(try Examination(from: &reader))
    case .failure: result = .failure(try ExaminationFailure(from: &reader))
    case .greeting, .refusal, .request: throw .invalid
    }
    try reader.finish()
  }
}
