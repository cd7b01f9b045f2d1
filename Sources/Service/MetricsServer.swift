import Foundation
import Glibc

/// Answers `GET /metrics` over HTTP/1.1 on a Unix socket, one peer after another; anything else
/// gets an error. What it tells holds no name of a file, and nothing can be asked of the service
/// but this: who may connect is the socket's mode and folder's affair.
public final class MetricsServer: Sendable {
  public static let path = "/metrics"

  private let listener: SocketListener
  private let content: @Sendable () async -> String
  private static let longestRequest = 8192

  /// Binds the socket, for its owner and its group.
  public init(socket: String, content: @escaping @Sendable () async -> String) throws(SystemError) {
    self.content = content
    listener = try SocketListener(path: socket, mode: 0o660)
  }

  /// Starts answering, on a thread of its own.
  public func start() {
    listener.start(name: "metrics") { [self] peer in
      serve(peer)
      close(peer)
    }
  }

  /// Stops answering and takes the socket away.
  public func stop() { listener.stop() }

  private func serve(_ peer: Int32) {
    guard let request = Self.readHead(peer) else { return }
    let words = request.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
      .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else {
      return Self.answer(peer, "400 Bad Request", "That is no HTTP request.\n")
    }
    guard words[0] == "GET" || words[0] == "HEAD" else {
      return Self.answer(peer, "405 Method Not Allowed", "Only GET.\n", "Allow: GET, HEAD\r\n")
    }
    guard words[1].prefix(while: { $0 != "?" }) == Self.path else {
      return Self.answer(peer, "404 Not Found", "There is only \(Self.path).\n")
    }
    let text = Awaited.value(content) ?? ""
    Self.answer(peer, "200 OK", text, isHead: words[0] == "HEAD")
  }

  /// Reads to the empty line that ends a request's head; `nil` for a peer that is gone, too slow
  /// or long-winded.
  private static func readHead(_ peer: Int32) -> [UInt8]? {
    var head = [UInt8]()
    var buffer = [UInt8](repeating: 0, count: 1024)
    let deadline = ContinuousClock.now + .seconds(2)
    while head.count < longestRequest {
      let count = UnixSocket.read(peer, &buffer, until: deadline)
      guard count > 0 else { return nil }
      head += buffer[..<count]
      if head.suffix(4).elementsEqual("\r\n\r\n".utf8) { return head }
    }
    return nil
  }

  private static func answer(
    _ peer: Int32, _ status: String, _ body: String, _ extra: String = "", isHead: Bool = false
  ) {
    let head =
      "HTTP/1.1 \(status)\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\(extra)Connection: close\r\n\r\n"
    UnixSocket.write(peer, Array((head + (isHead ? "" : body)).utf8), until: .now + .seconds(2))
  }
}
