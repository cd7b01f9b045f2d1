import CImageCodecs

/// One keyword and its text from a PNG tEXt, zTXt or iTXt chunk (W3C PNG, third edition, 11.3.3), or
/// from a chunk `comf`, which ComfyUI writes like a tEXt into its animations.
package struct PNGText: Hashable, Sendable {
  package var keyword: String
  package var text: String

  /// A text longer than this, in bytes after expansion, is refused.
  package static let longest = 8 << 20

  /// Whether chunks of this name may be compressed.
  static func isPacked(_ label: String) -> Bool { label == "zTXt" || label == "iTXt" }

  /// Reads the payload of a chunk named `label`; `nil` where it is malformed, or longer than
  /// `limit` bytes after expansion.
  package init?(_ payload: some Collection<UInt8>, label: String, limit: Int = longest) {
    let payload = ArraySlice(payload)
    guard let end = payload.firstIndex(of: 0), (1...79).contains(end - payload.startIndex)
    else { return nil }
    keyword = Self.latin1(payload[..<end])
    let rest = payload[(end + 1)...]
    switch label {
    case "tEXt", "comf":
      guard rest.count <= limit else { return nil }
      text = Self.text(rest)
    case "zTXt":
      guard rest.first == 0, let bytes = Self.expand(rest.dropFirst(), limit) else { return nil }
      text = Self.text(bytes[...])
    case "iTXt":
      guard let compressed = rest.first, let method = rest.dropFirst().first,
        let language = rest.dropFirst(2).firstIndex(of: 0),
        let translated = rest[(language + 1)...].firstIndex(of: 0)
      else { return nil }
      let body = rest[(translated + 1)...]
      switch (compressed, method) {
      case (0, _) where body.count <= limit: text = String(decoding: body, as: UTF8.self)
      case (1, 0):
        guard let bytes = Self.expand(body, limit) else { return nil }
        text = String(decoding: bytes, as: UTF8.self)
      default: return nil
      }
    default: return nil
    }
  }

  /// What a zlib or gzip stream expands to; `nil` where it is broken or longer than `limit`.
  static func expand(_ stream: ArraySlice<UInt8>, _ limit: Int) -> [UInt8]? {
    var whole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: max(0, limit)) { buffer, count in
      count = stream.withUnsafeBufferPointer { input in
        ic_inflate(input.baseAddress, input.count, buffer.baseAddress, buffer.count, &whole)
      }
    }
    return whole ? bytes : nil
  }

  /// The standard says Latin-1; ComfyUI and others write UTF-8 all the same.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self) ?? latin1(bytes)
  }

  private static func latin1(_ bytes: ArraySlice<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }
}
