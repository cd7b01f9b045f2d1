import CLibFuzzer
import Glibc
import Safetensors

/// A safetensors file in memory: its header, and every tensor that the header admits.
private func fuzzSafetensors(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: data, count: size)
  guard let file = try? SafetensorsFile(bytes: bytes) else { return 0 }
  for name in file.names {
    guard let tensor = try? file.tensor(name) else { fatalError("a name without its tensor") }
    _ = try? tensor.floats()
  }
  return 0
}

@main struct Fuzzer {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &arguments) { fuzzSafetensors($0, $1) })
  }
}
