import CaseQueue

/// What `forensicctl` asks of a running service, one JSON object on one line of a Unix socket.
/// `docs/control-protocol.md` is the reference.
public struct ControlRequest: Hashable, Sendable, Codable {
  /// What is asked for.
  public enum Command: String, Hashable, Sendable, Codable, CaseIterable {
    /// Version, state, counts, inboxes.
    case status
    /// The exhibits that have not come to an end, or those in one state.
    case queue
    /// One exhibit with its transitions.
    case show
    /// Takes a quarantined exhibit up again.
    case retry
    /// Reads the configuration again, as SIGHUP does.
    case reload
  }

  /// The version of this protocol, which grows when a reader must change.
  public static let version = 1

  public var `protocol`: Int
  public var command: Command
  /// The exhibit that `show` and `retry` are about.
  public var exhibit: String?
  /// How many exhibits `queue` lists at most, 1…10000.
  public var limit: Int?
  /// The state `queue` lists; all that are no end without it.
  public var state: String?

  public init(
    command: Command, exhibit: String? = nil, limit: Int? = nil, state: String? = nil
  ) {
    self.protocol = Self.version
    self.command = command
    self.exhibit = exhibit
    self.limit = limit
    self.state = state
  }
}

extension ControlRequest {
  /// What is wrong with its members, a sentence; `nil` for nothing.
  public var mistake: String? {
    if let limit, !(1...10_000).contains(limit) {
      return "limit is \(limit), which is not within 1…10000"
    }
    if let state, CaseState(rawValue: state) == nil {
      return "the state is none of " + CaseState.allCases.map(\.rawValue).joined(separator: ", ")
    }
    return nil
  }
}

/// The service's answer: `value`, or `error` with what is wrong.
public struct ControlResponse<Value: Sendable & Codable>: Sendable, Codable {
  public var value: Value?
  public var error: String?
  /// `true` beside an error that says that the peer is not allowed to ask.
  public var denied: Bool?

  public init(value: Value) {
    self.value = value
    error = nil
    denied = nil
  }

  public init(error: String, denied: Bool = false) {
    value = nil
    self.error = error
    self.denied = denied ? true : nil
  }
}

/// Why a conversation with the service failed.
public enum ControlError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nobody listens on the socket.
  case notRunning(socket: String, reason: String)
  /// Somebody listens on the socket, and says nothing for so many seconds.
  case noAnswer(socket: String, seconds: Int)
  /// The service, or the kernel before it, turns this user away.
  case notAllowed(String)
  /// The service hung up, or sent something else than an answer.
  case protocolViolation(String)
  /// The service answered, with an error.
  case refused(String)

  public var description: String {
    switch self {
    case .notRunning(let socket, let reason):
      "no service answers on \(socket): \(reason)\n"
        + "  Start it (systemctl start forensicd, or forensicd --config FILE), "
        + "or name its socket with --socket PATH."
    case .noAnswer(let socket, let seconds):
      "the service on \(socket) did not answer within \(seconds) s\n"
        + "  It hangs or is stopped; systemctl status forensicd and its log say more."
    case .notAllowed(let detail): detail
    case .protocolViolation(let detail): "the service's answer cannot be read: \(detail)"
    case .refused(let detail): detail
    }
  }
}
