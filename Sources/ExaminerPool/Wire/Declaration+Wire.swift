import ForensicCore

extension Declaration: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(origin?.rawValue)
    writer.put(family)
    writer.put(generations)
    writer.put(statements)
    writer.put(pixels?.rawValue)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    let origin = try Self.choice(Origin.self, &reader)
    self.init(
      origin: origin, family: try reader.optional(),
      generations: try reader.array(most: WireLimits.generations),
      statements: try reader.array(most: WireLimits.statements),
      pixels: try Self.choice(Agreement.self, &reader))
  }

  private static func choice<Value: RawRepresentable<String>>(
    _ type: Value.Type, _ reader: inout WireReader
  ) throws(WireFailure) -> Value? {
    let text: String? = try reader.optional()
    guard let text else { return nil }
    guard let value = Value(rawValue: text) else { throw .invalid }
    return value
  }
}

extension Declaration.Generation: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(place)
    writer.put(tool)
    writer.put(model)
    writer.put(family)
    writer.put(prompt)
    writer.put(negativePrompt)
    writer.put(seed)
    writer.put(steps)
    writer.put(sampler)
    writer.put(guidance)
    writer.put(dictionary: settings)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      place: try reader.string(), tool: try reader.string(), model: try reader.optional(),
      family: try reader.optional(), prompt: try reader.optional(),
      negativePrompt: try reader.optional(), seed: try reader.optional(),
      steps: try reader.optional(), sampler: try reader.optional(),
      guidance: try reader.optional(), settings: try reader.dictionary(most: WireLimits.settings))
  }
}

extension Declaration.Statement: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(place)
    writer.put(name)
    writer.put(value)
    writer.put(meaning)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      place: try reader.string(), name: try reader.string(), value: try reader.string(),
      meaning: try reader.optional())
  }
}
