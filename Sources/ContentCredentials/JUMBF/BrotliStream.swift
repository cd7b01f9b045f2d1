import CBrotli

/// Brotli (RFC 7932), in which compressed manifests are kept.
package enum BrotliStream {
  /// - Parameter limit: the most bytes that may come out; no more than that is ever held.
  /// - Throws: `malformed` for bytes that are not one whole stream, `limit` beyond the limit.
  package static func expanded(
    _ bytes: ArraySlice<UInt8>, limit: Int
  ) throws(CredentialError) -> [UInt8] {
    guard let decoder = BrotliDecoderCreateInstance(nil, nil, nil) else {
      throw .limit("no memory to expand a compressed manifest")
    }
    defer { BrotliDecoderDestroyInstance(decoder) }
    var expanded = [UInt8]()
    let isWhole = bytes.withUnsafeBufferPointer { input in
      var next = input.baseAddress
      var available = input.count
      while true {
        // No room of ours: what comes out is taken from the decoder's own window.
        var room = 0
        let result = BrotliDecoderDecompressStream(decoder, &available, &next, &room, nil, nil)
        while BrotliDecoderHasMoreOutput(decoder) != 0, expanded.count <= limit {
          var count = limit + 1 - expanded.count
          guard let part = BrotliDecoderTakeOutput(decoder, &count) else { break }
          expanded.append(contentsOf: UnsafeBufferPointer(start: part, count: count))
        }
        if expanded.count > limit { return true }
        if result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT {
          return result == BROTLI_DECODER_RESULT_SUCCESS && available == 0
        }
      }
    }
    guard isWhole else { throw .malformed("not one whole Brotli stream", offset: 0) }
    guard expanded.count <= limit else {
      throw .limit("a compressed manifest holds more than \(limit) bytes")
    }
    return expanded
  }
}
