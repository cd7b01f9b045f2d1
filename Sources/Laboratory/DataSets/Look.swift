import Detectors
import ForensicCore
import FoundationEssentials
import Glibc
import ImageCodecs
import ImageMetadata

/// What a data set needs to know of a file.
enum Look: Sendable {
  struct Picture: Sendable {
    var sha256: SHA256Digest
    var width: Int
    var height: Int
    var format: String
    /// `nil` for a picture that is too even to tell copies by.
    var hash: UInt64?
  }

  case picture(Picture)
  case refused(String)

  /// Files are read whole, and no larger ones than this.
  static let maximumSize = 256 << 20

  init(file: String) {
    var status = stat()
    // A FIFO or device might never end.
    guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      Int(status.st_size) <= Self.maximumSize, let data = try? Data(contentsOf: URL(filePath: file))
    else {
      self = .refused("it cannot be read")
      return
    }
    self.init(bytes: [UInt8](data))
  }

  init(bytes: [UInt8]) {
    do {
      let decoded = try ImageDecoder.decode(bytes)
      if let damage = decoded.damage() {
        self = .refused(damage)
        return
      }
      self = .picture(
        Picture(
          sha256: BundleDigest.of(bytes), width: decoded.pixels.width,
          height: decoded.pixels.height, format: Self.format(bytes) ?? "?",
          hash: DetectorInput.rgb(decoded.pixels).perceptualHash))
    } catch {
      self = .refused(error.message)
    }
  }

  /// `JPEG`, `PNG` or `WEBP` by the first bytes; `nil` for anything else.
  static func format(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "JPEG" }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "PNG" }
    if bytes.count >= 12, bytes.starts(with: Array("RIFF".utf8)),
      bytes[8..<12].elementsEqual("WEBP".utf8)
    {
      return "WEBP"
    }
    return nil
  }
}

/// Groups of copies.
enum PictureGroups {
  /// A group for each picture, named after its first member's digest: copies by perceptual hash
  /// share one.
  static func names(_ hashes: [UInt64?], digests: [String]) -> [String] {
    var names = digests.map { String($0.prefix(12)) }
    for group in copies(hashes) {
      for member in group { names[member] = String(digests[group[0]].prefix(12)) }
    }
    return names
  }

  /// Groups of two and more pictures that are copies of each other, as places in `hashes`.
  static func copies(_ hashes: [UInt64?]) -> [[Int]] {
    var places = [UInt64: [Int]]()
    for (place, hash) in hashes.enumerated() {
      if let hash { places[hash, default: []].append(place) }
    }
    let distinct = places.keys.sorted()
    let near = NearDuplicates.groups(distinct)
    let grouped = Set(near.flatMap { $0 })
    let groups =
      near.map { $0.flatMap { places[distinct[$0]] ?? [] }.sorted() }
      + distinct.indices.filter { !grouped.contains($0) }.compactMap { places[distinct[$0]] }
    return groups.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}

extension PixelBuffer {
  /// The bits under which copies lie near one another; `nil` for a picture that is too even.
  var perceptualHash: UInt64? {
    PerceptualHash.of(samples, width: width, height: height, channels: channels)
      .flatMap { UInt64($0, radix: 16) }
  }
}
