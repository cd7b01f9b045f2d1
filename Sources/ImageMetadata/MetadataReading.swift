import ForensicCore

/// What a file's own metadata say: the values, what an examiner reads from them, and where in
/// the file each block lay.
public struct MetadataReading: Hashable, Sendable {
  public var context: MetadataContext
  /// In a fixed order: presence, structure, values, contradictions.
  public var findings: [Finding]
  /// The JPEG stream of the preview embedded in IFD1, undecoded; `nil` without one.
  public var thumbnail: [UInt8]?
  /// Every metadata block of the container, in file order. Readers of XMP, IPTC, Content
  /// Credentials and PNG text start from here.
  public var blocks: [MetadataBlock]

  public init(
    context: MetadataContext = MetadataContext(), findings: [Finding] = [],
    thumbnail: [UInt8]? = nil, blocks: [MetadataBlock] = []
  ) {
    self.context = context
    self.findings = findings
    self.thumbnail = thumbnail
    self.blocks = blocks
  }
}

/// One block of metadata in its container: a JPEG segment, a PNG chunk, a WebP RIFF chunk.
public struct MetadataBlock: Hashable, Sendable {
  /// What a block holds, by its marker and its first bytes.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case exif, xmp, extendedXMP, iptc, icc, c2pa
    /// JUMBF that holds something else than Content Credentials, or does not say what.
    case jumbf
    case jfif, adobe, multiPicture, comment, pngText
    /// A segment or chunk for applications, of a kind not known here.
    case other
  }

  public var kind: Kind
  /// Where the payload starts in the file, in bytes, after the signature that names its kind
  /// (for JPEG: after `Exif\0\0`, `http://ns.adobe.com/xap/1.0/\0`, …).
  public var offset: Int
  /// The payload's length in bytes; always within the file.
  public var length: Int
  /// The segment or chunk as the container names it: `APP1`, `eXIf`, `EXIF`.
  public var label: String
  /// Whether the container announced more bytes than the file holds.
  public var truncated: Bool

  public init(kind: Kind, offset: Int, length: Int, label: String, truncated: Bool = false) {
    self.kind = kind
    self.offset = offset
    self.length = length
    self.label = label
    self.truncated = truncated
  }
}
