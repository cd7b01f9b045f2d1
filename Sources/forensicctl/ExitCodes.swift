import ArgumentParser
import Glibc
import Service

/// The exit statuses of sysexits(3) that this program uses; documented in `forensicctl --help`.
extension ExitCode {
  static let badData = ExitCode(65)
  static let unavailable = ExitCode(69)
  static let software = ExitCode(70)
  /// Standard output cannot be written, as on a full disk.
  static let outputFailed = ExitCode(74)
  /// Stopped before the end; the same command goes on.
  static let interrupted = ExitCode(75)
  static let noPermission = ExitCode(77)
  static let badConfiguration = ExitCode(78)

  /// That of a system call that failed: 77 where a permission was lacking, 1 otherwise.
  static func of(_ error: SystemError) -> ExitCode {
    [EACCES, EPERM, EROFS].contains(error.code) ? noPermission : failure
  }
}
