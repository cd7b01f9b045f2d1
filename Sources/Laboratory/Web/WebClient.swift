import CCurl
import ForensicCore

/// HTTP and HTTPS as the laboratory needs it: one transfer at a time and thread, with limits on
/// everything. The service never uses it.
public struct WebClient: Hashable, Sendable {
  /// Milliseconds until a connection stands.
  public var connectTimeout: Int
  /// Milliseconds for a transfer, everything included.
  public var timeout: Int
  /// Bytes of an answer.
  public var maximumSize: Int
  public var maximumRedirects: Int

  public init(
    connectTimeout: Int = 10_000, timeout: Int = 60_000, maximumSize: Int = 32 << 20,
    maximumRedirects: Int = 5
  ) {
    self.connectTimeout = connectTimeout
    self.timeout = timeout
    self.maximumSize = maximumSize
    self.maximumRedirects = maximumRedirects
  }

  /// What came back, whatever its status.
  public struct Answer: Hashable, Sendable {
    public var status: Int
    public var redirects: Int
    /// Lower case, without parameters; empty where none was sent.
    public var contentType: String
    public var bytes: [UInt8]
  }

  /// Why nothing useful came back.
  public enum Failure: Error, Hashable, Sendable {
    /// The name cannot be resolved, or nobody answers.
    case unreachable(String)
    case timedOut
    case tooLarge
    case tooManyRedirects
    /// Not HTTP or HTTPS, or no address at all.
    case badAddress(String)
    case failed(String)
  }

  /// Fetches a page, following redirects within the client's limits.
  public func get(_ url: String) throws(Failure) -> Answer { try perform(url, body: nil) }

  /// Posts a body as `application/json`.
  public func post(_ url: String, json: [UInt8]) throws(Failure) -> Answer {
    try perform(url, body: json)
  }

  private func perform(_ url: String, body: [UInt8]?) throws(Failure) -> Answer {
    var response = cc_response()
    defer { cc_free(&response) }
    let agent = "forensicctl/\(ForensicVersion.current)"
    url.withCString { url in
      agent.withCString { agent in
        (body ?? []).withUnsafeBufferPointer { bytes in
          var request = cc_request()
          request.url = url
          request.user_agent = agent
          // An empty body is still a body.
          if body != nil { request.body = bytes.baseAddress ?? UnsafePointer(Self.nothing) }
          request.body_size = bytes.count
          request.connect_timeout = connectTimeout
          request.timeout = timeout
          request.maximum_size = maximumSize
          request.maximum_redirects = maximumRedirects
          cc_perform(&request, &response)
        }
      }
    }
    let message = withUnsafeBytes(of: &response.message) { Self.text($0) }
    switch response.result {
    case cc_done:
      return Answer(
        status: response.status, redirects: response.redirects,
        contentType: withUnsafeBytes(of: &response.content_type) { Self.text($0) },
        bytes: Array(UnsafeBufferPointer(start: response.bytes, count: response.size)))
    case cc_unreachable: throw .unreachable(message)
    case cc_timed_out: throw .timedOut
    case cc_too_large: throw .tooLarge
    case cc_too_many_redirects: throw .tooManyRedirects
    case cc_bad_address: throw .badAddress(message)
    default: throw .failed(message)
    }
  }

  /// A byte to point at where there is no body.
  private nonisolated(unsafe) static let nothing = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
