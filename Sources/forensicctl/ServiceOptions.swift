import ArgumentParser
import CaseQueue
import Foundation
import Service

/// How a command finds the running service.
struct ServiceOptions: ParsableArguments {
  @Option(
    name: .long, help: "The service's control socket. Default: the configuration's.",
    completion: .file())
  var socket: String?

  @Option(name: .long, help: "The configuration that names the socket.", completion: .file())
  var config: String = Configuration.standardPath

  func client() throws -> ControlClient {
    if let socket { return ControlClient(socket: socket) }
    do {
      return ControlClient(socket: try Configuration.load(path: config).socket)
    } catch {
      Terminal.error(error.description + "\n  Or name the service's socket with --socket PATH.")
      throw ExitCode.badConfiguration
    }
  }

  /// Asks, and turns a failure into its message and exit status.
  func ask<Value: Sendable & Codable>(_ request: ControlRequest, for type: Value.Type) throws
    -> Value
  {
    do {
      return try client().ask(request, for: type)
    } catch let failure as ControlError {
      Terminal.error(failure.description)
      switch failure {
      case .notRunning, .noAnswer: throw ExitCode.unavailable
      case .notAllowed: throw ExitCode.noPermission
      case .protocolViolation: throw ExitCode.software
      case .refused: throw ExitCode.failure
      }
    }
  }
}

/// JSON as this program prints it: one object, members sorted.
enum JSONOutput {
  static func print<Value: Encodable>(_ value: Value, compact: Bool = false) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      compact
      ? [.sortedKeys, .withoutEscapingSlashes]
      : [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    Terminal.write(bytes: Array(try encoder.encode(value)) + [UInt8(ascii: "\n")])
  }
}
