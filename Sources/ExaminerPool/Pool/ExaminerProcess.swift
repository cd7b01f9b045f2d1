import CLinux
import ForensicCore
import Glibc

/// One examiner, from its start to its burial. Belongs to one thread: the kernel kills the
/// examiner when the thread that started it ends.
final class ExaminerProcess {
  /// How an examiner ended.
  enum End: Hashable {
    case exited(Int32)
    case killed(signal: Int32)
    /// Somebody else has waited for it.
    case unknown
  }

  let pid: pid_t
  let channel: FrameChannel
  private let errors: Int32
  private var output = ErrorOutput()

  /// Starts an examiner. Throws an errno value.
  init(configuration: PoolConfiguration) throws(ChannelFailure) {
    var sockets: [Int32] = [-1, -1]
    var pipe: [Int32] = [-1, -1]
    let socketResult = clinux_socket_pair(&sockets)
    guard socketResult == 0 else { throw .system(-socketResult) }
    let pipeResult = clinux_pipe(&pipe)
    guard pipeResult == 0 else {
      sockets.forEach { _ = close($0) }
      throw .system(-pipeResult)
    }
    let libraryPath = getenv("LD_LIBRARY_PATH").map { String(cString: $0) }
    let started = withCStrings(configuration.arguments(parent: getpid())) { arguments in
      withCStrings(PoolConfiguration.environment(libraryPath: libraryPath)) { environment in
        clinux_spawn(configuration.executable, arguments, environment, sockets[1], pipe[1])
      }
    }
    close(sockets[1])
    close(pipe[1])
    guard started > 0 else {
      close(sockets[0])
      close(pipe[0])
      throw .system(-started)
    }
    pid = started
    channel = FrameChannel(descriptor: sockets[0])
    errors = pipe[0]
  }

  deinit {
    close(channel.descriptor)
    close(errors)
  }

  /// Waits until the socket has something to say, passing on what comes over standard error
  /// meanwhile.
  func waitReadable(
    until deadline: ContinuousClock.Instant, log: (String) -> Void
  ) throws(ChannelFailure) {
    var errorsOpen = true
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { throw .timedOut }
      let milliseconds = min(left / .milliseconds(1) + 1, 60_000)
      var polled = [
        pollfd(fd: channel.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errorsOpen ? errors : -1, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&polled, 2, Int32(milliseconds))
      if count < 0, errno != EINTR { throw .system(errno) }
      guard count > 0 else { continue }
      if polled[1].revents != 0 { errorsOpen = drainErrors(log: log) }
      if polled[0].revents != 0 { return }
    }
  }

  /// Whether the other end has gone, or has spoken without having been asked.
  var hasGoneAstray: Bool {
    var polled = pollfd(fd: channel.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, 0) != 0
  }

  /// Passes on what lies in the pipe, keeping the last of it; false at its end.
  @discardableResult
  func drainErrors(log: (String) -> Void) -> Bool {
    var buffer = [UInt8](repeating: 0, count: ErrorOutput.tailLength)
    // Bounded: an examiner that only writes must not hold up its own time limit.
    for _ in 0..<16 {
      let count = read(errors, &buffer, buffer.count)
      guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
      for line in output.take(buffer[..<count]) { log(line) }
    }
    return true
  }

  /// The last of what it wrote to its standard error.
  var errorTail: [UInt8] { output.tail }

  /// The next exhibit has its own share of the log.
  func forgetErrors(log: (String) -> Void) {
    if let line = output.reset() { log(line) }
  }

  /// Ends the process by force, if it still runs, and reaps it.
  func bury() -> End {
    kill(pid, SIGKILL)
    return reap(options: 0) ?? .unknown
  }

  /// Closes nothing, asks nothing: looks whether it has ended by itself within `limit`.
  func awaitEnd(within limit: Duration) -> End? {
    let deadline = ContinuousClock.now + limit
    while true {
      if let end = reap(options: WNOHANG) { return end }
      guard ContinuousClock.now < deadline else { return nil }
      usleep(1000)
    }
  }

  private func reap(options: Int32) -> End? {
    var status: Int32 = 0
    var result: pid_t
    repeat { result = waitpid(pid, &status, options) } while result < 0 && errno == EINTR
    if result == 0 { return nil }
    guard result == pid else { return .unknown }
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: signal)
  }
}

/// Calls `body` with a NULL-ended vector of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers = strings.map { strdup($0) }
  pointers.append(nil)
  defer { pointers.forEach { free($0) } }
  return pointers.withUnsafeBufferPointer { buffer in
    // A non-empty array has a base address.
    guard let base = buffer.baseAddress else {
      return withUnsafePointer(to: nil as UnsafeMutablePointer<CChar>?) { body($0) }
    }
    return body(base)
  }
}
