/// Content Credentials in WebP: one RIFF chunk `C2PA` (C2PA, "Embedding manifests into RIFF-based
/// formats"). Bytes after the size that the RIFF header states are not part of the picture.
package enum WebPCredentials: CredentialContainer {
  private struct Chunk {
    var type: String
    /// Type, size, data and the byte that fills them up to an even length.
    var range: Range<Int>
    var data: Range<Int>
  }

  private static func chunks(_ bytes: UnsafeRawBufferPointer) -> [Chunk] { walk(bytes).chunks }

  /// The chunks, and the type of a last one that is longer than what is left of the file.
  private static func walk(_ bytes: UnsafeRawBufferPointer) -> (chunks: [Chunk], cut: String?) {
    var chunks = [Chunk]()
    guard bytes.holds("RIFF", at: 0), bytes.holds("WEBP", at: 8), let size = bytes.little32(4)
    else { return (chunks, nil) }
    let end = min(bytes.count, size + 8)
    var at = 12
    while at + 8 <= end, let type = bytes.name(at), let length = bytes.little32(at + 4) {
      guard length <= end - at - 8 else { return (chunks, type) }
      let data = (at + 8)..<(at + 8 + length)
      let next = min(end, data.upperBound + length % 2)
      chunks.append(Chunk(type: type, range: at..<next, data: data))
      at = next
    }
    return (chunks, nil)
  }

  package static func locate(_ bytes: UnsafeRawBufferPointer, limits: CredentialLimits)
    -> StoreLocation
  {
    let (chunks, cut) = walk(bytes)
    let found = chunks.filter { $0.type == "C2PA" }
    guard let chunk = found.first else {
      return cut == "C2PA"
        ? .broken(.malformed("its chunk is cut off", offset: bytes.count)) : .none
    }
    guard found.count == 1 else { return .several(count: found.count) }
    guard chunk.data.count <= limits.storeBytes else {
      return .broken(.limit("the manifest store has more than \(limits.storeBytes) bytes"))
    }
    return .found(
      LocatedStore(bytes: Array(bytes[chunk.data]), ranges: [chunk.range], place: "C2PA"))
  }

  static func boxes(_ bytes: UnsafeRawBufferPointer, store: LocatedStore) -> [ContainerBox]? { nil }

  static func pictureParts(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    let names: Set<String> = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]
    return chunks(bytes).filter { names.contains($0.type) }.map(\.range)
  }

  static func xmp(_ bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    chunks(bytes).first { $0.type == "XMP " }?.data
  }
}
