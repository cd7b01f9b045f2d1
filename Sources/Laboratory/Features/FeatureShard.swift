import Detectors
import ForensicCore
import FoundationEssentials
import Safetensors

/// The features of one picture, once through a chain.
struct FeaturePiece: Sendable {
  /// Of everything the features depend on beside their source.
  var key: SHA256Digest
  /// The quality of the chain's last JPEG.
  var quality: Int
  var size: SizeClass
  /// How many views it has.
  var rows: Int
  var facts: PictureFacts
  /// By part, row after row.
  var features: [[Float]]

  /// The same with what goes through a head.
  func pooled(_ pooling: ViewPooling, parts: [FeaturePart]) -> FeaturePiece {
    var piece = self
    for (index, part) in parts.enumerated() {
      let values = features[index]
      let rows = stride(from: 0, to: values.count, by: part.dimension).map {
        Array(values[$0..<$0 + part.dimension])
      }
      piece.features[index] = pooling.pooled(rows).flatMap { $0 }
    }
    return piece
  }
}

/// A file of the feature store: some pictures' features as a safetensors file with the tensors
/// `keys` (pictures × 32 bytes), `pictures` (pictures × quality, size class and rows), `facts` (pictures ×
/// `PictureFacts`) and one a part (rows × dimension). A file is written whole or not at all, and never changed.
enum FeatureShard {
  private static let suffix = ".safetensors"

  static func write(
    _ pieces: [FeaturePiece], parts: [FeaturePart], into folder: String
  ) throws(LaboratoryError) {
    let keys = pieces.flatMap(\.key.bytes)
    var tensors = [
      "keys": TensorValue(keys, shape: [pieces.count, 32]),
      "pictures": TensorValue(
        pieces.flatMap { [$0.quality, $0.size.rank, $0.rows] }, shape: [pieces.count, 3]),
      "facts": TensorValue(pieces.flatMap(\.facts.numbers), shape: [pieces.count, 5]),
    ]
    let rows = pieces.reduce(0) { $0 + $1.rows }
    for (index, part) in parts.enumerated() {
      tensors[part.name] = TensorValue(
        pieces.flatMap { $0.features[index] }, shape: [rows, part.dimension])
    }
    let path = "\(folder)/\(BundleDigest.of(keys).hex.prefix(16))\(suffix)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try SafetensorsWriter.write(tensors, to: path)
    } catch {
      throw .unwritable(path)
    }
  }

  /// What the files of a folder hold of `keys`, pooled. Damaged files are passed over: their features
  /// are computed again.
  static func read(
    from folder: String, keys: Set<SHA256Digest>, parts: [FeaturePart], pooling: ViewPooling
  ) -> [SHA256Digest: FeaturePiece] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var found = [SHA256Digest: FeaturePiece]()
    for name in names.sorted() where name.hasSuffix(suffix) {
      for piece in pieces(of: "\(folder)/\(name)", keys: keys, parts: parts) ?? [] {
        found[piece.key] = piece.pooled(pooling, parts: parts)
      }
    }
    return found
  }

  private static func pieces(
    of path: String, keys wanted: Set<SHA256Digest>, parts: [FeaturePart]
  ) -> [FeaturePiece]? {
    guard let file = try? SafetensorsFile.open(path),
      let bytes = try? file.tensor("keys").bytes(), bytes.count.isMultiple(of: 32),
      let table = try? file.integers("pictures"), table.count == bytes.count / 32 * 3,
      let facts = try? file.tensor("facts").floats(), facts.count == bytes.count / 32 * 5
    else { return nil }
    var pieces = [FeaturePiece]()
    var ranges = [Range<Int>]()
    var rows = 0
    for index in 0..<(bytes.count / 32) {
      let count = table[3 * index + 2]
      guard (1...4096).contains(count),
        let key = SHA256Digest(bytes: Array(bytes[(32 * index)..<(32 * index + 32)]))
      else { return nil }
      if wanted.contains(key) {
        let quality = table[3 * index]
        pieces.append(
          FeaturePiece(
            key: key, quality: quality, size: SizeClass(rank: table[3 * index + 1]), rows: count,
            facts: PictureFacts(numbers: facts[(5 * index)..<(5 * index + 5)], quality: quality),
            features: []))
        ranges.append(rows..<(rows + count))
      }
      rows += count
    }
    guard !pieces.isEmpty else { return [] }
    for part in parts {
      guard let tensor = try? file.tensor(part.name), tensor.shape == [rows, part.dimension],
        let values = try? tensor.floats()
      else { return nil }
      for (index, rows) in ranges.enumerated() {
        let range = rows.lowerBound * part.dimension..<rows.upperBound * part.dimension
        pieces[index].features.append(Array(values[range]))
      }
    }
    return pieces
  }
}

extension PictureFacts {
  /// As the store keeps them; the quality stands elsewhere.
  fileprivate var numbers: [Float] {
    [
      Float(shorterSide), deviation, colourSpread, Float(damage?.soundRows ?? 0),
      Float(damage?.rows ?? 0),
    ]
  }

  fileprivate init(numbers: ArraySlice<Float>, quality: Int) {
    let numbers = Array(numbers)
    func count(_ index: Int) -> Int { Int(exactly: numbers[index]) ?? 0 }
    self.init(
      shorterSide: count(0), jpegQuality: quality, deviation: numbers[1], colourSpread: numbers[2],
      damage: Damage(soundRows: count(3), rows: count(4)))
  }
}
