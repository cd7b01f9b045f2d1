/// Reads the JSON of a header into entries, refusing everything that the format does not allow.
struct HeaderParser {
  let subject: String
  private(set) var entries: [Header.Entry] = []
  private(set) var metadataStart: Int?
  private let json: UnsafeRawBufferPointer

  init(json: UnsafeRawBufferPointer, subject: String) {
    self.json = json
    self.subject = subject
    // One allocation that never grows, smaller than the text.
    entries.reserveCapacity(
      min(json.count / Header.shortestEntry + 1, SafetensorsFile.maximumTensorCount))
  }

  private func error(_ code: SafetensorsError.Code, _ detail: String) -> SafetensorsError {
    SafetensorsError(code, subject: subject, detail: detail)
  }

  private func malformed(_ failure: JSONScanner.Failure) -> SafetensorsError {
    error(
      .malformedHeader, "expected \(failure.expected) at byte \(failure.position) of the header")
  }

  private func attempt<T>(
    _ body: () throws(JSONScanner.Failure) -> T
  ) throws(SafetensorsError) -> T {
    do throws(JSONScanner.Failure) { return try body() } catch { throw malformed(error) }
  }

  mutating func parse() throws(SafetensorsError) {
    var scanner = JSONScanner(json)
    guard json.first == UInt8(ascii: "{") else {
      throw error(.malformedHeader, "the header does not begin with '{'")
    }
    let failing = malformed
    try scanner.object(
      { (scanner: inout JSONScanner, key) throws(SafetensorsError) in
        try self.member(&scanner, key)
      }, failing: failing)
    do throws(JSONScanner.Failure) { try scanner.expectEnd() } catch { throw malformed(error) }
  }

  private mutating func member(
    _ scanner: inout JSONScanner, _ key: JSONScanner.StringSpan
  ) throws(SafetensorsError) {
    if json[key.range].elementsEqual("__metadata__".utf8) {
      guard metadataStart == nil else { throw error(.duplicateName, "has two __metadata__") }
      scanner.skipSpace()
      metadataStart = scanner.position
      try metadata(&scanner)
      return
    }
    guard !key.escaped, let name = scanner.text(key) else {
      throw error(.malformedHeader, "has a tensor name with escapes or malformed UTF-8")
    }
    guard entries.count < SafetensorsFile.maximumTensorCount else {
      throw error(.tooManyEntries, "has more than \(SafetensorsFile.maximumTensorCount) tensors")
    }
    entries.append(try tensor(&scanner, key, name))
  }

  private func metadata(_ scanner: inout JSONScanner) throws(SafetensorsError) {
    var names = Set<String>()
    let failing = malformed
    try scanner.object(
      { (scanner: inout JSONScanner, key) throws(SafetensorsError) in
        let value: JSONScanner.StringSpan
        do throws(JSONScanner.Failure) { value = try scanner.string() } catch {
          throw failing(error)
        }
        guard let name = scanner.text(key), scanner.text(value) != nil else {
          throw self.error(.malformedHeader, "has metadata that is not UTF-8")
        }
        guard names.count < SafetensorsFile.maximumMetadataCount else {
          throw self.error(.tooManyEntries, "has too many metadata entries")
        }
        guard names.insert(name).inserted else {
          throw self.error(.duplicateName, "has two metadata entries of one name")
        }
      }, failing: failing)
  }

  private func tensor(
    _ scanner: inout JSONScanner, _ key: JSONScanner.StringSpan, _ name: String
  ) throws(SafetensorsError) -> Header.Entry {
    var type: ElementType?
    var shape: (start: Int, rank: Int, count: Int)?
    var offsets: (begin: Int, end: Int)?
    func refuse(_ code: SafetensorsError.Code, _ detail: String) -> SafetensorsError {
      SafetensorsError(code, subject: name, detail: detail)
    }
    let failing = malformed
    try scanner.object(
      { (scanner: inout JSONScanner, member) throws(SafetensorsError) in
        switch String(decoding: json[member.range.prefix(16)], as: UTF8.self) {
        case "dtype" where type == nil:
          type = try Self.type(&scanner, failing, refuse)
        case "shape" where shape == nil:
          shape = try Self.shape(&scanner, failing, refuse)
        case "data_offsets" where offsets == nil:
          offsets = try Self.offsets(&scanner, failing)
        case "dtype", "shape", "data_offsets":
          throw refuse(.duplicateName, "has a member twice")
        default:
          throw refuse(.malformedHeader, "has an unknown member")
        }
      }, failing: failing)
    guard let type, let shape, let offsets else {
      throw refuse(.malformedHeader, "lacks dtype, shape or data_offsets")
    }
    guard offsets.begin <= offsets.end else { throw refuse(.badOffsets, "ends before it begins") }
    let (bytes, overflow) = shape.count.multipliedReportingOverflow(by: type.size)
    guard !overflow else { throw refuse(.badShape, "has a shape whose size overflows") }
    guard offsets.end - offsets.begin == bytes else {
      throw refuse(
        .wrongByteCount, "has \(offsets.end - offsets.begin) bytes where its shape needs \(bytes)")
    }
    // The header is at most 100 MB long, so its positions fit into 32 bits.
    return Header.Entry(
      nameStart: UInt32(key.range.lowerBound), nameCount: UInt32(key.range.count),
      shapeStart: UInt32(shape.start), rank: UInt8(shape.rank), type: type, begin: offsets.begin,
      end: offsets.end)
  }

  private typealias Failing = (JSONScanner.Failure) -> SafetensorsError
  private typealias Refuse = (SafetensorsError.Code, String) -> SafetensorsError

  private static func type(
    _ scanner: inout JSONScanner, _ failing: Failing, _ refuse: Refuse
  ) throws(SafetensorsError) -> ElementType {
    let span: JSONScanner.StringSpan
    do throws(JSONScanner.Failure) { span = try scanner.string() } catch { throw failing(error) }
    let spelling = scanner.bytes[span.range]
    guard let type = ElementType(spelling: spelling) else {
      let word = String(decoding: spelling.prefix(16), as: UTF8.self)
      throw refuse(.unknownType, "is of unknown type \(word)")
    }
    return type
  }

  private static func shape(
    _ scanner: inout JSONScanner, _ failing: Failing, _ refuse: Refuse
  ) throws(SafetensorsError) -> (start: Int, rank: Int, count: Int) {
    var rank = 0
    var product = 1
    var overflowed = false
    var empty = false
    let start: Int
    do throws(JSONScanner.Failure) {
      try scanner.expect("[")
      start = scanner.position
      if !scanner.take("]") {
        repeat {
          let size = try scanner.integer()
          rank += 1
          empty = empty || size == 0
          let (next, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
          overflowed = overflowed || overflow
          product = next
        } while rank <= Tensor.maximumRank && scanner.take(",")
        if rank <= Tensor.maximumRank { try scanner.expect("]") }
      }
    } catch { throw failing(error) }
    guard rank <= Tensor.maximumRank else { throw refuse(.badShape, "has too many dimensions") }
    guard !overflowed else { throw refuse(.badShape, "has a shape whose size overflows") }
    return (start, rank, empty ? 0 : product)
  }

  private static func offsets(
    _ scanner: inout JSONScanner, _ failing: Failing
  ) throws(SafetensorsError) -> (begin: Int, end: Int) {
    do throws(JSONScanner.Failure) {
      try scanner.expect("[")
      let begin = try scanner.integer()
      try scanner.expect(",")
      let end = try scanner.integer()
      try scanner.expect("]")
      return (begin, end)
    } catch { throw failing(error) }
  }
}
