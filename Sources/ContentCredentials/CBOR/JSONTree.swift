import FoundationEssentials

/// JSON (RFC 8259) read into the tree that CBOR is read into.
package enum JSONTree {
  /// - Throws: `malformed` for anything that is not one JSON value.
  package static func decode(_ bytes: ArraySlice<UInt8>) throws(CredentialError) -> CBORValue {
    do {
      return try JSONDecoder().decode(Node.self, from: Data(bytes)).value
    } catch {
      throw .malformed("not a JSON document", offset: 0)
    }
  }

  private struct Node: Decodable {
    let value: CBORValue

    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      if let container = try? decoder.container(keyedBy: Key.self) {
        value = .map(
          try container.allKeys.sorted { $0.stringValue < $1.stringValue }.map { key in
            CBORValue.Entry(
              key: .text(key.stringValue), value: try container.decode(Node.self, forKey: key).value
            )
          })
        return
      }
      if var container = try? decoder.unkeyedContainer() {
        var items = [CBORValue]()
        while !container.isAtEnd { items.append(try container.decode(Node.self).value) }
        value = .array(items)
        return
      }
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        value = .null
      } else if let bool = try? container.decode(Bool.self) {
        value = .bool(bool)
      } else if let number = try? container.decode(Int64.self) {
        value = number < 0 ? .negative(UInt64(-1 - number)) : .unsigned(UInt64(number))
      } else if let number = try? container.decode(Double.self) {
        value = .float(number)
      } else {
        value = .text(try container.decode(String.self))
      }
    }
  }
}
