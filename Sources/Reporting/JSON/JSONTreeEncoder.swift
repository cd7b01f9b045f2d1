/// Turns an `Encodable` value into a `JSONNode`.
///
/// Our own because the reports leave an idle service within milliseconds: the general encoder of
/// Foundation takes several times as long, spells numbers with 17 digits and cannot escape what
/// a terminal would obey.
package struct JSONTreeEncoder: Encoder {
  package var codingPath: [any CodingKey]
  package var userInfo: [CodingUserInfoKey: Any] { [:] }
  let target: JSONNode.Composite

  init(target: JSONNode.Composite, codingPath: [any CodingKey] = []) {
    self.target = target
    self.codingPath = codingPath
  }

  /// The tree of one value.
  package static func tree(of value: some Encodable) throws -> JSONNode {
    try node(for: value, codingPath: [])
  }

  package func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if target.kind == .empty { target.kind = .object }
    return KeyedEncodingContainer(Keyed<Key>(target: target, codingPath: codingPath))
  }

  package func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if target.kind == .empty { target.kind = .array }
    return Unkeyed(target: target, codingPath: codingPath)
  }

  package func singleValueContainer() -> any SingleValueEncodingContainer {
    Single(target: target, codingPath: codingPath)
  }

  fileprivate static func node<Value: Encodable>(
    for value: Value, codingPath: [any CodingKey]
  ) throws -> JSONNode {
    if let text = value as? String { return .string(text) }
    if let number = value as? Double { return try node(for: number, codingPath: codingPath) }
    if let number = value as? Int { return .integer(Int64(number)) }
    if let flag = value as? Bool { return .bool(flag) }
    // Compared by type first: a conditional cast of an array of another type visits every element.
    if Value.self == [Double].self, let numbers = value as? [Double] {
      for number in numbers { _ = try node(for: number, codingPath: codingPath) }
      return .numbers(numbers)
    }
    if Value.self == [Int].self, let numbers = value as? [Int] { return .integers(numbers) }
    let target = JSONNode.Composite()
    try value.encode(to: JSONTreeEncoder(target: target, codingPath: codingPath))
    return .composite(target)
  }

  fileprivate static func node(for number: Double, codingPath: [any CodingKey]) throws -> JSONNode {
    guard number.isFinite else {
      throw EncodingError.invalidValue(
        number,
        .init(
          codingPath: codingPath,
          debugDescription: "\(number) at \(codingPath.map(\.stringValue).joined(separator: "."))"
            + " has no place in JSON"))
    }
    return .number(number)
  }
}

extension JSONTreeEncoder {
  fileprivate struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let target: JSONNode.Composite
    var codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) throws { target.set(.null, forKey: key.stringValue) }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
      let node = try JSONTreeEncoder.node(for: value, codingPath: codingPath + [key])
      target.set(node, forKey: key.stringValue)
    }

    private func nested(_ key: any CodingKey) -> JSONNode.Composite {
      let child = JSONNode.Composite()
      target.set(.composite(child), forKey: key.stringValue)
      return child
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      JSONTreeEncoder(target: nested(key), codingPath: codingPath + [key])
        .container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      JSONTreeEncoder(target: nested(key), codingPath: codingPath + [key]).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
      JSONTreeEncoder(target: nested(PlainKey(stringValue: "super")), codingPath: codingPath)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
      JSONTreeEncoder(target: nested(key), codingPath: codingPath + [key])
    }
  }

  fileprivate struct Unkeyed: UnkeyedEncodingContainer {
    let target: JSONNode.Composite
    var codingPath: [any CodingKey]
    var count: Int { target.values.count }

    mutating func encodeNil() throws { target.append(.null) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
      target.append(try JSONTreeEncoder.node(for: value, codingPath: codingPath))
    }

    private func nested() -> JSONNode.Composite {
      let child = JSONNode.Composite()
      target.append(.composite(child))
      return child
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy keyType: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
      JSONTreeEncoder(target: nested(), codingPath: codingPath).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      JSONTreeEncoder(target: nested(), codingPath: codingPath).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
      JSONTreeEncoder(target: nested(), codingPath: codingPath)
    }
  }

  fileprivate struct Single: SingleValueEncodingContainer {
    let target: JSONNode.Composite
    var codingPath: [any CodingKey]

    mutating func encodeNil() throws { target.set(.null) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
      target.set(try JSONTreeEncoder.node(for: value, codingPath: codingPath))
    }
  }

  private struct PlainKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
