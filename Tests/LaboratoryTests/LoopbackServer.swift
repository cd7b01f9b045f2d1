import Foundation
import Synchronization

/// A small HTTP/1.1 server on 127.0.0.1, a thread a connection, for tests of what speaks HTTP.
final class LoopbackServer: Sendable {
  struct Request: Sendable {
    var method: String
    var path: String
    var body: [UInt8]
  }

  struct Response: Sendable {
    var status = 200
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Seconds before anything is sent.
    var delay = 0.0
    /// Bytes that are announced but never come; the connection is cut.
    var missing = 0
  }

  let port: UInt16
  private let descriptor: Int32
  private let seen = Mutex([String]())

  /// The paths that were asked for, in order.
  var requests: [String] { seen.withLock { $0 } }
  var base: String { "http://127.0.0.1:\(port)" }

  init(_ answer: @escaping @Sendable (Request) -> Response) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRINUSE) }
    self.descriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
    let thread = Thread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        guard let self else {
          close(connection)
          return
        }
        let worker = Thread { self.serve(connection, answer) }
        worker.start()
      }
    }
    thread.start()
  }

  deinit { stop() }

  func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private func serve(_ connection: Int32, _ answer: @Sendable (Request) -> Response) {
    defer { close(connection) }
    guard let request = Self.read(connection) else { return }
    seen.withLock { $0.append(request.path) }
    let response = answer(request)
    if response.delay > 0 { Thread.sleep(forTimeInterval: response.delay) }
    var head = "HTTP/1.1 \(response.status) X\r\nConnection: close\r\n"
    head += "Content-Length: \(response.body.count + response.missing)\r\n"
    for header in response.headers { head += "\(header.name): \(header.value)\r\n" }
    let bytes = Array((head + "\r\n").utf8) + response.body
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(
          connection, $0.baseAddress.map { $0 + offset }, bytes.count - offset,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      offset += count
    }
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes = [UInt8]()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let head = bytes.firstRange(of: end) {
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self)
          .components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        let length =
          lines.first { $0.lowercased().hasPrefix("content-length:") }
          .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        if bytes.count - head.upperBound >= length {
          return Request(
            method: String(words[0]), path: String(words[1]),
            body: Array(bytes[head.upperBound..<(head.upperBound + length)]))
        }
      }
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
