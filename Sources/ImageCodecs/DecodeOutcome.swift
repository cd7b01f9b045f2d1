import CImageCodecs
import ForensicCore

/// What a C decoder reported, turned into findings and failures.
struct DecodeOutcome {
  var pixels: PixelBuffer
  var raw: ic_outcome

  var message: String {
    withUnsafePointer(to: raw) { String(cString: ic_outcome_message($0)) }
  }

  /// Runs a decoder straight into the memory of the array that keeps the pixels.
  static func run(
    width: Int, height: Int, channels: Int = 3,
    decoder: (UnsafeMutablePointer<UInt8>, inout ic_outcome) -> Void
  ) throws(ExaminationFailure) -> DecodeOutcome {
    var raw = ic_outcome()
    let count = width * height * channels
    let samples = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      decoder(start, &raw)
      // Nothing of a picture without rows is kept; every other one is filled by the decoder.
      initialized = raw.rows > 0 ? count : 0
    }
    guard samples.count == count else { throw failure(of: raw) }
    return DecodeOutcome(
      pixels: PixelBuffer(width: width, height: height, channels: channels, samples: samples),
      raw: raw)
  }

  static func failure(of raw: ic_outcome) -> ExaminationFailure {
    let words = withUnsafePointer(to: raw) { String(cString: ic_outcome_message($0)) }
    switch raw.status {
    case IC_MEMORY:
      return ExaminationFailure(
        code: "limit.memory", message: "The decoder needs more memory than allowed (\(words)).",
        mend: "Scale the picture down, or raise memory_limit under [examiner].")
    case IC_SCANS:
      return ExaminationFailure(
        code: "limit.scans", message: "The picture is stored in more scans than allowed.",
        mend: "Such a file is made to exhaust time; save the picture again if it is genuine.")
    case IC_MISMATCH:
      return ExaminationFailure(
        code: "format.malformed", message: "The file states its size twice, and differently.")
    default:
      return ExaminationFailure(
        code: "format.malformed",
        message: "No row of the picture could be read (\(words)).",
        mend: "The file is damaged; ask for it again from where it came.")
    }
  }

  /// `decode.truncated` and `decode.damaged`, where they apply.
  func damage(method: String) -> [Finding] {
    let height = pixels.height
    let sound = Int(raw.sound_rows)
    let result = [
      "rows": String(height), "soundRows": String(sound), "warnings": String(raw.warnings),
      "message": message,
    ]
    let share =
      switch sound {
      case 0: "what was read is coarse or uncertain"
      case height: "all of its rows were read"
      default: "\(sound) of its \(height) rows were read before the damage"
      }
    if raw.truncated {
      return [
        Finding(
          code: "decode.truncated", method: method,
          summary: "The file ends before the picture does; \(share).", weight: .damage,
          result: result,
          limits: "Rows after the damage are filled in by the decoder and say nothing.")
      ]
    }
    guard raw.status != IC_DONE || raw.warnings > 0 else { return [] }
    return [
      Finding(
        code: "decode.damaged", method: method,
        summary: "The picture's data are damaged (\(message)); \(share).", weight: .damage,
        result: result,
        limits: "Rows after the damage may be displaced or wrongly coloured.")
    ]
  }
}
