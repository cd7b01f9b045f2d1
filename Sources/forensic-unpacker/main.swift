import ForensicCore
import Glibc

let arguments = Array(CommandLine.arguments.dropFirst())

if arguments == ["--version"] {
  print("forensic-unpacker \(ForensicVersion.current)")
  exit(EXIT_SUCCESS)
}

var status = stat()
let hasSocket = fstat(3, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
guard hasSocket, let options = UnpackerOptions(arguments) else {
  var help = Array(
    """
    forensic-unpacker is the confined process in which forensicctl audit reads ZIP and TAR files.
    It is started with a socket as descriptor 3; it does nothing on its own.

    """.utf8)
  _ = write(STDERR_FILENO, &help, help.count)
  exit(EX_USAGE)
}

exit(Unpacker.run(options))
