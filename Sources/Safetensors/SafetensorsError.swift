/// Why a safetensors file, index or tensor was refused.
public struct SafetensorsError: Error, Hashable, Sendable {
  /// What was wrong, for code that has to decide.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The file could not be opened, read or mapped.
    case unreadable
    /// The file ends before its header does.
    case truncated
    /// The header's length exceeds the file or `SafetensorsFile.maximumHeaderLength`.
    case headerTooLong
    /// The header is not the JSON that the format prescribes.
    case malformedHeader
    /// More tensors or metadata entries than any model needs.
    case tooManyEntries
    /// Two tensors, two members or two metadata entries of one name.
    case duplicateName
    /// An element type that this reader does not know.
    case unknownType
    /// A shape whose product overflows, or more than `Tensor.maximumRank` dimensions.
    case badShape
    /// Offsets that are reversed, lie outside the file, overlap or leave holes.
    case badOffsets
    /// A tensor that does not begin at a multiple of its element's size.
    case misaligned
    /// The byte range does not hold what type and shape promise.
    case wrongByteCount
    /// A `*.index.json` that is malformed or names what is not there.
    case badIndex
    /// A tensor that was asked for is not in the file.
    case missingTensor
    /// A tensor has another type or shape than was asked for.
    case unexpectedTensor
    /// The file could not be written.
    case unwritable
  }

  public var code: Code
  /// The file or tensor concerned.
  public var subject: String
  /// One sentence for people.
  public var detail: String

  public init(_ code: Code, subject: String, detail: String) {
    self.code = code
    self.subject = subject
    self.detail = detail
  }
}

extension SafetensorsError: CustomStringConvertible {
  public var description: String { "\(subject): \(detail) (\(code.rawValue))" }
}
