import ForensicCore

extension Conclusion: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(leaning.rawValue)
    writer.put(probabilityGenerated)
    writer.put(logLikelihoodRatio)
    writer.put(prior)
    writer.put(words)
    writer.put(reason)
    writer.put(dictionary: families)
    writer.put(errorRate)
    writer.put(noRatio)
    writer.put(stability)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    guard let leaning = Leaning(rawValue: try reader.string()) else { throw .invalid }
    self.init(
      leaning: leaning, probabilityGenerated: try reader.double(),
      logLikelihoodRatio: try reader.double(), prior: try reader.double(),
      words: try reader.string(), reason: try reader.optional(),
      families: try reader.dictionary(most: WireLimits.families), errorRate: try reader.optional(),
      noRatio: try reader.optional(), stability: try reader.optional())
  }
}

extension Conclusion.ErrorRate: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(tier)
    writer.put(quality)
    writer.put(falseAlarms)
    writer.put(misses)
    writer.put(inconclusive)
    writer.put(auc)
    writer.put(realCount)
    writer.put(generatedCount)
    writer.put(data)
    writer.put(unseen)
    writer.put(edited)
    writer.put(family)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      tier: try reader.string(), quality: try reader.optional(),
      falseAlarms: try reader.double(), misses: try reader.double(),
      inconclusive: try reader.double(), auc: try reader.double(), realCount: try reader.int(),
      generatedCount: try reader.int(), data: try reader.string(), unseen: try reader.optional(),
      edited: try reader.optional(), family: try reader.optional())
  }
}

extension Conclusion.ErrorRate.FamilyRate: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(family)
    writer.put(found)
    writer.put(count)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      family: try reader.string(), found: try reader.double(), count: try reader.int())
  }
}

extension Conclusion.ErrorRate.Rates: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(falseAlarms)
    writer.put(misses)
    writer.put(inconclusive)
    writer.put(auc)
    writer.put(realCount)
    writer.put(generatedCount)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      falseAlarms: try reader.double(), misses: try reader.double(),
      inconclusive: try reader.double(), auc: try reader.double(), realCount: try reader.int(),
      generatedCount: try reader.int())
  }
}

extension DetectorResult: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(name)
    writer.put(summary)
    writer.put(ran)
    writer.put(reason)
    writer.put(scores)
    writer.put(abstains)
    writer.put(views)
    writer.put(shrunkTo)
    writer.put(figure)
    writer.put(neighbours ?? [])
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      name: try reader.string(), summary: try reader.string(), ran: try reader.bool(),
      reason: try reader.optional(), scores: try reader.optional(),
      abstains: try reader.optional(), views: try reader.int(),
      shrunkTo: try reader.optional(), figure: try reader.optional())
    let neighbours = try reader.array(of: Neighbour.self, most: WireLimits.neighbours)
    self.neighbours = neighbours.isEmpty ? nil : neighbours
  }
}

extension Neighbour: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(family)
    writer.put(source)
    writer.put(file)
    writer.put(sha256.bytes)
    writer.put(similarity)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    let (family, source, file) = (
      try reader.string(), try reader.string(), try reader.string()
    )
    guard let sha256 = SHA256Digest(bytes: try reader.byteArray()) else { throw .invalid }
    let similarity = try reader.double()
    guard (-1...1).contains(similarity) else { throw .invalid }
    self.init(
      family: family, source: source, file: file, sha256: sha256, similarity: similarity)
  }
}

extension PictureSize: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(width)
    writer.put(height)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(width: try reader.int(), height: try reader.int())
  }
}
