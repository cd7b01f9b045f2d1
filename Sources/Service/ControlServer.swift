import CaseQueue
import ForensicCore
import Foundation
import Glibc
import Logging

/// Answers `forensicctl` on a Unix socket. Peers are root, the service's own user, and those in
/// one configured group; the kernel vouches for who they are (`SocketPeer`).
///
/// Peers are waited for on threads of their own, one each, never on the cooperative pool's; their
/// questions are answered one after another, so that they keep one thread of the pool busy at most.
public final class ControlServer: Sendable {
  /// Answers one request line with one response line.
  public typealias Handler = @Sendable (ControlRequest) async -> [UInt8]

  /// What a peer may take.
  package struct Limits: Sendable {
    /// For the whole request to arrive.
    package var request = Duration.seconds(5)
    /// For the answer to be found, the wait for its turn included. Less than `forensicctl` waits.
    package var thought = Duration.seconds(8)
    /// For the whole answer to be taken.
    package var answer = Duration.seconds(5)
    /// Peers at once.
    package var peers = 128
    package var peersOfOneUser = 64

    package init() {}
  }

  private let listener: SocketListener
  private let access: ControlAccess
  private let limits: Limits
  private let peers: PeerCount
  private let refusals = RefusalCount()
  private let turn = Semaphore(1)
  private let handler: Handler
  private let log: Logger

  /// Binds the socket; a leftover of a dead service is replaced, a living one's never.
  public convenience init(
    path: String, group: String?, log: Logger, handler: @escaping Handler
  ) throws(SystemError) {
    try self.init(path: path, group: group, log: log, limits: Limits(), handler: handler)
  }

  package init(
    path: String, group: String?, log: Logger, limits: Limits, handler: @escaping Handler
  ) throws(SystemError) {
    self.handler = handler
    self.log = log
    self.limits = limits
    peers = PeerCount(most: limits.peers, mostOfOne: limits.peersOfOneUser)
    access = try ControlAccess(group: group)
    if let doubt = access.doubt { log.warning("\(doubt)") }
    // Credentials decide, not the file mode: anyone may connect and most are turned away.
    listener = try SocketListener(path: path, mode: 0o666)
  }

  /// Starts answering, on a thread of its own.
  public func start() {
    listener.start(name: "control") { [self] in receive($0) }
  }

  /// Stops answering and takes the socket away.
  public func stop() { listener.stop() }

  /// Turns a peer away or gives it a thread. Does not wait for it.
  private func receive(_ peer: Int32) {
    guard let who = SocketPeer(of: peer), access.allows(who) else {
      if let count = refusals.add() {
        log.warning(
          "control requests refused", metadata: ["socket": "\(listener.path)", "count": "\(count)"])
      }
      return refuse(
        peer, "you are not allowed to control this service: be root, its user, or in its group",
        denied: true)
    }
    guard peers.enter(who.user) else {
      return refuse(peer, "too many ask at once: try again in a few seconds")
    }
    let thread = Thread { [self] in
      serve(peer)
      peers.leave(who.user)
    }
    thread.stackSize = 256 << 10
    thread.start()
  }

  private func refuse(_ peer: Int32, _ message: String, denied: Bool = false) {
    // A sentence fits into the buffer of a new socket: there is nothing to wait for.
    UnixSocket.writeLine(peer, Self.error(message, denied: denied), until: .now)
    close(peer)
  }

  private func serve(_ peer: Int32) {
    let deadline = ContinuousClock.now + limits.request
    if let line = UnixSocket.readLine(peer, limit: 1 << 16, until: deadline) {
      UnixSocket.writeLine(peer, answer(line), until: .now + limits.answer)
    }
    close(peer)
  }

  private func answer(_ line: [UInt8]) -> [UInt8] {
    guard let request = try? JSONDecoder().decode(ControlRequest.self, from: Data(line)) else {
      return Self.error("that is no request this service (\(ForensicVersion.current)) understands")
    }
    guard request.protocol == ControlRequest.version else {
      return Self.error(
        "protocol \(request.protocol) is not spoken here, only \(ControlRequest.version): "
          + "use the forensicctl that came with forensicd \(ForensicVersion.current)")
    }
    if let mistake = request.mistake { return Self.error(mistake) }
    return ask(request)
      ?? Self.error("the service is busy: it gave no answer within \(limits.thought)")
  }

  /// The handler's answer, waited for on this thread; `nil` when it took too long.
  private func ask(_ request: ControlRequest) -> [UInt8]? {
    let deadline = Clock.monotonic() + limits.thought.nanoseconds
    guard turn.wait(until: deadline) else { return nil }
    return Awaited.value(until: deadline) { [handler, turn] in
      // The next one's turn comes when this is answered, not when nobody waits for it any more.
      defer { turn.signal() }
      return await handler(request)
    }
  }

  private static func error(_ message: String, denied: Bool = false) -> [UInt8] {
    let response = ControlResponse<String>(error: message, denied: denied)
    return (try? JSONEncoder().encode(response)).map(Array.init) ?? []
  }
}
