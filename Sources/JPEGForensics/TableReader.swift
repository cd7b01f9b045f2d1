import ForensicCore
import ImageCodecs

/// The quantisation tables of a JPEG as its DQT segments define and redefine them (T.81, B.2.4.1),
/// and which of them each component was quantised with.
struct TableReader {
  /// Every definition in file order, repetitions of the same values left out.
  private(set) var all: [JPEGInfo.QuantizationTable] = []
  /// Component index → the values in force at its first scan.
  private(set) var bound: [Int: [Int]] = [:]
  private var current: [Int: [Int]] = [:]

  /// Position in the zigzag sequence → position in the row by row order (T.81, figure A.6).
  static let zigzag: [Int] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
  ]

  /// Takes the tables of one DQT segment; one that is cut short or has an impossible head ends it.
  mutating func define(_ segment: JPEGSegment, _ reader: ByteReader) {
    var offset = segment.payload.lowerBound
    while offset < segment.payload.upperBound, let head = reader.u8(offset) {
      let wide = head >> 4
      let id = Int(head & 15)
      let length = wide == 1 ? 128 : 64
      guard wide <= 1, id <= 3, offset + 1 + length <= segment.payload.upperBound else { return }
      var values = [Int](repeating: 0, count: 64)
      for index in 0..<64 {
        let at = offset + 1 + (wide == 1 ? 2 * index : index)
        guard let step = wide == 1 ? reader.big16(at) : reader.u8(at).map(Int.init) else { return }
        values[Self.zigzag[index]] = step
      }
      current[id] = values
      let table = JPEGInfo.QuantizationTable(id: id, precision: wide == 1 ? 16 : 8, values: values)
      if all.count < JPEGStructure.maxTables, !all.contains(table) { all.append(table) }
      offset += 1 + length
    }
  }

  /// At a scan: its components are quantised with what is defined now.
  mutating func bind(
    _ components: [JPEGInfo.Component], scan: JPEGSegment, _ reader: ByteReader
  ) {
    let start = scan.payload.lowerBound
    let count = Int(reader.u8(start) ?? 0)
    for index in 0..<min(count, 4) {
      let at = start + 1 + 2 * index
      guard at < scan.payload.upperBound, let id = reader.u8(at) else { return }
      for (position, component) in components.enumerated()
      where component.id == Int(id) && bound[position] == nil {
        bound[position] = current[component.table]
      }
    }
  }

  /// At the end: components whose scan never came take the last definition.
  mutating func bindRest(_ components: [JPEGInfo.Component]) {
    for (position, component) in components.enumerated() where bound[position] == nil {
      bound[position] = current[component.table]
    }
  }

  /// The distinct tables of the components after the first that do not share its table.
  func chroma(of components: [JPEGInfo.Component], luma: [Int]) -> [[Int]] {
    var tables = [[Int]]()
    for (position, component) in components.enumerated().dropFirst() {
      guard component.table != components[0].table, let values = bound[position],
        !tables.contains(values)
      else { continue }
      tables.append(values)
    }
    return tables
  }
}
