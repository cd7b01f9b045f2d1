import ForensicCore

/// The command line of `forensic-examiner`, as the pool writes it.
public struct ExaminerOptions: Hashable, Sendable {
  /// The process that must be alive.
  public var parent: Int32 = 0
  public var bundle: String?
  /// The PEM file of the certificates that are trusted.
  public var trustList: String?
  /// Seconds that a method may take, where not the standard ones.
  public var budgets: [ExaminationMethod: Double] = [:]
  /// The folder of installed encoders.
  public var models: String?
  /// Resident memory that may be reached, in bytes.
  public var memory = 512 << 20
  /// The longest file that is read, in bytes.
  public var fileSize = 192 << 20
  public var confined = true

  /// Reads the arguments after the program's name; `nil` for anything the pool does not write.
  public init?(_ arguments: some Sequence<String>) {
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      switch argument {
      case "--unconfined": confined = false
      case "--bundle":
        guard let value = rest.next() else { return nil }
        bundle = value
      case "--trust-list":
        guard let value = rest.next() else { return nil }
        trustList = value
      case "--budget":
        guard let parts = rest.next()?.split(separator: "="), parts.count == 2,
          let method = ExaminationMethod(rawValue: String(parts[0])),
          let seconds = Double(parts[1]), seconds > 0
        else { return nil }
        budgets[method] = seconds
      case "--models":
        guard let value = rest.next() else { return nil }
        models = value
      case "--parent":
        guard let value = rest.next().flatMap({ Int32($0) }) else { return nil }
        parent = value
      case "--memory":
        guard let value = rest.next().flatMap({ Int($0) }), value > 0 else { return nil }
        memory = value
      case "--file-size":
        guard let value = rest.next().flatMap({ Int($0) }), value > 0 else { return nil }
        fileSize = value
      default: return nil
      }
    }
    guard parent > 0 else { return nil }
  }
}
