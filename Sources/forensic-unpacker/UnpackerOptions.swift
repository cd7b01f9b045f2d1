/// The command line, written by `ContainerReader` alone.
struct UnpackerOptions: Sendable {
  /// The process that must be alive.
  var parent: Int32
  /// The longest member that is handed on, in bytes.
  var member: Int
  /// Bytes all members together may have.
  var total: Int
  /// Entries the archive may have.
  var entries: Int

  /// `nil` for anything the reader does not write.
  init?(_ arguments: [String]) {
    var values = [String: Int]()
    guard arguments.count == 8 else { return nil }
    for index in stride(from: 0, to: 8, by: 2) {
      guard let value = Int(arguments[index + 1]), value > 0 else { return nil }
      values[arguments[index]] = value
    }
    guard let parent = values["--parent"].flatMap({ Int32(exactly: $0) }),
      let member = values["--member"], let total = values["--total"],
      let entries = values["--entries"]
    else { return nil }
    self.parent = parent
    self.member = member
    self.total = total
    self.entries = entries
  }
}
