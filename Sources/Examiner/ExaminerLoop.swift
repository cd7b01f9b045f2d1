import CLinux
import ExaminerPool
import ForensicCore
import Glibc

/// Answers one request after another.
struct ExaminerLoop {
  let examiner: Examiner
  let channel: FrameChannel
  let gauge: MemoryGauge
  let maximumFileSize: Int

  /// Memory kept between exhibits beyond which it is given back, in bytes.
  private static let keptMemory = 128 << 20

  /// Works until the pool closes the socket (`.closed`) or it fails.
  func run() throws(ChannelFailure) -> Never {
    while true {
      let (frame, passed) = try channel.receive()
      defer { if let passed { close(passed) } }
      guard frame.kind == .request, let passed,
        let request = Result(catching: { try frame.value(as: ExaminationRequest.self) }).success
      else { throw .malformed }
      let start = processorTime()
      let result = examine(descriptor: passed, request: request)
      var memory = gauge.now
      if memory.resident - memory.shared > Self.keptMemory {
        clinux_release_memory()
        memory = gauge.now
      }
      let usage = ExaminerUsage(
        resident: max(0, memory.resident - gauge.models),
        peak: max(0, gauge.peak - gauge.models), processorTime: processorTime() - start)
      try channel.send(ExaminerAnswer(usage: usage, result: result).frame)
    }
  }

  private func examine(
    descriptor: Int32, request: ExaminationRequest
  ) -> Result<Examination, ExaminationFailure> {
    do {
      let bytes = try ExhibitBytes(
        descriptor: descriptor, size: request.size, maximum: maximumFileSize)
      return bytes.withBytes {
        examiner.examine(
          $0, name: request.name, without: request.without, figures: request.figures)
      }
    } catch {
      return .failure(error)
    }
  }

  /// Of this process, in nanoseconds.
  private func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

extension Result {
  fileprivate var success: Success? { try? get() }
}
