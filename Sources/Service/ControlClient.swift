import Foundation
import Glibc

/// Asks a running service, over its control socket.
public struct ControlClient: Sendable {
  public let socket: String

  public init(socket: String) { self.socket = socket }

  /// Sends one request and waits, at most 10 s, for the answer's value.
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
    throw .refused(response.error ?? "the service gave neither a value nor a reason")
  }

  private func askRaw(_ request: ControlRequest) throws(ControlError) -> [UInt8] {
    let descriptor = UnixSocket.make(timeout: 10)
    guard descriptor >= 0 else {
      throw .notRunning(socket: socket, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    guard UnixSocket.withAddress(socket, { connect(descriptor, $0, $1) }) == 0 else {
      throw .notRunning(socket: socket, reason: String(cString: strerror(errno)))
    }
    guard let body = try? JSONEncoder().encode(request) else {
      throw .protocolViolation("the request cannot be written")
    }
    UnixSocket.writeLine(descriptor, Array(body))
    guard let line = UnixSocket.readLine(descriptor, limit: 64 << 20) else {
      throw .protocolViolation("the service hung up")
    }
    return line
  }
}
