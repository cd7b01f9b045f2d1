import ForensicCore

extension Figure: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(id)
    writer.put(title)
    writer.put(caption)
    writer.put(content)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(
      id: try reader.string(), title: try reader.string(), caption: try reader.string(),
      content: try Content(from: &reader))
  }
}

extension Figure.Series: WireCodable {
  package func write(to writer: inout WireWriter) {
    writer.put(name)
    writer.put(values)
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    self.init(name: try reader.string(), values: try reader.doubles(most: WireLimits.numbers))
  }
}

extension Figure.Content: WireCodable {
  package func write(to writer: inout WireWriter) {
    switch self {
    case .raster(let mediaType, let base64, let width, let height):
      writer.put(UInt8(0))
      writer.put(mediaType)
      writer.put(base64)
      writer.put(width)
      writer.put(height)
    case .lines(let x, let series, let xLabel, let yLabel):
      writer.put(UInt8(1))
      writer.put(x)
      writer.put(series)
      writer.put(xLabel)
      writer.put(yLabel)
    case .bars(let lower, let upper, let series, let xLabel, let yLabel):
      writer.put(UInt8(2))
      writer.put(lower)
      writer.put(upper)
      writer.put(series)
      writer.put(xLabel)
      writer.put(yLabel)
    case .grid(let columns, let values):
      writer.put(UInt8(3))
      writer.put(columns)
      writer.put(values)
    case .map(let columns, let values, let lower, let upper, let unit):
      writer.put(UInt8(4))
      writer.put(columns)
      writer.put(values)
      writer.put(lower)
      writer.put(upper)
      writer.put(unit)
    }
  }

  package init(from reader: inout WireReader) throws(WireFailure) {
    switch try reader.byte() {
    case 0:
      self = .raster(
        mediaType: try reader.string(), base64: try reader.string(), width: try reader.int(),
        height: try reader.int())
    case 1:
      self = .lines(
        x: try reader.doubles(most: WireLimits.numbers),
        series: try reader.array(most: WireLimits.series), xLabel: try reader.string(),
        yLabel: try reader.string())
    case 2:
      self = .bars(
        lower: try reader.double(), upper: try reader.double(),
        series: try reader.array(most: WireLimits.series),
        xLabel: try reader.string(), yLabel: try reader.string())
    case 3:
      self = .grid(columns: try reader.int(), values: try reader.ints(most: WireLimits.numbers))
    case 4:
      self = .map(
        columns: try reader.int(), values: try reader.doubles(most: WireLimits.numbers),
        lower: try reader.double(),
        upper: try reader.double(), unit: try reader.string())
    default:
      throw .invalid
    }
  }
}
