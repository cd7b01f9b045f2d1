import ForensicCore

// Field by field, in the order of declaration. `WireTests` counts the fields of each type, so
// that one that is added there and forgotten here does not go unnoticed.

extension Examination: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(image)
    writer.put(jpeg)
    writer.put(metadata)
    writer.put(contentCredentials)
    writer.put(declaration)
    writer.put(detectors)
    writer.put(conclusion)
    writer.put(findings)
    writer.put(figures)
    writer.put(notExamined)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      image: try ImageInfo(from: &reader), jpeg: try reader.optional(),
      metadata: try MetadataContext(from: &reader),
      contentCredentials: try reader.optional(), declaration: try reader.optional(),
      detectors: try reader.array(most: WireLimits.detectors),
      conclusion: try Conclusion(from: &reader),
      findings: try reader.array(most: WireLimits.findings),
      figures: try reader.array(most: WireLimits.figures),
      notExamined: try reader.array(most: WireLimits.notExamined))
  }
}

extension Examination.Omission: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(what)
    writer.put(why)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(what: try reader.string(), why: try reader.string())
  }
}

extension ExaminationFailure: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(code)
    writer.put(message)
    writer.put(mend)
    writer.put(transient)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      code: try reader.string(), message: try reader.string(), mend: try reader.optional(),
      transient: try reader.bool())
  }
}

extension ImageInfo: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(format.rawValue)
    writer.put(width)
    writer.put(height)
    writer.put(bitDepth)
    writer.put(colorModel)
    writer.put(progressive)
    writer.put(frames)
    writer.put(perceptualHash)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    guard let format = ImageFormat(rawValue: try reader.string()) else { throw .invalid }
    self.init(
      format: format, width: try reader.int(), height: try reader.int(),
      bitDepth: try reader.int(), colorModel: try reader.string(),
      progressive: try reader.bool(), frames: try reader.int(),
      perceptualHash: try reader.optional())
  }
}

extension MetadataContext: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(exif)
    writer.put(orientation)
    writer.put(camera)
    writer.put(makerNote)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      exif: try reader.array(most: WireLimits.exifEntries), orientation: try reader.optional(),
      camera: try reader.optional(), makerNote: try reader.optional())
  }
}

extension MetadataContext.ExifEntry: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(ifd)
    writer.put(tag)
    writer.put(name)
    writer.put(value)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      ifd: try reader.string(), tag: try reader.int(), name: try reader.string(),
      value: try reader.string())
  }
}

extension Finding: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(code)
    writer.put(method)
    writer.put(summary)
    writer.put(weight.rawValue)
    writer.put(dictionary: parameters)
    writer.put(dictionary: result)
    writer.put(figure)
    writer.put(limits)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    let code = try reader.string()
    guard Self.isCode(code) else { throw .invalid }
    let method = try reader.string()
    let summary = try reader.string()
    guard let weight = Weight(rawValue: try reader.string()) else { throw .invalid }
    self.init(
      code: code, method: method, summary: summary, weight: weight,
      parameters: try reader.dictionary(most: WireLimits.findingEntries),
      result: try reader.dictionary(most: WireLimits.findingEntries),
      figure: try reader.optional(), limits: try reader.optional())
  }
}
