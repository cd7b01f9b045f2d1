/// A small file beside a picture that says which case the picture belongs to: `photo.jpg.case.toml`
/// beside `photo.jpg`. Whoever hands the picture in writes it; nothing of it is measured.
public struct Sidecar: Hashable, Sendable, Codable {
  /// What a sidecar file's name has after the picture's own name.
  public static let ending = ".case.toml"
  /// The longest sidecar file that is read, in bytes.
  public static let sizeLimit = 64 << 10

  /// Why a sidecar file does not count.
  public struct Problem: Error, Hashable, Sendable, Codable {
    /// `sidecar.size`, `sidecar.encoding`, `sidecar.syntax`, `sidecar.key`, `sidecar.type`,
    /// `sidecar.kind`, `sidecar.unreadable`.
    public var code: String
    /// A sentence that names the file, the line where there is one, and the limit.
    public var message: String
    public var mend: String
    /// The line, from 1, where one is at fault.
    public var line: Int?

    public init(code: String, message: String, mend: String, line: Int? = nil) {
      self.code = code
      self.message = message
      self.mend = mend
      self.line = line
    }
  }

  /// The file's name, exact where it is UTF-8, with U+FFFD otherwise.
  public var name: String
  /// The name's bytes in hexadecimal, only where `name` cannot be exact.
  public var nameBytes: String?
  /// The digest of its bytes; absent where they could not be read, or are more
  /// than `sizeLimit`.
  public var sha256: SHA256Digest?
  /// Its length in bytes; absent where it could not be read.
  public var size: Int?
  /// What it says; absent where it says nothing or does not count.
  public var fields: CaseFile?
  /// Why it does not count. None of its fields is used then.
  public var problem: Problem?

  public init(
    name: FileName, sha256: SHA256Digest? = nil, size: Int? = nil, fields: CaseFile? = nil,
    problem: Problem? = nil
  ) {
    self.name = name.text
    nameBytes = name.isUTF8 ? nil : name.hex
    self.sha256 = sha256
    self.size = size
    self.fields = fields
    self.problem = problem
  }

  /// The name of the sidecar file of a picture of this name.
  public static func name(of picture: FileName) -> FileName {
    FileName(bytes: picture.bytes + Array(ending.utf8))
  }

  /// Whether a file of this name is a sidecar and no exhibit.
  public static func isName(_ name: [UInt8]) -> Bool {
    name.count > ending.utf8.count && name.suffix(ending.utf8.count).elementsEqual(ending.utf8)
  }
}

extension CaseFile {
  /// These fields, with another's in their place wherever it has one.
  public func overlaid(by other: CaseFile?) -> CaseFile {
    CaseFile(
      number: other?.number ?? number, exhibit: other?.exhibit ?? exhibit,
      examiner: other?.examiner ?? examiner, remark: other?.remark ?? remark)
  }
}
