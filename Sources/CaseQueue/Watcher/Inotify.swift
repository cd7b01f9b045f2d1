import ForensicCore
import Glibc

/// One inotify instance. One an inbox: the kernel gives a directory one watch an instance, and
/// closing the instance is the surest way to forget everything.
final class Inotify {
  struct Event {
    var watch: Int32
    var mask: UInt32
    /// Empty where the event is about the directory itself.
    var name: [UInt8]

    func has(_ flag: Int32) -> Bool { mask & UInt32(bitPattern: flag) != 0 }
    var isDirectory: Bool { has(Int32(bitPattern: 0x4000_0000)) }  // IN_ISDIR
  }

  let file: OpenFile
  private let mayWatch: () -> Bool
  private var buffer = [UInt8](repeating: 0, count: 16 << 10)

  /// - Parameter mayWatch: `false` where it is to be as if the kernel had no more watches.
  init(mayWatch: @escaping () -> Bool = { true }) throws(QueueError) {
    self.mayWatch = mayWatch
    let descriptor = inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC))
    guard descriptor >= 0 else {
      throw .system(errno, "cannot open an inotify instance (fs.inotify.max_user_instances?)")
    }
    file = OpenFile(descriptor: descriptor)
  }

  /// Watches an open directory. By its descriptor, so that no link can come in between.
  func watch(_ folder: Folder) throws(QueueError) -> Int32 {
    let flags =
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF
    let mask = UInt32(bitPattern: Int32(flags)) | 0x0500_0000  // IN_ONLYDIR | IN_EXCL_UNLINK
    let mayWatch = mayWatch()
    let watch =
      mayWatch
      ? inotify_add_watch(file.descriptor, "/proc/self/fd/\(folder.descriptor)", mask) : -1
    guard watch >= 0 else {
      throw .system(
        mayWatch ? errno : ENOSPC, "cannot watch a folder (fs.inotify.max_user_watches?)")
    }
    return watch
  }

  func forget(_ watch: Int32) { _ = inotify_rm_watch(file.descriptor, watch) }

  /// What has happened; empty when nothing has.
  func read() -> [Event] {
    let count = buffer.withUnsafeMutableBytes {
      Glibc.read(file.descriptor, $0.baseAddress, $0.count)
    }
    guard count > 0 else { return [] }
    var events = [Event]()
    buffer.withUnsafeBytes { bytes in
      var offset = 0
      let header = 16  // struct inotify_event: wd, mask, cookie, len, name[len]
      while offset + header <= count {
        let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
        guard offset + header + length <= count else { break }
        let name = bytes[(offset + header)..<(offset + header + length)]
        events.append(
          Event(
            watch: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self),
            mask: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self),
            name: Array(name.prefix { $0 != 0 })))
        offset += header + length
      }
    }
    return events
  }
}
