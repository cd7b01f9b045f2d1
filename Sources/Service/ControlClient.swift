import Foundation
import Glibc

/// Asks a running service, over its control socket.
public struct ControlClient: Sendable {
  public let socket: String
  private let patience: Int

  /// - Parameter patience: seconds that an answer may take.
  public init(socket: String, patience: Int = 10) {
    self.socket = socket
    self.patience = patience
  }

  /// Sends one request and waits, at most `patience`, for the answer's value.
  public func ask<Value: Sendable & Codable>(_ request: ControlRequest, for type: Value.Type)
    throws(ControlError) -> Value
  {
    let line = try askRaw(request)
    let response: ControlResponse<Value>
    do {
      response = try JSONDecoder().decode(ControlResponse<Value>.self, from: Data(line))
    } catch {
      throw .protocolViolation(String(describing: error))
    }
    if let value = response.value { return value }
    let reason = response.error ?? "the service gave neither a value nor a reason"
    throw response.denied == true ? .notAllowed(reason) : .refused(reason)
  }

  private func askRaw(_ request: ControlRequest) throws(ControlError) -> [UInt8] {
    let deadline = ContinuousClock.now + .seconds(patience)
    let descriptor = UnixSocket.make(timeout: patience)
    guard descriptor >= 0 else {
      throw .notRunning(socket: socket, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    guard UnixSocket.withAddress(socket, { connect(descriptor, $0, $1) }) == 0 else {
      // So many wait already that nobody else is let in.
      if errno == EAGAIN { throw .noAnswer(socket: socket, seconds: patience) }
      if errno == EACCES || errno == EPERM {
        throw .notAllowed(
          "the socket \(socket) may not be used: \(String(cString: strerror(errno)))\n"
            + "  Be root, the service's user, or a member of its control.group.")
      }
      throw .notRunning(socket: socket, reason: String(cString: strerror(errno)))
    }
    guard let body = try? JSONEncoder().encode(request) else {
      throw .protocolViolation("the request cannot be written")
    }
    UnixSocket.writeLine(descriptor, Array(body), until: deadline)
    errno = 0
    guard let line = UnixSocket.readLine(descriptor, limit: 64 << 20, until: deadline) else {
      if errno == EAGAIN { throw .noAnswer(socket: socket, seconds: patience) }
      throw .protocolViolation("the service hung up")
    }
    return line
  }
}
