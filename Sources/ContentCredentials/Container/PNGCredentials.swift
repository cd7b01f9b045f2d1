/// Content Credentials in PNG: one `caBX` chunk that holds the JUMBF superbox (C2PA, "Embedding
/// manifests into various file formats").
package enum PNGCredentials: CredentialContainer {
  private struct Chunk {
    var type: String
    /// Length, type, data and CRC.
    var range: Range<Int>
    var data: Range<Int>
  }

  private static func chunks(_ bytes: UnsafeRawBufferPointer) -> [Chunk] { walk(bytes).chunks }

  /// The chunks, and the type of a last one that is longer than what is left of the file.
  private static func walk(_ bytes: UnsafeRawBufferPointer) -> (chunks: [Chunk], cut: String?) {
    var chunks = [Chunk]()
    guard bytes.holds("PNG\r\n\u{1A}\n", at: 1) else { return (chunks, nil) }
    var at = 8
    while let length = bytes.big(at, 4), let type = bytes.name(at + 4) {
      guard length <= bytes.count - at - 12 else { return (chunks, type) }
      let chunk = Chunk(
        type: type, range: at..<(at + 12 + length), data: (at + 8)..<(at + 8 + length))
      chunks.append(chunk)
      if type == "IEND" { break }
      at = chunk.range.upperBound
    }
    return (chunks, nil)
  }

  package static func locate(_ bytes: UnsafeRawBufferPointer, limits: CredentialLimits)
    -> StoreLocation
  {
    let (chunks, cut) = walk(bytes)
    let found = chunks.filter { $0.type == "caBX" }
    guard let chunk = found.first else {
      return cut == "caBX"
        ? .broken(.malformed("its chunk is cut off", offset: bytes.count)) : .none
    }
    guard found.count == 1 else { return .several(count: found.count) }
    guard chunk.data.count <= limits.storeBytes else {
      return .broken(.limit("the manifest store has more than \(limits.storeBytes) bytes"))
    }
    return .found(
      LocatedStore(bytes: Array(bytes[chunk.data]), ranges: [chunk.range], place: "caBX"))
  }

  static func boxes(_ bytes: UnsafeRawBufferPointer, store: LocatedStore) -> [ContainerBox]? {
    [ContainerBox(name: "PNGh", range: 0..<min(8, bytes.count))]
      + chunks(bytes).map {
        ContainerBox(name: $0.type == "caBX" ? "C2PA" : $0.type, range: $0.range)
      }
  }

  /// Ancillary chunks without which the picture would be another; critical ones begin with a
  /// capital.
  private static let drawn: Set<String> = [
    "tRNS", "acTL", "fcTL", "fdAT", "gAMA", "cHRM", "iCCP", "sRGB", "cICP",
  ]

  static func pictureParts(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    chunks(bytes).filter {
      $0.type.utf8.first.map { $0 & 0x20 == 0 } == true || drawn.contains($0.type)
    }.map(\.range)
  }

  static func xmp(_ bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    chunks(bytes).first {
      $0.type == "iTXt" && bytes.holds("XML:com.adobe.xmp\0", at: $0.data.lowerBound)
    }?.data
  }
}
