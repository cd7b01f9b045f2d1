import ForensicCore

extension JPEGInfo: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(quality)
    writer.put(tables)
    writer.put(components)
    writer.put(subsampling)
    writer.put(progressive)
    writer.put(restartInterval)
    writer.put(adobeTransform)
    writer.put(markers)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      quality: try Quality(from: &reader), tables: try reader.array(most: WireLimits.tables),
      components: try reader.array(most: WireLimits.components), subsampling: try reader.string(),
      progressive: try reader.bool(), restartInterval: try reader.int(),
      adobeTransform: try reader.optional(), markers: try reader.array(most: WireLimits.markers))
  }
}

extension JPEGInfo.Quality: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(estimate)
    writer.put(standard)
    writer.put(luma)
    writer.put(chroma)
    writer.put(distance)
    writer.put(maker)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      estimate: try reader.int(), standard: try reader.bool(), luma: try reader.int(),
      chroma: try reader.optional(), distance: try reader.double(), maker: try reader.optional())
  }
}

extension JPEGInfo.QuantizationTable: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(id)
    writer.put(precision)
    writer.put(values)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      id: try reader.int(), precision: try reader.int(),
      values: try reader.ints(most: WireLimits.tableValues))
  }
}

extension JPEGInfo.Component: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(id)
    writer.put(horizontalSampling)
    writer.put(verticalSampling)
    writer.put(table)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      id: try reader.int(), horizontalSampling: try reader.int(),
      verticalSampling: try reader.int(), table: try reader.int())
  }
}
