import ForensicCore

// The members a file may leave out take the defaults written here, and nowhere else.

extension Configuration {
  private enum Key: String, CodingKey {
    case inbox, outbox, state, socket, data, bundle, models, examiner, queue, control, signing
    case metrics
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    inbox = try container.decode([Inbox].self, forKey: .inbox)
    outbox = try container.decode(String.self, forKey: .outbox)
    state = try container.decode(String.self, forKey: .state)
    socket = try container.decode(String.self, forKey: .socket)
    data = try container.decodeIfPresent(String.self, forKey: .data)
    bundle = try container.decodeIfPresent(String.self, forKey: .bundle) ?? "baseline"
    models = try container.decodeIfPresent(String.self, forKey: .models) ?? Self.standardModels
    examiner =
      try container.decodeIfPresent(ExaminerSettings.self, forKey: .examiner) ?? ExaminerSettings()
    queue = try container.decodeIfPresent(QueueSettings.self, forKey: .queue) ?? QueueSettings()
    control =
      try container.decodeIfPresent(ControlSettings.self, forKey: .control) ?? ControlSettings()
    signing =
      try container.decodeIfPresent(SigningSettings.self, forKey: .signing) ?? SigningSettings()
    metrics =
      try container.decodeIfPresent(MetricsSettings.self, forKey: .metrics) ?? MetricsSettings()
  }
}

extension Configuration.Inbox {
  private enum Key: String, CodingKey {
    case path, name, recursive, disposition, settle, without, caseFile = "case"
  }

  public init(path: String, name: String? = nil) {
    self.path = path
    self.name = name ?? Self.lastPart(of: path)
    recursive = true
    disposition = .keep
    settle = 2
    without = []
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init(
      path: try container.decode(String.self, forKey: .path),
      name: try container.decodeIfPresent(String.self, forKey: .name))
    recursive = try container.decodeIfPresent(Bool.self, forKey: .recursive) ?? recursive
    settle = try container.decodeIfPresent(Seconds.self, forKey: .settle)?.value ?? settle
    without =
      try container.decodeIfPresent([String].self, forKey: .without)?.map { text in
        guard let method = ExaminationMethod(rawValue: text) else {
          let known = ExaminationMethod.allCases.map(\.rawValue).joined(separator: ", ")
          throw DecodingError.dataCorruptedError(
            forKey: .without, in: container,
            debugDescription: "\"\(text)\" is no method that can be left out; these are: \(known)")
        }
        return method
      } ?? without
    caseFile = try container.decodeIfPresent(CaseFile.self, forKey: .caseFile)
    if let text = try container.decodeIfPresent(String.self, forKey: .disposition) {
      guard let value = Disposition(rawValue: text) else {
        let known = Disposition.allCases.map(\.rawValue).joined(separator: ", ")
        throw DecodingError.dataCorruptedError(
          forKey: .disposition, in: container,
          debugDescription: "\"\(text)\" is none of \(known)")
      }
      disposition = value
    }
  }

  private static func lastPart(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

extension Configuration.ExaminerSettings {
  private enum Key: String, CodingKey {
    case count, executable, memoryLimit = "memory_limit", timeLimit = "time_limit", confinement
    case trustList = "trust_list", budget
  }

  public init() {
    count = 0
    executable = nil
    memoryLimit = 512
    timeLimit = 30
    confinement = true
    trustList = nil
    budgets = [:]
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init()
    count = try container.decodeIfPresent(Int.self, forKey: .count) ?? count
    executable = try container.decodeIfPresent(String.self, forKey: .executable)
    memoryLimit = try container.decodeIfPresent(Int.self, forKey: .memoryLimit) ?? memoryLimit
    timeLimit = try container.decodeIfPresent(Seconds.self, forKey: .timeLimit)?.value ?? timeLimit
    confinement = try container.decodeIfPresent(Bool.self, forKey: .confinement) ?? confinement
    trustList = try container.decodeIfPresent(String.self, forKey: .trustList)
    budgets = try container.decodeIfPresent(Budgets.self, forKey: .budget)?.values ?? budgets
  }
}

extension Configuration.QueueSettings {
  private enum Key: String, CodingKey {
    case retryDelays = "retry_delays", rescan, maximumFileSize = "maximum_file_size"
    case indexLength = "index_length"
  }

  public init() {
    retryDelays = [1, 10]
    rescan = 300
    maximumFileSize = 256
    indexLength = 200
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init()
    retryDelays =
      try container.decodeIfPresent([Seconds].self, forKey: .retryDelays)?.map(\.value)
      ?? retryDelays
    rescan = try container.decodeIfPresent(Seconds.self, forKey: .rescan)?.value ?? rescan
    maximumFileSize =
      try container.decodeIfPresent(Int.self, forKey: .maximumFileSize) ?? maximumFileSize
    indexLength = try container.decodeIfPresent(Int.self, forKey: .indexLength) ?? indexLength
  }
}

extension Configuration.ControlSettings {
  private enum Key: String, CodingKey { case group }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    group = try container.decodeIfPresent(String.self, forKey: .group)
  }
}

/// `[examiner.budget]`: seconds by method.
private struct Budgets: Decodable {
  let values: [ExaminationMethod: Double]

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    var values = [ExaminationMethod: Double]()
    for method in ExaminationMethod.allCases where method.takesBudget {
      values[method] = try container.decodeIfPresent(
        Seconds.self, forKey: Key(stringValue: method.rawValue))?.value
    }
    self.values = values
  }
}

/// A duration that may be written `2` or `2.5`: TOML tells integers and floats apart, people
/// do not.
private struct Seconds: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
    } else {
      value = Double(try container.decode(Int.self))
    }
  }
}
