import Examiner
import ForensicCore
import Glibc

let arguments = Array(CommandLine.arguments.dropFirst())

if arguments == ["--version"] {
  print("forensic-examiner \(ForensicVersion.current)")
  exit(EXIT_SUCCESS)
}

var status = stat()
let hasSocket = fstat(3, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
guard hasSocket, let options = ExaminerOptions(arguments) else {
  var help = Array(
    """
    forensic-examiner is the confined process in which forensicd and forensicctl examine files.
    They start it themselves, with a socket as descriptor 3; it does nothing on its own.
    To examine a file, run: forensicctl examine FILE

    """.utf8)
  _ = write(STDERR_FILENO, &help, help.count)
  exit(EX_USAGE)
}

exit(ExaminerProgram.run(options))
