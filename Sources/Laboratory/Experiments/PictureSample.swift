import ForensicCore
import ImageCodecs

/// Some pictures of each group, for experiments that look at pixels and not at features.
package struct PictureSample: Sendable {
  /// Entries by group, at most `limit` of each, in an order that says nothing: that of their
  /// digests.
  static func groups(
    _ entries: [Manifest.Entry], limit: Int, by group: (Manifest.Entry) -> String
  ) -> [(name: String, entries: [Manifest.Entry])] {
    var groups = [String: [Manifest.Entry]]()
    for entry in entries { groups[group(entry), default: []].append(entry) }
    return groups.sorted { $0.key < $1.key }.map { name, entries in
      (name, Array(entries.sorted { $0.identity < $1.identity }.prefix(limit)))
    }
  }

  /// The pixels of an entry's region, through a chain where one is given.
  package static func pixels(
    _ entry: Manifest.Entry, images: String, chain: DegradationChain? = nil
  ) throws(LaboratoryError) -> PixelBuffer {
    let picture = try PictureSource.load("\(images)/\(entry.file)", sha256: entry.sha256)
    let region = try PictureSource.region(of: picture, entry: entry)
    guard let chain else { return region }
    do {
      return try chain.apply(to: region, identity: entry.identity, draw: 0).pixels
    } catch {
      throw .unusablePicture(file: entry.file, detail: error.message)
    }
  }
}
