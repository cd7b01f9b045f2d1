import ForensicCore

/// Reads what a picture file says about itself, without decoding its pixels.
public enum MetadataReader {
  /// Reads the metadata of a JPEG, PNG or WebP file.
  ///
  /// Any byte string is accepted: what is broken is left out and becomes a finding. The result
  /// depends on nothing but the arguments.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - image: what its headers say; `format` chooses the container walker, `width` and `height`
  ///     are compared with what EXIF declares.
  ///   - asOf: when the file was examined, against which dates in the future are found; `nil`
  ///     leaves only dates after the year 2099.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, image: ImageInfo, asOf: Timestamp? = nil
  ) -> MetadataReading {
    let file = ByteView(bytes)
    let blocks = ContainerWalker.blocks(in: file, format: image.format)
    let place = blocks.first { $0.kind == .exif }
    let block = place.map { ExifBlock(file.slice($0.offset, $0.length)) }
    let facts = ExifFacts(block)
    let findings = ExifFindings(
      block: block, facts: facts, blocks: blocks, image: image, asOf: asOf
    ).all
    return MetadataReading(
      context: facts.context, findings: findings, thumbnail: block?.thumbnail, blocks: blocks)
  }
}
