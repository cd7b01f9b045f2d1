import Crypto

/// The hash algorithms of the standard's allowed list (C2PA, "Hashing").
enum HashAlgorithm: String, Hashable, Sendable, CaseIterable {
  case sha256, sha384, sha512

  private static let step = 4 << 20

  func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    return switch self {
    case .sha256: Array(SHA256.hash(data: bytes))
    case .sha384: Array(SHA384.hash(data: bytes))
    case .sha512: Array(SHA512.hash(data: bytes))
    }
  }

  /// The hash over parts of a file, one after another.
  /// - Throws: `outOfTime` when the deadline passes between two steps.
  func hash(
    _ file: UnsafeRawBufferPointer, ranges: [Range<Int>], deadline: Deadline
  ) throws(CredentialError) -> [UInt8] {
    switch self {
    case .sha256: Array(try Self.run(SHA256(), file, ranges, deadline))
    case .sha384: Array(try Self.run(SHA384(), file, ranges, deadline))
    case .sha512: Array(try Self.run(SHA512(), file, ranges, deadline))
    }
  }

  private static func run<Function: HashFunction>(
    _ function: Function, _ file: UnsafeRawBufferPointer, _ ranges: [Range<Int>],
    _ deadline: Deadline
  ) throws(CredentialError) -> Function.Digest {
    var function = function
    for range in ranges {
      var start = range.lowerBound
      while start < range.upperBound {
        try deadline.check()
        let end = min(start + step, range.upperBound)
        function.update(bufferPointer: UnsafeRawBufferPointer(rebasing: file[start..<end]))
        start = end
      }
    }
    return function.finalize()
  }
}
