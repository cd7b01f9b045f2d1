import CLibFuzzer
import Examiner
import ForensicCore
import Glibc
import ImageCodecs
import Reporting

/// Everything that reads an exhibit's bytes (decoders, marker structure, EXIF and the other
/// containers of metadata), then the report's JSON of what was found. No bundle: the detectors see
/// pixels, not bytes.
private let examiner: Examiner = {
  var limits = Examiner.Limits(memory: 96 << 20)
  // Small pictures keep a run quick; the limits themselves are tested elsewhere.
  limits.decoding.maxPixels = 1 << 20
  return Examiner(bundle: nil, limits: limits)
}()

private let digest = SHA256Digest(bytes: [UInt8](repeating: 0, count: 32))

private func fuzzExamination(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  let name = FileName("fuzzed")
  let outcome = examiner.examine(bytes, name: name)
  guard let digest else { return 0 }
  let report = Report(
    exhibit: Exhibit(name: name, sha256: digest, size: size), outcome: outcome,
    provenance: Report.Provenance(
      version: "fuzz", bundle: "none", bundleDigest: nil, configurationDigest: nil, command: "fuzz")
  )
  guard (try? ReportEncoder.json(report, pretty: false, figures: true)) != nil else {
    fatalError("a report that cannot be written")
  }
  return 0
}

@main struct Fuzzer {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &arguments) { fuzzExamination($0, $1) })
  }
}
