/// Datasets of record 2 of IPTC-IIM 4.2 in Photoshop's image resource 0x0404 (Adobe Photoshop
/// File Formats, "Image Resource Blocks").
package struct IPTCRecord: Hashable, Sendable {
  /// Texts by dataset number, in order.
  package private(set) var values = [Int: [String]]()
  private var isUTF8 = false

  /// More datasets are not read.
  private static let mostDatasets = 4096

  /// Signatures of resources; all but the first are of Adobe's other programs.
  private static let signatures = ["8BIM", "PHUT", "DCSR", "AgHg", "MeSa"].map { Array($0.utf8) }

  /// Reads the resources after `Photoshop 3.0\0`, or a bare record; what is broken ends the reading.
  package init(_ bytes: [UInt8]) {
    if bytes.first == 0x1C { read(bytes[...]) }
    var at = 0
    while at + 12 <= bytes.count, Self.signatures.contains(where: bytes[at...].starts(with:)) {
      let id = Int(bytes[at + 4]) << 8 | Int(bytes[at + 5])
      let name = 1 + Int(bytes[at + 6])
      let size = at + 6 + name + (name & 1)
      guard size + 4 <= bytes.count else { return }
      let length = bytes[size..<(size + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - size - 4 else { return }
      if id == 0x0404 { read(bytes[(size + 4)..<(size + 4 + length)]) }
      at = size + 4 + length + (length & 1)
    }
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>) {
    var at = bytes.startIndex
    var count = 0
    while at + 5 <= bytes.endIndex, bytes[at] == 0x1C, count < Self.mostDatasets {
      let length = Int(bytes[at + 3]) << 8 | Int(bytes[at + 4])
      // Extended datasets (bit 15) hold objects, never the texts that are sought here.
      guard length < 0x8000, length <= bytes.endIndex - at - 5 else { return }
      let value = bytes[(at + 5)..<(at + 5 + length)]
      switch bytes[at + 1] {
      // 1:90, coded character set: ESC % G announces UTF-8.
      case 1 where bytes[at + 2] == 90: isUTF8 = value.starts(with: [0x1B, 0x25, 0x47])
      case 2: values[Int(bytes[at + 2]), default: []].append(text(value))
      default: break
      }
      count += 1
      at += 5 + length
    }
  }

  /// Without the announcement most writers use UTF-8 all the same; what is not is Latin-1.
  private func text(_ bytes: ArraySlice<UInt8>) -> String {
    if isUTF8 { return String(decoding: bytes, as: UTF8.self) }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(byte)) }
    return String(text)
  }
}
