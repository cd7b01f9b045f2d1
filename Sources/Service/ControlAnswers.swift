import CaseQueue
import ForensicCore
import Foundation

/// Turns a control request into the bytes of its answer.
struct ControlAnswers: Sendable {
  let queue: CaseQueue
  let reload: @Sendable () async -> Result<String, ConfigurationError>

  func answer(_ request: ControlRequest) async -> [UInt8] {
    do {
      switch request.command {
      case .status:
        return bytes(value: await queue.status())
      case .queue:
        let state = request.state.flatMap(CaseState.init(rawValue:))
        return bytes(value: try await queue.queue(limit: request.limit ?? 50, state: state))
      case .show:
        return bytes(value: try await queue.show(exhibit: request.exhibit ?? ""))
      case .retry:
        return bytes(value: try await queue.retry(exhibit: request.exhibit ?? ""))
      case .reload:
        switch await reload() {
        case .success(let message): return bytes(value: message)
        case .failure(let error): return bytes(error: error.description)
        }
      }
    } catch {
      return bytes(error: String(describing: error))
    }
  }

  private func bytes<Value: Sendable & Codable>(value: Value) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(ControlResponse(value: value)))
    } catch {
      return bytes(error: "the answer cannot be written: \(error)")
    }
  }

  private func bytes(error: String) -> [UInt8] {
    (try? JSONEncoder().encode(ControlResponse<String>(error: error))).map(Array.init) ?? []
  }
}
