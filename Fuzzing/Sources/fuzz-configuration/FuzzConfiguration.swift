import CLibFuzzer
import ForensicCore
import Foundation
import Service

/// The first byte chooses: the configuration's text, one request of the control protocol, or a
/// sidecar file.
private func fuzzConfiguration(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: data, count: size)
  guard let choice = bytes.first else { return 0 }
  let rest = bytes.dropFirst()
  if choice % 3 == 2 {
    _ = try? SidecarText.fields(Array(rest), name: "fuzz.jpg.case.toml")
  } else if choice % 3 == 1 {
    _ = try? Configuration.parse(String(decoding: rest, as: UTF8.self), file: "/etc/fuzz.toml")
  } else {
    _ = try? JSONDecoder().decode(ControlRequest.self, from: Data(rest))
  }
  return 0
}

@main struct Fuzzer {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &arguments) { fuzzConfiguration($0, $1) })
  }
}
