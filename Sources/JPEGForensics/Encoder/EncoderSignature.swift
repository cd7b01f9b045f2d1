import ForensicCore
import ImageCodecs

/// How a JPEG file is built, apart from its picture and its metadata: what programs and cameras
/// have as a habit and seldom let their users choose.
///
/// Two files with equal signatures may come from one encoder or from two with the same habits (most
/// programs use the library of the Independent JPEG Group or its descendants).
public struct EncoderSignature: Hashable, Sendable {
  /// Component identifiers and sampling, kind of quantisation and Huffman tables, colour transform
  /// of Adobe's segment, and the segments in order, those of metadata left out.
  public let text: String

  /// Whether the segments stand as the library of the Independent JPEG Group and its descendants
  /// write them when nobody asks for another order: one table a segment, the frame between the
  /// quantisation and the Huffman tables.
  public let hasLibraryOrder: Bool

  /// The segments in order, the last part of `text`.
  public var order: Substring {
    text.split(separator: "; ").last { $0.hasPrefix("order=") } ?? ""
  }

  /// `text` without the quantisation tables and the size of a preview: what an encoder does at every
  /// quality, with pictures of every shape.
  public var habit: String { Self.habit(of: text) }

  /// Whether there is a segment with Adobe's colour transform.
  public let hasAdobeSegment: Bool

  /// More segments than this are not listed.
  private static let mostSegments = 40

  public init(_ bytes: UnsafeRawBufferPointer, info: JPEGInfo) {
    let reader = ByteReader(bytes)
    var order = [String]()
    var tables = [[UInt8]]()
    for segment in JPEGSegmentReader(bytes) {
      guard order.count < Self.mostSegments else { break }
      switch segment.marker {
      case 0xD8, 0xD9, 0xE0...0xEF, 0xFE, 0xD0...0xD7: continue
      case 0xDB: order.append("DQT\(Self.quantisationTables(segment, reader))")
      case 0xC4:
        let found = Self.huffmanTables(segment, reader)
        tables += found
        order.append("DHT\(found.count)")
      default: order.append(segment.name)
      }
    }
    let components = info.components.map {
      "\($0.id):\($0.horizontalSampling)x\($0.verticalSampling)q\($0.table)"
    }
    let huffman =
      tables.isEmpty
      ? "none" : tables.allSatisfy(StandardHuffman.tables.contains) ? "standard" : "own"
    let quantisation =
      info.quality.standard
      ? "standard"
      : String(
        TableMakers.digest(
          luma: info.tables.first?.values ?? [],
          chroma: info.tables.dropFirst().map(\.values)), radix: 16)
    hasAdobeSegment = info.adobeTransform != nil
    let habits = Self.runs(order)
    hasLibraryOrder =
      habits.first?.hasPrefix("DQT1") == true && habits.dropFirst().first?.hasPrefix("SOF") == true
      && habits.dropFirst(2).first?.hasPrefix("DHT1") == true
    text = [
      "components=" + components.joined(separator: ","), "quantisation=" + quantisation,
      "huffman=" + huffman, "adobe=" + (info.adobeTransform.map(String.init) ?? "none"),
      "restarts=" + (info.restartInterval > 0 ? "yes" : "no"),
      "order=" + habits.joined(separator: " "),
    ].joined(separator: "; ")
  }

  /// Of the preview that a file embeds: its size comes first, which cameras and programs choose once for
  /// all pictures (Kee, Johnson and Farid, "Digital Image Authentication from JPEG Headers", IEEE TIFS
  /// 2011); `nil` where it is no JPEG.
  public init?(preview: [UInt8]) {
    let found = preview.withUnsafeBytes { bytes -> (whole: EncoderSignature, size: String)? in
      guard let info = try? JPEGStructure.parse(bytes),
        let frame = try? JPEGFrameHeader.read(bytes)
      else { return nil }
      // Upright pictures may have the same preview, turned.
      let (long, short) = (max(frame.width, frame.height), min(frame.width, frame.height))
      return (EncoderSignature(bytes, info: info), "\(long)x\(short)")
    }
    guard let (whole, size) = found else { return nil }
    text = "preview=\(size); " + whole.text
    (hasLibraryOrder, hasAdobeSegment) = (whole.hasLibraryOrder, whole.hasAdobeSegment)
  }

  static func habit(of text: String) -> String {
    text.split(separator: "; ").filter {
      !$0.hasPrefix("quantisation=") && !$0.hasPrefix("preview=")
    }.joined(separator: "; ")
  }

  private static func quantisationTables(_ segment: JPEGSegment, _ reader: ByteReader) -> Int {
    var count = 0
    var at = segment.payload.lowerBound
    while at < segment.payload.upperBound, let head = reader.u8(at) {
      count += 1
      at += head >> 4 == 0 ? 65 : 129
    }
    return count
  }

  /// Class and identifier, the 16 counts and the symbols of each table (T.81, B.2.4.2).
  private static func huffmanTables(
    _ segment: JPEGSegment, _ reader: ByteReader
  ) -> [[UInt8]] {
    var tables = [[UInt8]]()
    var at = segment.payload.lowerBound
    while at + 17 <= segment.payload.upperBound, tables.count < 8 {
      let symbols = (1...16).reduce(0) { $0 + Int(reader.u8(at + $1) ?? 0) }
      let end = at + 17 + symbols
      guard end <= segment.payload.upperBound else { break }
      tables.append((at..<end).compactMap { reader.u8($0) })
      at = end
    }
    return tables
  }

  /// Repetitions as one entry with a count.
  private static func runs(_ names: [String]) -> [String] {
    var result = [(name: String, count: Int)]()
    for name in names {
      if result.last?.name == name {
        result[result.count - 1].count += 1
      } else {
        result.append((name, 1))
      }
    }
    return result.map { $0.count == 1 ? $0.name : "\($0.name)x\($0.count)" }
  }
}

/// The Huffman tables that T.81 gives as examples (K.3 to K.6): class and identifier, counts,
/// symbols, as a DHT segment holds them.
enum StandardHuffman {
  static let tables: Set<[UInt8]> = {
    let levels: [UInt8] = Array(0...11)
    let lumaDC: [UInt8] = [0x00, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0] + levels
    let chromaDC: [UInt8] = [0x01, 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0] + levels
    let lumaAC: [UInt8] =
      [0x10, 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D] + [
        0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61,
        0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52,
        0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25,
        0x26, 0x27, 0x28, 0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45,
        0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64,
        0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83,
        0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
        0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6,
        0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3,
        0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8,
        0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA,
      ]
    let chromaAC: [UInt8] =
      [0x11, 0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77] + [
        0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61,
        0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33,
        0x52, 0xF0, 0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18,
        0x19, 0x1A, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44,
        0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63,
        0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A,
        0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97,
        0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4,
        0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA,
        0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7,
        0xE8, 0xE9, 0xEA, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA,
      ]
    return [lumaDC, chromaDC, lumaAC, chromaAC]
  }()
}
