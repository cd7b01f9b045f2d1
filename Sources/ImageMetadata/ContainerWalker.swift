import ForensicCore

/// Finds the metadata blocks of a container without decoding anything. Each format walks its own
/// headers only: bytes outside the container's structure are never taken for metadata.
package enum ContainerWalker {
  /// More blocks than this are not listed; ordinary files hold fewer than thirty, but a long ICC
  /// profile or Extended XMP is spread over many segments.
  package static let mostBlocks = 1024

  /// The blocks of `bytes`, in file order.
  package static func blocks(in bytes: ByteView, format: ImageFormat) -> [MetadataBlock] {
    switch format {
    case .jpeg: jpegBlocks(bytes)
    case .png: pngBlocks(bytes)
    case .webp: webpBlocks(bytes)
    }
  }
}
