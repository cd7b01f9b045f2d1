import Glibc

/// Why the queue, or one of its steps, cannot go on: a stable code and a sentence for a person.
public struct QueueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// `configuration`, `state.locked`, `system`, `journal`, `exhibit.unknown`,
  /// `exhibit.not-finished`, `stopped`.
  public var code: String
  public var message: String
  /// The `errno` behind it, where a system call failed.
  public var systemError: Int32?

  public init(code: String, message: String, systemError: Int32? = nil) {
    self.code = code
    self.message = message
    self.systemError = systemError
  }

  public var description: String { message }

  package static func configuration(_ problems: [String]) -> Self {
    Self(code: "configuration", message: problems.joined(separator: "; "))
  }

  /// A failed system call: what was tried, and what the kernel said.
  package static func system(_ number: Int32, _ attempt: String) -> Self {
    Self(
      code: "system", message: "\(attempt): \(String(cString: strerror(number)))",
      systemError: number)
  }
}
