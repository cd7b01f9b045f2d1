/// What the file says about itself. A declaration, not a measurement: anybody can write it.
public struct MetadataContext: Hashable, Sendable, Codable {
  /// One EXIF entry (CIPA DC-008).
  public struct ExifEntry: Hashable, Sendable, Codable {
    /// `IFD0`, `IFD1`, `ExifIFD`, `GPS`, `InteropIFD`.
    public var ifd: String
    /// The tag's number, 0…65535.
    public var tag: Int
    /// The tag's name in the standard, such as `DateTimeOriginal`; `0xA432` where it has none.
    public var name: String
    /// The value as text: numbers plain, rationals as quotients, several values with blanks
    /// between them, bytes that are not text in hexadecimal.
    public var value: String

    public init(ifd: String, tag: Int, name: String, value: String) {
      self.ifd = ifd
      self.tag = tag
      self.name = name
      self.value = value
    }
  }

  /// Every entry of every IFD, in file order.
  public var exif: [ExifEntry]
  /// EXIF orientation, 1…8; `nil` when absent.
  public var orientation: Int?
  /// The camera's maker and model as one text, for a headline.
  public var camera: String?
  /// Who wrote the maker note, where there is one.
  public var makerNote: String?

  public init(
    exif: [ExifEntry] = [], orientation: Int? = nil, camera: String? = nil,
    makerNote: String? = nil
  ) {
    self.exif = exif
    self.orientation = orientation
    self.camera = camera
    self.makerNote = makerNote
  }
}
