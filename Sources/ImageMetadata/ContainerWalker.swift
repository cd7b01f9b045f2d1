import ForensicCore

/// Finds the metadata blocks of a container without decoding anything. Each format walks its own
/// headers only: bytes outside the container's structure are never taken for metadata.
package enum ContainerWalker {
  /// More blocks than this are not listed, those that may hold anything (comments, texts, unknown ones)
  /// and those of known kinds each; ordinary files hold fewer than thirty, but a long ICC profile or
  /// Extended XMP is spread over many segments.
  package static let mostBlocks = 1024

  /// Whether blocks that may hold anything were left out.
  package static func isCut(_ blocks: [MetadataBlock]) -> Bool {
    blocks.count { mayHoldAnything($0.kind) } >= mostBlocks
  }

  private static func mayHoldAnything(_ kind: MetadataBlock.Kind) -> Bool {
    switch kind {
    case .comment, .pngText, .other: true
    default: false
    }
  }

  /// Blocks in file order. Junk before a block of a known kind does not hide it.
  struct List {
    private(set) var blocks = [MetadataBlock]()
    private var known = 0
    private var others = 0

    mutating func append(_ block: MetadataBlock) {
      if mayHoldAnything(block.kind) {
        others += 1
        if others <= mostBlocks { blocks.append(block) }
      } else {
        known += 1
        if known <= mostBlocks { blocks.append(block) }
      }
    }
  }

  /// The blocks of `bytes`, in file order.
  package static func blocks(in bytes: ByteView, format: ImageFormat) -> [MetadataBlock] {
    switch format {
    case .jpeg: jpegBlocks(bytes)
    case .png: pngBlocks(bytes)
    case .webp: webpBlocks(bytes)
    }
  }
}
