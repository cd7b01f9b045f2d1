/// One received file. An exhibit is never changed: what is later learnt about it stands in an
/// `Examination`, and both together in a `Report`.
public struct Exhibit: Hashable, Sendable, Codable {
  /// The exhibit's number in the journal that received it, such as `2026-000123`; `nil` when
  /// `forensicctl examine` looked at a file that nobody handed in.
  public var id: String?
  /// The file's name, exact where it is UTF-8, with U+FFFD otherwise.
  public var name: String
  /// The name's bytes in hexadecimal, only where `name` cannot be exact.
  public var nameBytes: String?
  /// The digest of the file's bytes, taken before anything else looked at them. `nil` for a file
  /// over the limit of size, of which no byte is read (`limit.size`).
  public var sha256: SHA256Digest?
  /// The file's length in bytes.
  public var size: Int
  /// The name of the inbox it arrived in.
  public var inbox: String?
  /// The path below that inbox, where it lay in a subdirectory.
  public var folder: String?
  /// When it was received, RFC 3339 in UTC.
  public var received: Timestamp?
  /// The file's own modification time, RFC 3339 in UTC.
  public var modified: Timestamp?
  /// The exhibit whose finished examination this one points to, when the same bytes had been
  /// examined before under the same version, bundle and configuration.
  public var sameBytesAs: String?
  /// The case it belongs to in the records of whoever asked.
  public var caseFile: CaseFile?
  /// The file beside it that gave such details, or was to give them.
  public var sidecar: Sidecar?

  public init(
    id: String? = nil, name: FileName, sha256: SHA256Digest?, size: Int, inbox: String? = nil,
    folder: String? = nil, received: Timestamp? = nil, modified: Timestamp? = nil,
    sameBytesAs: String? = nil, caseFile: CaseFile? = nil, sidecar: Sidecar? = nil
  ) {
    self.id = id
    self.name = name.text
    self.nameBytes = name.isUTF8 ? nil : name.hex
    self.sha256 = sha256
    self.size = size
    self.inbox = inbox
    self.folder = folder
    self.received = received
    self.modified = modified
    self.sameBytesAs = sameBytesAs
    self.caseFile = caseFile
    self.sidecar = sidecar
  }

  /// The name as the kernel knows it, made again from `nameBytes` where `name` is not exact.
  public var fileName: FileName {
    guard let digits = nameBytes.map({ Array($0.utf8) }), digits.count.isMultiple(of: 2) else {
      return FileName(name)
    }
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { place in
      UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16)
    }
    return bytes.count * 2 == digits.count ? FileName(bytes: bytes) : FileName(name)
  }
}
