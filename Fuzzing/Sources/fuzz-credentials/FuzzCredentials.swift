import CLibFuzzer
import ContentCredentials
import ForensicCore
import Glibc

private let reader = ContentCredentialsReader(limits: CredentialLimits(seconds: 5))

/// The first byte chooses: a JPEG, PNG or WebP file as it stands, or a manifest store alone, which
/// is put into a PNG, so that changes reach JUMBF, CBOR, COSE, certificates and time stamps without
/// having to keep a container whole.
private func fuzzCredentials(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  guard let choice = bytes.first else { return 0 }
  let rest = UnsafeRawBufferPointer(rebasing: bytes[1...])
  let formats: [ImageFormat] = [.jpeg, .png, .webp]
  let now = Timestamp(milliseconds: 1_700_000_000_000)
  if Int(choice) < formats.count {
    _ = reader.read(rest, format: formats[Int(choice)], now: now)
  } else {
    picture(around: rest).withUnsafeBytes { _ = reader.read($0, format: .png, now: now) }
  }
  return 0
}

/// A PNG (ISO/IEC 15948, section 5) of one pixel with a `caBX` chunk; the reader asks for no
/// checksums.
private func picture(around store: UnsafeRawBufferPointer) -> [UInt8] {
  func chunk(_ kind: String, _ content: some Sequence<UInt8>) -> [UInt8] {
    let content = Array(content)
    let length = (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (24 - 8 * $0)) }
    return length + Array(kind.utf8) + content + [0, 0, 0, 0]
  }
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    + chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]) + chunk("caBX", store)
    + chunk("IEND", [])
}

@main struct Fuzzer {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &arguments) { fuzzCredentials($0, $1) })
  }
}
