import CExpat

/// The properties of an XMP packet (ISO 16684-1), read with Expat from the RDF/XML that XMP
/// prescribes (section 7). Document type declarations are refused, so no entity can be defined and
/// none expands. Size, depth and the number of values are bounded.
package struct XMPPacket: Hashable, Sendable {
  package enum Failure: String, Error, Hashable, Sendable {
    case tooLarge = "too large"
    case tooDeep = "nested too deeply"
    case tooManyValues = "too many values"
    case documentType = "it declares a document type"
    case malformed = "malformed XML"
  }

  package static let longest = 8 << 20
  package static let deepest = 64
  package static let mostValues = 20_000

  /// Values of the picture's own properties, by namespace and name. Those of list items stand
  /// under the property that holds the list.
  package private(set) var values = [String: [String]]()
  /// Fields of structures, by the property that holds the structure: its entries in document
  /// order, each a dictionary by namespace and name. What an ingredient declares stands here and
  /// is not taken for the picture's own.
  package private(set) var structures = [String: [[String: String]]]()

  /// How many values there are in all.
  package private(set) var count = 0

  package func first(_ name: String) -> String? { values[name]?.first }

  package init(_ bytes: some Collection<UInt8>) throws(Failure) {
    // Writers pad packets; some with NULs, which XML forbids.
    let bytes = ArraySlice(bytes)
    var end = bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? bytes.startIndex
    // The last sign of a packet in UTF-16, low byte first, has a NUL of its own.
    let isLow = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0x3C, 0])
    if isLow, end < bytes.endIndex { end += 1 }
    let document = bytes[bytes.startIndex..<end]
    guard document.count <= Self.longest else { throw .tooLarge }
    // Names come as the namespace followed at once by the local name.
    guard let parser = XML_ParserCreateNS(nil, 0) else { throw .tooLarge }
    defer { XML_ParserFree(parser) }
    let reader = XMPReader(parser: parser)
    XML_SetUserData(parser, Unmanaged.passUnretained(reader).toOpaque())
    reader.install()
    let status = document.withUnsafeBytes { buffer in
      XML_Parse(parser, buffer.baseAddress, Int32(buffer.count), 1)
    }
    if let failure = reader.failure { throw failure }
    guard status == XML_STATUS_OK, reader.sawRDF else { throw .malformed }
    values = reader.values
    structures = reader.structures
    count = reader.count
  }
}

/// What Expat calls back. Lives as long as one parse.
private final class XMPReader {
  static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

  private struct Element {
    /// The property of the picture that this element belongs to.
    var property: String?
    /// The field of a structure inside that property.
    var field: String?
    var text = [UInt8]()
  }

  let parser: XML_Parser
  private(set) var failure: XMPPacket.Failure?
  private(set) var sawRDF = false
  private(set) var values = [String: [String]]()
  private(set) var structures = [String: [[String: String]]]()
  private var stack = [Element]()
  private(set) var count = 0

  init(parser: XML_Parser) { self.parser = parser }

  func install() {
    XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
      XMPReader.of(data)?.stop(.documentType)
    }
    XML_SetElementHandler(
      parser,
      { data, name, attributes in
        guard let name else { return }
        XMPReader.of(data)?.open(String(cString: name), attributes)
      },
      { data, _ in XMPReader.of(data)?.close() })
    XML_SetCharacterDataHandler(parser) { data, text, length in
      guard let text else { return }
      XMPReader.of(data)?.add(UnsafeRawBufferPointer(start: text, count: Int(length)))
    }
  }

  private static func of(_ data: UnsafeMutableRawPointer?) -> XMPReader? {
    data.map { Unmanaged<XMPReader>.fromOpaque($0).takeUnretainedValue() }
  }

  private func stop(_ failure: XMPPacket.Failure) {
    self.failure = self.failure ?? failure
    XML_StopParser(parser, 0)
  }

  private func open(
    _ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
  ) {
    guard stack.count < XMPPacket.deepest else { return stop(.tooDeep) }
    if name == Self.rdf + "RDF" { sawRDF = true }
    var element = Element(property: stack.last?.property, field: stack.last?.field)
    let isRDF = name.hasPrefix(Self.rdf)
    if sawRDF, !isRDF {
      if element.property == nil { element.property = name } else { element.field = name }
    }
    // Each entry of a list, and each structure, starts a new dictionary.
    if let property = element.property, element.field == nil,
      name == Self.rdf + "li" || name == Self.rdf + "Description" && !isEntry
    {
      structures[property, default: []].append([:])
    }
    isEntry = name == Self.rdf + "li"
    stack.append(element)
    guard sawRDF, var pair = attributes else { return }
    while let key = pair[0], let value = pair[1] {
      pair += 2
      let key = String(cString: key)
      let value = String(cString: value)
      if key == Self.rdf + "resource" {
        record(element, value)
      } else if !key.hasPrefix(Self.rdf), !key.hasPrefix("http://www.w3.org/XML/") {
        var owner = element
        if owner.property == nil { owner.property = key } else { owner.field = key }
        record(owner, value)
      }
    }
  }

  /// Whether the element opened last was a list entry, whose description is the entry itself.
  private var isEntry = false

  private func close() {
    guard let element = stack.popLast() else { return }
    isEntry = false
    let text = String(decoding: element.text, as: UTF8.self)
    if text.contains(where: { !$0.isWhitespace }) { record(element, text) }
  }

  private func add(_ text: UnsafeRawBufferPointer) {
    guard sawRDF, stack.last?.property != nil else { return }
    stack[stack.count - 1].text += text
  }

  private func record(_ element: Element, _ value: String) {
    guard let property = element.property else { return }
    guard count < XMPPacket.mostValues else { return stop(.tooManyValues) }
    count += 1
    guard let field = element.field else { return values[property, default: []].append(value) }
    var entries = structures[property] ?? []
    if entries.isEmpty { entries.append([:]) }
    structures[property] = nil  // Sole owner: the dictionary is changed in place.
    if entries[entries.count - 1][field] == nil { entries[entries.count - 1][field] = value }
    structures[property] = entries
  }
}
