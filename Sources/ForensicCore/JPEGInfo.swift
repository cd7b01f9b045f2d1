/// What a JPEG's marker segments say (ITU-T T.81), and the quality measured from them.
public struct JPEGInfo: Hashable, Sendable, Codable {
  /// One quantisation table as the file holds it (T.81, B.2.4.1).
  public struct QuantizationTable: Hashable, Sendable, Codable {
    /// Destination identifier, 0…3.
    public var id: Int
    /// 8 or 16 bits an entry.
    public var precision: Int
    /// 64 steps, 1…65535, row by row (natural order, not zigzag).
    public var values: [Int]

    public init(id: Int, precision: Int, values: [Int]) {
      self.id = id
      self.precision = precision
      self.values = values
    }
  }

  /// One component of the frame (T.81, B.2.2).
  public struct Component: Hashable, Sendable, Codable {
    /// Component identifier as stored: usually 1, 2, 3; `R`, `G`, `B` as ASCII in some files.
    public var id: Int
    /// Horizontal and vertical sampling factors, 1…4.
    public var horizontalSampling: Int
    public var verticalSampling: Int
    /// The quantisation table it uses, 0…3.
    public var table: Int

    public init(id: Int, horizontalSampling: Int, verticalSampling: Int, table: Int) {
      self.id = id
      self.horizontalSampling = horizontalSampling
      self.verticalSampling = verticalSampling
      self.table = table
    }
  }

  /// The quality on the scale of the Independent JPEG Group's library, measured from the tables.
  public struct Quality: Hashable, Sendable, Codable {
    /// 1…100. Exact where `standard`; the nearest otherwise.
    public var estimate: Int
    /// Whether every table is one that the standard scaling gives at one quality.
    public var standard: Bool
    /// From the luma table alone, 1…100.
    public var luma: Int
    /// From the chroma tables alone; `nil` for grayscale.
    public var chroma: Int?
    /// Mean absolute difference from the nearest standard tables, in quantisation steps.
    public var distance: Double
    /// Who is known to write these tables; `nil` when nobody is.
    public var maker: String?

    public init(
      estimate: Int, standard: Bool, luma: Int, chroma: Int?, distance: Double, maker: String?
    ) {
      self.estimate = estimate
      self.standard = standard
      self.luma = luma
      self.chroma = chroma
      self.distance = distance
      self.maker = maker
    }
  }

  public var quality: Quality
  public var tables: [QuantizationTable]
  public var components: [Component]
  /// `4:4:4`, `4:2:2`, `4:2:0`, `4:4:0`, `4:1:1`, `4:1:0`, `grayscale`, or the factors spelt out.
  public var subsampling: String
  public var progressive: Bool
  /// MCUs between restart markers; 0 for none.
  public var restartInterval: Int
  /// The colour transform of Adobe's APP14 segment (0, 1, 2); `nil` without one.
  public var adobeTransform: Int?
  /// The marker segments in file order, such as `SOI`, `APP0`, `DQT`, … `EOI`.
  public var markers: [String]

  public init(
    quality: Quality, tables: [QuantizationTable], components: [Component], subsampling: String,
    progressive: Bool, restartInterval: Int, adobeTransform: Int?, markers: [String]
  ) {
    self.quality = quality
    self.tables = tables
    self.components = components
    self.subsampling = subsampling
    self.progressive = progressive
    self.restartInterval = restartInterval
    self.adobeTransform = adobeTransform
    self.markers = markers
  }
}
