import ForensicCore

/// The line of `forensicctl examine --json` for an argument that could not be read, or is too large
/// to be: its name and why. It has no digest, for nothing was digested.
struct UnreadFile: Codable, Sendable {
  struct Name: Codable, Sendable {
    /// Exact where it is UTF-8, with U+FFFD otherwise.
    var name: String
    /// The name's bytes in hexadecimal, only where `name` cannot be exact.
    var nameBytes: String?
  }

  var exhibit: Name
  var error: ExaminationFailure

  init(_ name: FileName, _ error: ExaminationFailure) {
    exhibit = Name(name: name.text, nameBytes: name.isUTF8 ? nil : name.hex)
    self.error = error
  }
}
