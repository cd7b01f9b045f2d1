import ForensicCore

extension Stability: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(base)
    writer.put(detectors)
    writer.put(variants)
    writer.put(flips)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      base: try Base(from: &reader), detectors: try reader.array(most: WireLimits.detectors),
      variants: try reader.array(most: WireLimits.variants), flips: try reader.bool())
  }
}

extension Stability.Base: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(logLikelihoodRatio)
    writer.put(leaning.rawValue)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    let ratio = try reader.double()
    guard let leaning = Conclusion.Leaning(rawValue: try reader.string()) else { throw .invalid }
    self.init(logLikelihoodRatio: ratio, leaning: leaning)
  }
}

extension Stability.Variant: WireCodable {
  /// The title follows from the change.
  package func write(to writer: inout WireWriter) {
    writer.put(change.rawValue)
    writer.put(logLikelihoodRatio)
    writer.put(leaning?.rawValue)
    writer.put(reason)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    guard let change = Stability.Change(rawValue: try reader.string()) else { throw .invalid }
    let ratio: Double? = try reader.optional()
    let text: String? = try reader.optional()
    let leaning = text.flatMap(Conclusion.Leaning.init)
    guard (text == nil) == (leaning == nil) else { throw .invalid }
    self.init(
      change, logLikelihoodRatio: ratio, leaning: leaning, reason: try reader.optional())
  }
}
